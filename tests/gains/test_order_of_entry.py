"""Entered in any order, or rebuilt from nothing, the same facts leave the same lines. In the database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.divisions import service as divisions
from registry.fulfilment import service as fulfilment
from registry.fulfilment.model import DeliveryIn
from registry.gains import service
from registry.kernel import changes, forms
from registry.kernel.db import Conn
from registry.kernel.web import Act
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
async def known(conn: Conn) -> Chain:
    """Three households of two mu each with their lines; whatever they deliver has a gain."""
    made = await chain(conn)
    await conn.execute("update reference_return set year = 2019 where crop_code = $1", RICE)
    await factories.reference_return(conn, **RICE_ROW)
    await factories.reference_return(conn, **CHILI_ROW)
    for household in made.households:
        line = await conn.fetchval(
            "select participant_id from participant where household_id = $1", household
        )
        land = await factories.land_use(conn, household, made.deal.season, area_mu="2.00")
        use = {"participant_id": line, "land_use_id": land}
        await insert(conn, "participant_land_use", **placed(VILLAGE) | factories.CREATED | use)
        changes.touch(conn, COUNTY_CODE, household, 2022)  # as signing does
    await changes.settle(conn)
    return made


def slip(known: Chain, number: int, fact: tuple[int, Decimal, int]) -> DeliveryIn:
    household, gross, day = fact
    return forms.parse(
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
    return forms.parse(
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


async def enter(conn: Conn, rows: list[DeliveryIn], voided: DeliveryIn | None = None) -> None:
    """Each in a transaction of its own, as far as a test's can be; one of them is voided in the end."""
    ids = {}
    for row in rows:
        with changes.opened(conn, NOW):
            ids[row.ticket_number] = (await fulfilment.add(conn, ACT, row)).delivery_id
            await changes.settle(conn)
    if voided is not None:
        with changes.opened(conn, NOW):
            await fulfilment.void(conn, ACT, ids[voided.ticket_number], "录错了")
            await changes.settle(conn)


async def left(conn: Conn) -> list[Any]:
    """The current lines and their parts but for ids."""
    return [tuple(row) for statement in (LINES, PARTS) for row in await conn.fetch(statement)]


async def left_by(conn: Conn, rows: list[DeliveryIn], voided: DeliveryIn | None = None) -> list[Any]:
    """What entering these leaves; undone."""
    transaction = conn.transaction()
    await transaction.start()
    await enter(conn, rows, voided)
    found = await left(conn)
    await transaction.rollback()
    return found


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    small=st.lists(slips, min_size=1, max_size=4, unique_by=lambda one: (one[0], one[2])),
    large=st.lists(trucks, max_size=2, unique_by=lambda one: one[2]),
    data=st.data(),
)
async def test_the_order_of_households_and_deliveries_is_irrelevant(
    conn: Conn, known: Chain, small: list[Any], large: list[Any], data: st.DataObject
) -> None:
    rows = [slip(known, number, fact) for number, fact in enumerate(small)]
    rows += [truck(known, number, fact) for number, fact in enumerate(large)]
    expected = await left_by(conn, rows)
    complete = {row[0] for row in expected if row[1] == "complete"}
    assert complete == {household for row in rows for household in _households(row)}
    assert await left_by(conn, data.draw(st.permutations(rows))) == expected
    gone = data.draw(st.sampled_from(rows))
    assert await left_by(conn, rows, gone) == await left_by(conn, [row for row in rows if row != gone])


def _households(row: DeliveryIn) -> set[Any]:
    return {row.household_id} if row.household_id else {one.household_id for one in row.allocations}


async def test_touched_in_any_order_and_rebuilt_from_nothing(conn: Conn, known: Chain) -> None:
    """The parts' places stay, too; where nothing differs no line is written again."""
    facts: list[Any] = [(0, Decimal("110.37"), 3), (2, Decimal("99.99"), 1), (1, Decimal(50), 2)]
    rows = [slip(known, number, fact) for number, fact in enumerate(facts)]
    await enter(
        conn, [*rows, truck(known, 9, ([Decimal(33), Decimal(33), Decimal(34)], Decimal("99.01"), 4))]
    )
    before, lines = await left(conn), await conn.fetch(CURRENT)
    for households in (known.households, known.households[::-1]):
        for household in households:
            changes.touch(conn, COUNTY_CODE, household, 2022)
        await changes.settle(conn)
    assert await conn.fetch(CURRENT) == lines
    await conn.execute("update gain_line set superseded_at = recorded_at where superseded_at is null")
    place = await divisions.places(conn, VILLAGE, date(2023, 1, 16))
    assert await service.rebuild(conn, place, 2022) == 3
    await changes.settle(conn)
    assert await left(conn) == before
