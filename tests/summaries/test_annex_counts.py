"""Linked households are counted by annex lines of contracts that run in the period (gains.md 8)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.factories import BORN, RECORDED, SIBLING, VILLAGE
from tests.summaries.test_summary import asked, gain_line, values

PEANUT, NUT = "peanut", "peanut_in_shell"


class Place:
    """Two villages, no delivery and no gain line.

    VILLAGE: a contract for chili of March 2022 to December 2023 with households a, b and c, and one for
    peanuts of 2022 with a. SIBLING: a contract for chili of 2022 with d.
    """

    two_years: Deal
    peanuts: Deal
    sibling: Deal
    a: UUID
    b: UUID
    c: UUID
    d: UUID
    cooperative: UUID


@pytest.fixture
async def place(work: Work) -> Place:
    made, world = Place(), await factories.world(work)
    await factories.insert(work, "crop", crop_code=PEANUT, name="花生", **BORN)
    await factories.insert(work, "product", product_code=NUT, crop_code=PEANUT, name="花生（带壳）", **BORN)
    made.a, made.b, made.c = [await factories.household(work) for _ in range(3)]
    made.d = await factories.household(work, SIBLING)
    made.two_years = await deals.deal(work, world)
    await work.conn.execute(
        "update contract set ends_on = '2023-12-31' where contract_id = $1", made.two_years.contract
    )
    made.cooperative = await factories.organization(
        work, kind="cooperative", name="示范合作社", credit_code=factories.COOPERATIVE_CODE
    )
    contract = await deals.contract(work, buyer_id=made.cooperative)
    await deals.party(work, contract, "buyer", organization_id=made.cooperative)
    made.peanuts = Deal(
        contract=contract,
        component=await deals.component(work, contract, product_code=NUT),
        buyer=made.cooperative,
        season=world.season,
        village=VILLAGE,
    )
    made.sibling = await deals.deal(work, world, SIBLING)
    for deal, household, area in (
        (made.two_years, made.a, "2.00"),
        (made.two_years, made.b, "1.50"),
        (made.two_years, made.c, None),
        (made.peanuts, made.a, "0.80"),
        (made.sibling, made.d, "3.00"),
    ):
        await deals.participant(work, deal, household, area_mu=area)
    return made


async def linked(work: Work, period: str, code: str = factories.TOWNSHIP) -> tuple[Any, Any, Any]:
    found = await values(work, code, period=period)
    assert found["counts"]["valid"] == found["participations"]
    return found["households_linked"], found["participations"], found["annex_area"]


async def rows(work: Work, **query: str) -> Mapping[str, tuple[Any, Any]]:
    body = (await asked(work, **query)).json()
    return {
        row["key"]: (
            row["indicators"]["households_linked"]["value"],
            row["indicators"]["participations"]["value"],
        )
        for row in body["rows"]
    }


@pytest.mark.parametrize(
    ("period", "counted"),
    [
        ("2022", (4, 5, "7.30")),
        ("2022Q1", (4, 5, "7.30")),
        ("2022-03", (4, 5, "7.30")),
        ("2022-02", (0, 0, None)),
        ("2023", (3, 3, "3.50")),
        ("2023Q3", (3, 3, "3.50")),
        ("2023-12", (3, 3, "3.50")),
        ("2021", (0, 0, None)),
        ("2024", (0, 0, None)),
    ],
)
async def test_a_contract_counts_its_households_in_every_period_it_runs(
    work: Work, place: Place, period: str, counted: tuple[Any, Any, Any]
) -> None:
    assert await linked(work, period) == counted


async def test_a_line_without_a_result_links_and_a_result_is_counted_apart(work: Work, place: Place) -> None:
    await gain_line(work, place.sibling, await factories.household(work, SIBLING), "500.00")
    body = (await asked(work)).json()
    assert body["indicators"]["households_linked"]["value"] == 5
    assert body["indicators"]["gain_per_household"]["n"] == body["counts"]["complete"] == 1
    assert body["indicators"]["coverage"]["value"] == "100.00"
    assert await linked(work, "2022Q1") == (5, 6, "8.30")


async def test_rows_of_every_width_count_annex_lines(work: Work, place: Place) -> None:
    await deals.party(work, place.two_years.contract, "organiser", organization_id=place.cooperative)
    await factories.insert(
        work,
        "tag",
        tag_code="example",
        label="示例身份",
        valid_from=date(2020, 1, 1),
        source_text="示例",
        **BORN,
    )
    for household, first, last in (
        (place.b, date(2022, 12, 31), None),
        (place.c, date(2021, 1, 1), date(2022, 1, 1)),
        (place.a, date(2023, 1, 1), None),
    ):
        await factories.insert(
            work,
            "household_tag",
            household_tag_id=uuid4(),
            household_id=household,
            tag_code="example",
            valid_from=first,
            valid_to=last,
            source="api",
            **factories.placed(VILLAGE) | RECORDED,
        )
    buyer, cooperative = str(place.two_years.buyer), str(place.cooperative)
    assert await rows(work, by="village") == {SIBLING: (1, 1), VILLAGE: (3, 4)}
    assert await rows(work, by="product") == {factories.DRIED: (4, 4), NUT: (1, 1)}
    assert await rows(work, by="kind") == {"order": (4, 5)}
    assert await rows(work, by="organization") == {buyer: (4, 4), cooperative: (1, 1)}
    assert await rows(work, by="organization", role="organiser") == {cooperative: (3, 3), "none": (2, 2)}
    assert await rows(work, by="tag") == {"example": (2, 2), "none": (2, 3)}
    assert await rows(work, by="tag", period="2022Q3") == {"none": (4, 5)}
    assert await rows(work, by="tag", period="2023Q1") == {"example": (2, 2), "none": (1, 1)}


async def test_rows_are_held_against_the_registered_households_they_stand_for(
    work: Work, place: Place
) -> None:
    """Five are registered, one of them linked by nothing. b and that one hold the tag, that one twice."""
    idle = await factories.household(work)
    tag = {"tag_code": "example", "label": "示例身份", "valid_from": date(2020, 1, 1), "source_text": "示例"}
    await factories.insert(work, "tag", **tag | BORN)
    for household, first, last in (
        (place.b, date(2022, 12, 31), None),
        (idle, date(2021, 1, 1), date(2022, 6, 30)),
        (idle, date(2022, 7, 1), None),
    ):
        held = {"household_id": household, "tag_code": "example", "valid_from": first, "valid_to": last}
        await factories.insert(
            work,
            "household_tag",
            household_tag_id=uuid4(),
            source="api",
            **factories.placed(VILLAGE) | RECORDED | held,
        )
    columns = {"year": 2022, "source_text": "示例", **BORN}
    await factories.insert(
        work, "division_statistic", division_code=factories.TOWNSHIP, households=50, **columns
    )
    buyer, cooperative = str(place.two_years.buyer), str(place.cooperative)
    assert await covered(work, by="product") == {factories.DRIED: ("80.00", "8.00"), NUT: ("20.00", "2.00")}
    assert await covered(work, by="kind") == {"order": ("80.00", "8.00")}
    assert await covered(work, by="organization") == {
        buyer: ("80.00", "8.00"),
        cooperative: ("20.00", "2.00"),
    }
    assert await covered(work, by="tag") == {"example": ("50.00", None), "none": ("100.00", None)}
    assert await covered(work, by="village") == {SIBLING: ("100.00", None), VILLAGE: ("75.00", None)}


async def covered(work: Work, **query: str) -> Mapping[str, tuple[Any, Any]]:
    """Coverage of the registered and of the official households, by row."""
    body = (await asked(work, **query)).json()
    names = ("coverage", "coverage_official")
    return {row["key"]: tuple(row["indicators"][name]["value"] for name in names) for row in body["rows"]}


async def test_a_withdrawn_line_links_until_it_is_withdrawn(work: Work, place: Place) -> None:
    participant = await work.conn.fetchval(
        "select participant_id from participant where household_id = $1", place.c
    )
    await version(work, place.two_years, participant, 2, date(2022, 7, 1), withdrawn=True)
    assert await linked(work, "2022Q2", VILLAGE) == (3, 4, "4.30")
    assert await linked(work, "2022Q3", VILLAGE) == (2, 3, "4.30")
    assert await linked(work, "2022", VILLAGE) == (3, 4, "4.30")
    assert await linked(work, "2023", VILLAGE) == (2, 2, "3.50")


async def test_a_line_added_later_links_from_its_day_on_with_the_area_of_the_day(
    work: Work, place: Place
) -> None:
    late = await factories.household(work)
    participant = await deals.participant(
        work, place.two_years, late, version_no=2, effective_on=date(2023, 1, 1), area_mu="1.00"
    )
    await version(work, place.two_years, participant, 3, date(2023, 7, 1), area_mu="4.00")
    assert await linked(work, "2022", VILLAGE) == (3, 4, "4.30")
    assert await linked(work, "2023Q1", VILLAGE) == (4, 4, "4.50")
    assert await linked(work, "2023", VILLAGE) == (4, 4, "7.50")


async def test_only_contracts_in_force_that_pay_households_link(work: Work, place: Place) -> None:
    await work.conn.execute(
        "update contract set status = 'terminated', terminated_on = '2022-06-30', status_reason = '示例'"
        " where contract_id = $1",
        place.two_years.contract,
    )
    await work.conn.execute(
        "update component set payer_role = 'seller', payee_role = 'buyer' where contract_id = $1",
        place.peanuts.contract,
    )
    await work.conn.execute(
        "update contract set status = 'cancelled', cancelled_on = '2022-04-01', status_reason = '示例'"
        " where contract_id = $1",
        place.sibling.contract,
    )
    assert await linked(work, "2022Q2") == (3, 3, "3.50")
    assert await linked(work, "2022Q3") == (0, 0, None)


async def version(work: Work, deal: Deal, participant: UUID, number: int, day: date, **columns: Any) -> None:
    standard = {
        "participant_version_id": uuid4(),
        "contract_id": deal.contract,
        "participant_id": participant,
        "version_no": number,
        "effective_on": day,
        "withdrawn": False,
    }
    await factories.insert(
        work, "participant_version", **factories.placed(deal.village) | RECORDED | standard | columns
    )
