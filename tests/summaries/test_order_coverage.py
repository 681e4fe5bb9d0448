"""Order coverage by year, place, village and product; figures written by hand from gains.md 8."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from registry.kernel.work import Work
from registry.summaries.order_coverage import planted_area
from tests import deals, factories
from tests.factories import (
    BORN,
    CHILI,
    COUNTY,
    CREATED,
    OTHER_TOWNSHIP,
    RECORDED,
    SIBLING,
    STRANGER,
    TOWNSHIP,
    VILLAGE,
)
from tests.summaries.test_summary import asked, gain_line

D = Decimal
THIRD = "421303187203"
FRESH = "chili_fresh"


@pytest.fixture
async def place(work: Work) -> None:
    """Orders for 2022: in VILLAGE 3.00 mu of dried and 1.00 mu of fresh chili, in SIBLING 2.00 mu of dried
    chili; for 2023 in VILLAGE 9.00 mu. THIRD has none."""
    world = await factories.world(work)
    await factories.division(work, THIRD, name="示例三村", parent_code=TOWNSHIP, level="village")
    deal, sibling = await deals.deal(work, world), await deals.deal(work, world, SIBLING)
    own = [await factories.household(work) for _ in range(3)]
    await gain_line(work, deal, own[0], "100.00", area_mu="3.00")
    await gain_line(work, deal, own[1], None, area_mu="1.00", product_code=FRESH)
    await gain_line(work, sibling, await factories.household(work, SIBLING), "100.00", area_mu="2.00")
    next_year = {"recognised_on": date(2023, 3, 31), "period_to": date(2023, 3, 31), "year": 2023}
    await gain_line(work, deal, own[2], "9.00", area_mu="9.00", **next_year)


async def plant(work: Work, division: str, area: str, **columns: Any) -> None:
    standard = {"crop_code": CHILI, "year": 2022, "area_mu": area, "source_text": "示例"}
    await factories.insert(work, "planted_area", division_code=division, **BORN | standard | columns)


async def coverage(work: Work, code: str = TOWNSHIP, period: str = "2022", **query: str) -> Mapping[str, Any]:
    """Of the whole under "", of each row under its key: value, numerator and denominator, n."""
    body = (await asked(work, code, period=period, **query)).json()
    found = {"": body["indicators"], **{row["key"]: row["indicators"] for row in body["rows"]}}
    names = ("value", "numerator", "denominator", "n")
    return {key: tuple(one["order_coverage"][name] for name in names) for key, one in found.items()}


async def test_the_own_row_of_a_division_comes_first(work: Work, place: None) -> None:
    await plant(work, TOWNSHIP, "24.00")
    await plant(work, VILLAGE, "5.00")
    assert await coverage(work, by="village") == {
        "": ("25.00", "6.00", "24.00", 3),
        VILLAGE: ("80.00", "4.00", "5.00", 2),
        SIBLING: (None, "2.00", None, 1),
    }


async def test_without_it_all_rows_below_are_added_villages_without_orders_included(
    work: Work, place: None
) -> None:
    await plant(work, VILLAGE, "5.00")
    await plant(work, SIBLING, "4.00")
    await plant(work, THIRD, "6.00")
    await plant(work, THIRD, "99.00", year=2021)
    await plant(work, STRANGER, "99.00")
    await plant(work, COUNTY, "99.00")
    assert (await coverage(work))[""] == ("40.00", "6.00", "15.00", 3)


async def test_a_village_with_orders_and_without_a_row_leaves_it_unknown(work: Work, place: None) -> None:
    await plant(work, VILLAGE, "5.00")
    await plant(work, THIRD, "6.00")
    assert (await coverage(work))[""] == (None, "6.00", None, 3)


async def test_a_product_is_held_against_the_planted_area_of_its_crop(work: Work, place: None) -> None:
    await plant(work, TOWNSHIP, "20.00")
    assert await coverage(work, by="product") == {
        "": ("30.00", "6.00", "20.00", 3),
        factories.DRIED: ("25.00", "5.00", "20.00", 2),
        FRESH: ("5.00", "1.00", "20.00", 1),
    }


async def test_every_other_row_is_held_against_the_place(work: Work, place: None) -> None:
    """Payer and kind have all 6.00 mu; the household with a tag has 3.00 of them."""
    await plant(work, TOWNSHIP, "24.00")
    whole = ("25.00", "6.00", "24.00", 3)
    (payer,) = await work.conn.fetchval("select array_agg(distinct payer_id::text) from gain_line")
    household = await work.conn.fetchval("select household_id from gain_line where area_mu = 3")
    tag = {"tag_code": "example", "label": "示例身份", "valid_from": date(2020, 1, 1), "source_text": "示例"}
    await factories.insert(work, "tag", **tag | BORN)
    held = {"household_id": household, "tag_code": "example", "valid_from": date(2022, 1, 1)}
    await factories.insert(
        work,
        "household_tag",
        household_tag_id=uuid4(),
        source="api",
        **factories.placed(VILLAGE) | RECORDED | held,
    )
    assert await coverage(work, by="kind") == {"": whole, "order": whole}
    assert await coverage(work, by="organization") == {"": whole, payer: whole}
    half = ("12.50", "3.00", "24.00")
    assert await coverage(work, by="tag") == {"": whole, "example": (*half, 1), "none": (*half, 2)}


@pytest.mark.parametrize("period", ["2022Q4", "2022-11"])
async def test_a_quarter_or_month_has_none(work: Work, place: None, period: str) -> None:
    await plant(work, TOWNSHIP, "24.00")
    await plant(work, VILLAGE, "24.00")
    found = await coverage(work, period=period, by="village")
    assert set(found.values()) == {(None, None, None, 0)}


async def test_seasons_of_the_year_count_and_more_than_was_planted_is_flagged(
    work: Work, place: None
) -> None:
    await plant(work, TOWNSHIP, "4.00", year=2023)
    found = (await asked(work, period="2023")).json()["indicators"]["order_coverage"]
    assert (found["value"], found["numerator"], found["flag"]) == ("225.00", "9.00", "above_100")


async def test_an_area_adds_its_members_as_for_the_official_number_of_households(
    work: Work, place: None
) -> None:
    await factories.insert(work, "area", area_code="Q1", name="示例片区", valid_from=date(2020, 1, 1), **BORN)
    for member in (TOWNSHIP, OTHER_TOWNSHIP):
        columns = {"area_code": "Q1", "division_code": member, "valid_from": date(2020, 1, 1)}
        await factories.insert(work, "area_division", **columns | CREATED)
    await plant(work, TOWNSHIP, "20.00")
    await plant(work, THIRD, "99.00")
    await plant(work, STRANGER, "10.00")
    assert (await coverage(work, "Q1"))[""] == ("20.00", "6.00", "30.00", 3)

    async def official() -> tuple[Any, Any]:
        found = (await asked(work, "Q1")).json()["indicators"]["coverage_official"]
        return found["value"], found["denominator"]

    columns = {"year": 2022, "source_text": "示例", **BORN}
    await factories.insert(work, "division_statistic", division_code=TOWNSHIP, households=30, **columns)
    assert await official() == (None, None)
    await factories.insert(work, "division_statistic", division_code=OTHER_TOWNSHIP, households=10, **columns)
    assert await official() == ("10.00", 40)


@pytest.mark.parametrize(
    ("rows", "ordering", "area"),
    [
        ({TOWNSHIP: "24", VILLAGE: "5"}, [VILLAGE], "24"),
        ({VILLAGE: "5", SIBLING: "4", THIRD: "0"}, [VILLAGE], "9"),
        ({VILLAGE: "0"}, [VILLAGE], "0"),
        ({THIRD: "5"}, [VILLAGE], None),
        ({}, [VILLAGE], None),
    ],
)
def test_planted_area_of_a_township(rows: Mapping[str, str], ordering: list[str], area: str | None) -> None:
    found = planted_area({code: D(mu) for code, mu in rows.items()}, TOWNSHIP, ordering)
    assert found == (None if area is None else D(area))


def test_planted_area_of_a_county_takes_the_uppermost_row_of_each_branch() -> None:
    rows = {TOWNSHIP: D(24), VILLAGE: D(5), STRANGER: D(3)}
    assert planted_area(rows, COUNTY, [VILLAGE, STRANGER]) == D(27)
    assert planted_area(rows, COUNTY, [VILLAGE, "421303101999"]) is None
