"""Summaries out of stored lines: counts, distribution, groups, refusals."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.factories import RECORDED, SIBLING, TOWNSHIP, VILLAGE, World
from tests.serving import NOW, providers_on, serving

GAINS = ("2991.64", "-410.20", "0.00", "1203.55", "5120.00", "880.10", "77.77")


async def gain_line(work: Work, deal: Deal, household: UUID, gain: str | None, **columns: Any) -> UUID:
    """A stored line of one mu; without a gain it is incomplete."""
    key = uuid4()
    participant = await deals.participant(work, deal, household)
    incomes = dict.fromkeys(("income_wage", "income_property", "income_transfer"), "0.00")
    known = {
        "state": "complete",
        "receipts": "6000.00",
        "cash_gain": gain,
        "labour_adjusted_gain": gain,
        "income_business": gain,
        **incomes,
    }
    standard = {
        "household_id": household,
        "contract_id": deal.contract,
        "component_id": deal.component,
        "participant_id": participant,
        "line_key": str(deal.season),
        "season_id": deal.season,
        "kind": "order",
        "method": "replaced_crop",
        "product_code": factories.DRIED,
        "crop_code": factories.CHILI,
        "payer_id": deal.buyer,
        "year": 2022,
        "period_from": date(2022, 4, 1),
        "period_to": date(2022, 11, 30),
        "recognised_on": date(2022, 11, 30),
        "area_mu": "1.00",
        "planned_kg": "1000.00",
        "delivered_kg": "900.00",
        "missing": [],
        "labour_missing": [],
        "reference_rows": [],
        "planning": False,
        "formula_version": "1",
    }
    unknown = {"state": "incomplete", "missing": ["delivery"]}
    rows = standard | (unknown if gain is None else known) | columns
    await factories.insert(
        work, "gain_line", gain_line_id=key, **factories.placed(deal.village) | RECORDED | rows
    )
    return key


class Place:
    world: World
    deal: Deal
    households: list[UUID]


@pytest.fixture
async def place(work: Work) -> Place:
    """Nine households of a village: seven with a result, one provisional until 2023, one incomplete."""
    made = Place()
    made.world = await factories.world(work)
    made.deal = await deals.deal(work, made.world)
    made.households = [await factories.household(work) for _ in range(10)]
    for household, gain in zip(made.households, GAINS, strict=False):
        await gain_line(work, made.deal, household, gain)
    late = {"recognised_on": date(2023, 3, 31), "period_to": date(2023, 3, 31), "year": 2023}
    await gain_line(work, made.deal, made.households[7], "99.00", **late)
    await gain_line(work, made.deal, made.households[8], None)
    return made


async def asked(work: Work, code: str = TOWNSHIP, **query: str) -> httpx.Response:
    await deals.periods(work)
    async with serving(providers=providers_on(work)) as client:
        return await client.get(f"/api/v1/divisions/{code}/summary", params={"period": "2022", **query})


async def values(work: Work, code: str = TOWNSHIP, **query: str) -> dict[str, Any]:
    body = (await asked(work, code, **query)).json()
    return {name: one["value"] for name, one in body["indicators"].items()} | {"counts": body["counts"]}


async def test_distribution_of_nine_households(work: Work, place: Place) -> None:
    found = await values(work)
    assert found["households_linked"] == 9
    assert found["counts"] == {"valid": 9, "complete": 7, "provisional": 0, "incomplete": 1, "stale": 0}
    assert found["cash_gain"] == "9862.86"
    assert found["gain_per_household"] == "1408.98"
    assert (found["gain_p10"], found["gain_p50"], found["gain_p90"]) == ("-410.20", "880.10", "5120.00")
    assert found["gain_lower_40_share"] == "-4.16"
    assert found["households_losing"] == 1
    assert found["coverage"] == "90.00"
    assert found["gain_per_mu"] == "1408.98"
    assert found["fulfilment_by_quantity"] == "90.00"
    assert found["income_business"] == "9862.86"
    assert found["paid_share"] is None
    assert found["gain_per_person"] is None


async def test_counts_of_months_add_up_to_quarters_and_years(work: Work, place: Place) -> None:
    """Reported on 16 January 2023. To the lines of November 2022 (seven complete, one incomplete) and of
    March 2023 (not yet due) come one of August 2022, stale, and one of November 2023, incomplete so far."""
    household = await factories.household(work)
    august = {"recognised_on": date(2022, 8, 31), "period_to": date(2022, 8, 31)}
    await gain_line(work, place.deal, household, "10.00", stale_since=NOW, stale_cause="prices", **august)
    next_year = {"recognised_on": date(2023, 11, 30), "period_to": date(2023, 11, 30), "year": 2023}
    await gain_line(work, place.deal, await factories.household(work), None, **next_year)

    async def counts(period: str) -> tuple[int, ...]:
        found = (await values(work, period=period))["counts"]
        return tuple(found[name] for name in ("complete", "provisional", "incomplete", "stale"))

    assert (await counts("2022"), await counts("2023")) == ((8, 0, 1, 1), (0, 2, 0, 0))
    assert [await counts(f"2022Q{quarter}") for quarter in (1, 2, 3, 4)] == [
        (0, 0, 0, 0),
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (7, 0, 1, 0),
    ]
    assert [await counts(f"2023Q{quarter}") for quarter in (1, 2, 3, 4)] == [
        (0, 1, 0, 0),
        (0, 0, 0, 0),
        (0, 0, 0, 0),
        (0, 1, 0, 0),
    ]
    months = {month: await counts(f"2022-{month:02}") for month in range(1, 13)}
    nothing = dict.fromkeys(range(1, 13), (0, 0, 0, 0))
    assert months == nothing | {8: (1, 0, 0, 1), 11: (7, 0, 1, 0)}


async def test_a_quarter_holds_what_is_recognised_in_it(work: Work, place: Place) -> None:
    third = await values(work, period="2022Q3")
    assert (third["households_linked"], third["cash_gain"]) == (9, None)
    fourth = await values(work, period="2022Q4")
    assert fourth["cash_gain"] == "9862.86"
    assert (await values(work, period="2022-11"))["cash_gain"] == "9862.86"
    assert (await values(work, period="2021"))["households_linked"] == 0


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("village", [SIBLING, VILLAGE]),
        ("product", [factories.DRIED]),
        ("kind", ["order"]),
    ],
)
async def test_rows_by_what_lines_say(work: Work, place: Place, by: str, keys: Sequence[str]) -> None:
    await factories.household(work, SIBLING)
    body = (await asked(work, by=by)).json()
    assert [row["key"] for row in body["rows"]] == keys
    assert body["rows"][-1]["indicators"]["households_linked"]["value"] == 9
    assert body["note"]


async def test_rows_by_organisation_in_a_role(work: Work, place: Place) -> None:
    await deals.party(work, place.deal.contract, "organiser", organization_id=place.world.collective)
    payers = (await asked(work, by="organization")).json()["rows"]
    assert [row["label"] for row in payers] == ["示范品源现代农业"]
    organisers = (await asked(work, by="organization", role="organiser")).json()["rows"]
    assert [row["label"] for row in organisers] == ["示范挑水河村集体"]
    nobody = (await asked(work, by="organization", role="guarantor")).json()["rows"]
    assert [row["key"] for row in nobody] == ["none"]
    assert (await asked(work, by="kind", role="buyer")).status_code == 422


async def test_a_tag_row_repeats_households_and_none_holds_the_rest(work: Work, place: Place) -> None:
    await factories.insert(
        work,
        "tag",
        tag_code="example",
        label="示例身份",
        valid_from=date(2020, 1, 1),
        source_text="示例",
        **factories.BORN,
    )
    await factories.insert(
        work,
        "household_tag",
        household_tag_id=uuid4(),
        household_id=place.households[0],
        tag_code="example",
        valid_from=date(2022, 12, 31),
        source="api",
        **factories.placed(VILLAGE) | RECORDED,
    )
    rows = (await asked(work, by="tag")).json()["rows"]
    assert [(row["label"], row["indicators"]["households_linked"]["value"]) for row in rows] == [
        ("示例身份", 1),
        ("没有登记身份", 8),
    ]
    assert rows[0]["indicators"]["gain_lower_40_share"]["value"] is None


async def test_persons_leave_out_households_without_a_count(work: Work, place: Place) -> None:
    await factories.headcount(work, place.households[0], resident=4)
    await factories.headcount(work, place.households[1], resident=0)
    body = (await asked(work)).json()["indicators"]["gain_per_person"]
    assert body == {
        "value": "645.36",
        "unit": "yuan_per_person",
        "n": 2,
        "numerator": "2581.44",
        "denominator": 4,
        "flag": None,
    }
    assert (await values(work))["households_without_residents"] == 5


async def test_persons_are_those_of_the_last_day_of_the_period(work: Work, place: Place) -> None:
    """Two until October, three from then on, eight in the next year: 2,991.64 ÷ 3."""
    for day, resident in ((date(2022, 1, 1), 2), (date(2022, 10, 1), 3), (date(2023, 1, 5), 8)):
        await factories.headcount(work, place.households[0], counted_on=day, resident=resident)
    for period in ("2022", "2022Q4", "2022-11"):
        found = (await asked(work, period=period)).json()["indicators"]["gain_per_person"]
        assert (found["value"], found["denominator"], found["n"]) == ("997.21", 3, 1), period


async def test_no_residents_at_all_leave_the_gain_per_person_unknown(work: Work, place: Place) -> None:
    await factories.headcount(work, place.households[0], resident=0)
    found = (await asked(work)).json()["indicators"]["gain_per_person"]
    assert (found["value"], found["numerator"], found["denominator"], found["n"]) == (None, "2991.64", 0, 1)


async def test_lines_without_area_leave_the_gain_per_mu_unknown(work: Work, place: Place) -> None:
    await work.conn.execute("update gain_line set area_mu = 0")
    found = (await asked(work)).json()["indicators"]["gain_per_mu"]
    assert (found["value"], found["numerator"], found["denominator"], found["n"]) == (
        None,
        "9862.86",
        "0.00",
        7,
    )


async def test_order_coverage_needs_the_planted_area(work: Work, place: Place) -> None:
    assert (await values(work))["order_coverage"] is None
    columns = {"crop_code": factories.CHILI, "year": 2022, "area_mu": "6.00", "source_text": "示例"}
    await factories.insert(work, "planted_area", division_code=TOWNSHIP, **columns | factories.BORN)
    cover = (await asked(work)).json()["indicators"]["order_coverage"]
    # eight lines of one mu: the ninth belongs to a season of 2023
    assert (cover["value"], cover["flag"]) == ("133.33", "above_100")
    assert (await values(work, VILLAGE))["order_coverage"] is None


async def test_contracts_due_are_fulfilled_when_completed_with_the_quantity(work: Work, place: Place) -> None:
    assert (await values(work))["fulfilment_by_contract"] == "0.00"
    await work.conn.execute("update gain_line set delivered_kg = 950 where planned_kg is not null")
    await work.conn.execute("update contract set status = 'completed', completed_on = '2022-12-31'")
    assert (await values(work))["fulfilment_by_contract"] == "100.00"


async def test_an_area_sums_up_its_divisions(work: Work, place: Place) -> None:
    await factories.insert(
        work, "area", area_code="Q1", name="示例片区", valid_from=date(2020, 1, 1), **factories.BORN
    )
    columns = {"area_code": "Q1", "division_code": TOWNSHIP, "valid_from": date(2020, 1, 1)}
    await factories.insert(work, "area_division", **columns | factories.CREATED)
    assert (await values(work, "Q1"))["cash_gain"] == Decimal("9862.86").to_eng_string()
    assert (await values(work, factories.OTHER_TOWNSHIP))["households_linked"] == 0


async def test_long_form_and_csv_say_the_same(work: Work, place: Place) -> None:
    long = (await asked(work, shape="long")).json()
    assert {r["indicator"]: r["value"] for r in long if r["indicator"] == "cash_gain"} == {
        "cash_gain": "9862.86"
    }
    csv = await asked(work, format="csv")
    assert csv.headers["content-type"].startswith("text/csv")
    assert "cash_gain,9862.86,yuan" in csv.text


async def test_long_form_and_csv_carry_the_counts_beside_each_figure(work: Work, place: Place) -> None:
    long = (await asked(work, shape="long", by="village")).json()
    counts = {(row["key"], row["incomplete"], row["provisional"], row["stale"]) for row in long}
    assert counts == {("", 1, 0, 0), (VILLAGE, 1, 0, 0)}
    csv = await asked(work, format="csv", period="2023")
    head, first, *_ = csv.text.splitlines()
    assert head.endswith("样本数,不全,未到期,待重算")
    assert first.endswith(",0,1,0")


@pytest.mark.parametrize(
    "query", [{"period": "22"}, {"period": "2022Q5"}, {"by": "colour"}, {"shape": "round"}]
)
async def test_what_cannot_be_asked_is_refused(work: Work, place: Place, query: dict[str, str]) -> None:
    assert (await asked(work, **query)).status_code == 422


async def test_an_unknown_place_is_not_found(work: Work, place: Place) -> None:
    assert (await asked(work, "999999999999")).status_code == 404


async def test_months_add_up_to_the_year_though_the_contract_ended_before_the_season(
    work: Work, place: Place
) -> None:
    """Fulfilled in September: linked until then, and its gains recognised in November stay a result."""
    await work.conn.execute("update contract set status = 'completed', completed_on = '2022-09-20'")
    year, third, fourth = [await values(work, period=period) for period in ("2022", "2022Q3", "2022Q4")]
    assert (third["households_linked"], third["cash_gain"]) == (9, None)
    assert (fourth["households_linked"], fourth["participations"], fourth["counts"]["valid"]) == (0, 0, 0)
    assert fourth["cash_gain"] == year["cash_gain"] == "9862.86"
    assert (fourth["gain_p50"], fourth["counts"]["complete"]) == ("880.10", 7)
    assert (await values(work, period="2022-11"))["gain_per_household"] == "1408.98"


async def test_a_household_of_another_village_has_the_count_and_tags_of_its_home(
    work: Work, place: Place
) -> None:
    """Household 0 also joined a contract of the next village, where it is registered as external."""
    home = place.households[0]
    columns = {"home_county_code": factories.COUNTY_CODE, "home_household_id": home}
    external = await factories.household(work, SIBLING, **columns)
    await gain_line(work, await deals.deal(work, place.world, SIBLING), external, "1000.00")
    await factories.headcount(work, home, resident=4)
    await work.conn.execute(
        "update gain_line set superseded_at = now() where household_id = any($1::uuid[])",
        place.households[1:],
    )
    tag = {"tag_code": "example", "label": "示例身份", "valid_from": date(2020, 1, 1), "source_text": "示例"}
    await factories.insert(work, "tag", **tag | factories.BORN)
    held = {"household_id": home, "tag_code": "example", "valid_from": date(2022, 1, 1), "source": "api"}
    await factories.insert(
        work, "household_tag", household_tag_id=uuid4(), **factories.placed(VILLAGE) | RECORDED | held
    )
    await work.conn.execute(
        "update participant_version set withdrawn = true where participant_id in"
        " (select participant_id from participant where household_id = any($1::uuid[]))",
        place.households[1:],
    )
    found = (await asked(work)).json()["indicators"]
    assert found["households_linked"]["value"] == 1
    person = found["gain_per_person"]
    assert (person["numerator"], person["denominator"], person["n"]) == ("3991.64", 4, 1)
    rows = (await asked(work, by="tag")).json()["rows"]
    assert [(row["key"], row["indicators"]["cash_gain"]["value"]) for row in rows] == [("example", "3991.64")]
