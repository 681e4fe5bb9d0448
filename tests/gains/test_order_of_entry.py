"""Entered in any order, or rebuilt from nothing, the same facts leave the same lines. In the database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.app import HOOKS
from registry.divisions import service as divisions
from registry.fulfilment import service as fulfilment
from registry.fulfilment.model import DeliveryIn
from registry.gains import service
from registry.kernel import changes
from registry.kernel.forms import parsing
from registry.kernel.work import Act, Work
from tests import factories
from tests.factories import COUNTY_CODE, RICE, VILLAGE, insert, placed
from tests.fulfilment.village import Chain, chain
from tests.gains.village import CHILI_ROW, RICE_ROW
from tests.serving import NOW

ACT = Act(actor="local", now=NOW)
LINES = """
select household_id, state, missing, receipts, cash_gain, labour_adjusted_gain, delivered_kg, promised
from gain_line where superseded_at is null order by household_id, line_key
"""
PARTS = """
select household_id, part, basis, amount, rule
from gain_part join gain_line using (county_code, gain_line_id)
where superseded_at is null order by 1, 2, 3, 4, 5
"""
CURRENT = "select gain_line_id, recorded_at from gain_line where superseded_at is null order by gain_line_id"

weights = st.decimals(min_value=20, max_value=400, places=2)
slips = st.tuples(st.integers(0, 2), weights, st.integers(1, 28))
trucks = st.tuples(st.lists(weights, min_size=3, max_size=3), weights, st.integers(1, 28))


@pytest.fixture
async def known(work: Work) -> Chain:
    """Three households of two mu each with their lines; whatever they deliver has a gain."""
    made = await chain(work)
    await work.conn.execute("update reference_return set year = 2019 where crop_code = $1", RICE)
    await factories.reference_return(work, **RICE_ROW)
    await factories.reference_return(work, **CHILI_ROW)
    for household in made.households:
        line = await work.conn.fetchval(
            "select participant_id from participant where household_id = $1", household
        )
        land = await factories.land_use(work, household, made.deal.season, area_mu="2.00")
        use = {"participant_id": line, "land_use_id": land}
        await insert(work, "participant_land_use", **placed(VILLAGE) | factories.CREATED | use)
        work.touch(COUNTY_CODE, household, 2022)  # as signing does
    await changes.settle(work)
    return made


def slip(known: Chain, number: int, fact: tuple[int, Decimal, int]) -> DeliveryIn:
    household, gross, day = fact
    return parsing.parse(
        DeliveryIn,
        known.ticket(
            household_id=str(known.households[household]),
            gross=f"{gross + 10}",
            day=f"2022-08-{day:02}",
            ticket_number=f"A-{number}",
        ),
    )


def truck(known: Chain, number: int, fact: tuple[list[Decimal], Decimal, int]) -> DeliveryIn:
    declared, gross, day = fact
    shares = [
        {"household_id": str(household), "declared_kg": f"{kg}"}
        for household, kg in zip(known.households, declared, strict=True)
    ]
    return parsing.parse(
        DeliveryIn,
        known.ticket(
            household_id=None,
            organization_id=str(known.world.collective),
            gross=f"{gross + 10}",
            day=f"2022-08-{day:02}",
            ticket_number=f"T-{number}",
            allocations=shares[number % 3 :] + shares[: number % 3],
        ),
    )


async def enter(work: Work, rows: list[DeliveryIn], voided: DeliveryIn | None = None) -> None:
    """Each in a transaction of its own, as far as a test's can be; one of them is voided in the end."""
    ids = {}
    for row in rows:
        one = Work(work.conn, ACT, HOOKS)
        ids[row.ticket_number] = (await fulfilment.add(one, row)).delivery_id
        await changes.settle(one)
    if voided is not None:
        one = Work(work.conn, ACT, HOOKS)
        await fulfilment.void(one, ids[voided.ticket_number], "录错了")
        await changes.settle(one)


async def left(work: Work) -> list[Any]:
    """The current lines and their parts but for ids."""
    return [tuple(row) for statement in (LINES, PARTS) for row in await work.conn.fetch(statement)]


async def left_by(work: Work, rows: list[DeliveryIn], voided: DeliveryIn | None = None) -> list[Any]:
    """What entering these leaves; undone."""
    transaction = work.conn.transaction()
    await transaction.start()
    await enter(work, rows, voided)
    found = await left(work)
    await transaction.rollback()
    return found


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    small=st.lists(slips, min_size=1, max_size=4, unique_by=lambda one: (one[0], one[2])),
    large=st.lists(trucks, max_size=2, unique_by=lambda one: one[2]),
    data=st.data(),
)
async def test_the_order_of_households_and_deliveries_is_irrelevant(
    work: Work, known: Chain, small: list[Any], large: list[Any], data: st.DataObject
) -> None:
    rows = [slip(known, number, fact) for number, fact in enumerate(small)]
    rows += [truck(known, number, fact) for number, fact in enumerate(large)]
    expected = await left_by(work, rows)
    complete = {row[0] for row in expected if row[1] == "complete"}
    assert complete == {household for row in rows for household in _households(row)}
    assert await left_by(work, data.draw(st.permutations(rows))) == expected
    gone = data.draw(st.sampled_from(rows))
    assert await left_by(work, rows, gone) == await left_by(work, [row for row in rows if row != gone])


def _households(row: DeliveryIn) -> set[Any]:
    return {row.household_id} if row.household_id else {one.household_id for one in row.allocations}


async def test_touched_in_any_order_and_rebuilt_from_nothing(work: Work, known: Chain) -> None:
    """The parts' places stay, too; where nothing differs no line is written again."""
    facts: list[Any] = [(0, Decimal("110.37"), 3), (2, Decimal("99.99"), 1), (1, Decimal(50), 2)]
    rows = [slip(known, number, fact) for number, fact in enumerate(facts)]
    await enter(
        work, [*rows, truck(known, 9, ([Decimal(33), Decimal(33), Decimal(34)], Decimal("99.01"), 4))]
    )
    before, lines = await left(work), await work.conn.fetch(CURRENT)
    for households in (known.households, known.households[::-1]):
        for household in households:
            work.touch(COUNTY_CODE, household, 2022)
        await changes.settle(work)
    assert await work.conn.fetch(CURRENT) == lines
    await work.conn.execute("update gain_line set superseded_at = recorded_at where superseded_at is null")
    place = await divisions.places(work, VILLAGE, date(2023, 1, 16))
    assert await service.rebuild(work, place, 2022) == 3
    await changes.settle(work)
    assert await left(work) == before
