"""Signing: everything missing at once, everything unlikely with and without a reason."""

from datetime import date
from uuid import uuid4

import pytest

from tests import factories
from tests.contracts.desk import API, Desk, Touched, codes, component, overridden
from tests.factories import CHILI, RICE, VILLAGE

STATEMENTS = 36
"""Signing with all checks and the whole contract as the answer, before the gains are computed."""


async def test_a_complete_draft_is_signed(desk: Desk, touched: set[Touched]) -> None:
    made = await desk.draft(**desk.chain())
    await desk.add(made, [await desk.line() for _ in range(3)])
    assert touched == set()
    answer = await desk.sign(made)
    signed = answer.json()
    assert (signed["status"], signed["signed_on"], signed["version"]) == ("signed", "2022-03-01", 3)
    assert answer.headers["etag"] == '"3"'
    (version,) = signed["versions"]
    assert (version["version_no"], version["effective_on"]) == (1, "2022-03-01")
    assert {c["effective_on"] for c in signed["components"]} == {"2022-03-01"}
    assert {line["effective_on"] for line in await desk.annex(made)} == {"2022-03-01"}
    assert len(touched) == 3
    assert {year for _, year in touched} == {2022}


async def test_a_season_that_ends_later_brings_its_year(desk: Desk, touched: set[Touched]) -> None:
    await factories.season(
        desk.work, name="越冬", starts_on=date(2022, 10, 1), ends_on=date(2023, 5, 31), year=2023
    )
    made = await desk.draft()
    await desk.add(made, [await desk.line(land_uses=[{"season_id": str(desk.world.season), "idle": True}])])
    await desk.sign(made)
    assert {year for _, year in touched} == {2022, 2023}


async def test_active_follows_from_dates(desk: Desk) -> None:
    made = await desk.signed()
    days = {"2022-02-28": False, "2022-03-01": True, "2022-12-31": True, "2023-01-01": False}
    for day, active in days.items():
        shown = await desk.get(made, day=day)
        assert (shown["day"], shown["active"]) == (day, active)
    assert (await desk.get(made))["active"] is False, "the clock of the tests stands in January 2023"


async def test_an_empty_draft_names_all_it_lacks(desk: Desk) -> None:
    answer = await desk.client.post(f"{API}/contracts", json={"village_code": VILLAGE, "title": "示例合同"})
    refused = await desk.sign(answer.json(), 422)
    assert codes(refused) == [
        ("/starts_on", "required"),
        ("/ends_on", "required"),
        ("/parties", "party.buyer"),
        ("/components", "required"),
    ]
    assert (await desk.get(answer.json()))["status"] == "draft"


async def test_all_mistakes_at_once(desk: Desk) -> None:
    made = await desk.draft(components=[component("4.20", "buyer", "organiser"), component("4.00", "seller")])
    await desk.add(made, [await desk.line(method=None), await desk.line()])
    await desk.work.conn.execute("update land_use set area_mu = 0.50")
    refused = await desk.sign(made, 422, signed_on="2023-02-01")
    assert codes(refused) == [
        ("/signed_on", "contract.signed_later"),
        ("/signed_on", "contract.signed_after_end"),
        ("/components/0/payee_role", "component.role_without_party"),
        ("/components/1/payer_role", "component.role_without_party"),
        ("/participants/0/land_uses", "annex.land_area"),
        ("/participants/0/method", "annex.method"),
        ("/participants/1/land_uses", "annex.land_area"),
    ]
    assert (await desk.get(made))["status"] == "draft"


async def test_a_contract_that_pays_households_needs_some(desk: Desk) -> None:
    made = await desk.draft()
    assert codes(await desk.sign(made, 422)) == [("/participants", "annex.empty")]
    only = await desk.draft(
        number="示例-002",
        **{**desk.chain(), "components": [component("4.20", "buyer", "organiser")]},
    )
    await desk.sign(only)


async def test_grades_and_village_are_looked_at_again(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    await desk.work.conn.execute(
        "update division set valid_to = '2022-01-31' where division_code = $1", VILLAGE
    )
    await desk.work.conn.execute(
        """update component_terms set terms = jsonb_set(terms, '{price}', '{"clause": "graded",
        "base": {"clause": "market_plus", "floor": "5", "cap": "4"}, "reference_grade": "none",
        "grades": [{"grade_code": "first", "price": "3.00"}]}')"""
    )
    assert codes(await desk.sign(made, 422)) == [
        ("/village_code", "contract.village_dates"),
        ("/components/0/terms/price/base/floor", "terms.floor_above_cap"),
        ("/components/0/terms/price/reference_grade", "terms.grade"),
    ]


CHEAP = [
    ({"clause": "fixed", "price": "2.40"}, "kg", None),
    ({"clause": "fixed", "price": "6.80"}, "kg", None),
    ({"clause": "fixed", "price": "2.39"}, "kg", "price"),
    ({"clause": "fixed", "price": "4.00"}, "jin", "price"),
    ({"clause": "fixed", "price": "2.00"}, "jin", None),
    ({"clause": "floor_or_market", "floor": "8.00"}, "kg", "floor"),
    ({"clause": "market_plus", "premium": "0.10", "floor": "1.00"}, "kg", "floor"),
    ({"clause": "market_plus", "percent": "5", "cap": "40.00"}, "kg", "cap"),
]


@pytest.mark.parametrize(("clause", "unit", "field"), CHEAP)
async def test_price_far_from_the_reference(
    desk: Desk, clause: dict[str, str], unit: str, field: str | None
) -> None:
    await factories.reference_return(desk.work, crop_code=CHILI, yield_kg="1500.00", price_per_50kg="200.00")
    made = await desk.draft(components=[component(clause, unit=unit)])
    await desk.add(made, [await desk.line()])
    if field is None:
        await desk.sign(made)
        return
    answer = await desk.sign(made, 422)
    pointer = f"/components/0/terms/price/{field}"
    assert codes(answer, "warnings") == [(pointer, "terms.price_unusual")]
    assert "元" in answer.json()["warnings"][0]["message"]
    assert (await desk.get(made))["status"] == "draft"
    given = overridden(answer)
    signed = await desk.sign(made, overrides=given)
    (finding,) = signed.json()["findings"]
    assert (finding["code"], finding["override_reason"]) == ("terms.price_unusual", "已到现场核对")
    assert (finding["record_kind"], finding["record_id"]) == ("contract", made["contract_id"])


async def test_price_of_the_reference_grade(desk: Desk) -> None:
    await factories.reference_return(desk.work, crop_code=CHILI, price_per_50kg="200.00")
    graded = {
        "clause": "graded",
        "base": {"clause": "fixed", "price": "4.00"},
        "reference_grade": "first",
        "grades": [{"grade_code": "first", "price": "40.00"}, {"grade_code": "second", "price": "0.40"}],
    }
    made = await desk.draft(components=[component(graded)])
    await desk.add(made, [await desk.line(planned_kg=None)])
    answer = await desk.sign(made, 422)
    assert codes(answer, "warnings") == [("/components/0/terms/price/grades/0/price", "terms.price_unusual")]


async def test_a_duplicate_is_named(desk: Desk) -> None:
    await desk.signed(**desk.chain())
    twin = await desk.draft(number="示例-002", starts_on="2022-06-01", **desk.chain())
    await desk.add(twin, [await desk.line()])
    answer = await desk.sign(twin, 422, signed_on="2022-06-01")
    assert codes(answer, "warnings") == [("", "contract.duplicate")]
    assert "示例-001" in answer.json()["warnings"][0]["message"]
    await desk.sign(twin, signed_on="2022-06-01", overrides=overridden(answer))
    next_year = await desk.draft(
        number="示例-003", starts_on="2023-01-01", ends_on="2023-12-31", **desk.chain()
    )
    await factories.season(desk.work, year=2023, starts_on="2023-01-01", ends_on="2023-12-01")
    await desk.add(next_year, [await desk.line()])
    await desk.sign(next_year, signed_on="2023-01-01")
    other = await desk.draft(number="示例-004")
    await desk.add(other, [await desk.line()])
    await desk.sign(other)


async def test_parties_that_are_not_there_on_the_day(desk: Desk) -> None:
    ended = await factories.organization(
        desk.work,
        kind="cooperative",
        credit_code=factories.COOPERATIVE_CODE,
        name="示范合作社",
        valid_to="2021-12-31",
    )
    household = await factories.household(desk.work, valid_from="2022-05-01")
    member = await factories.person(desk.work, household, valid_to="2021-06-30")
    roles = [
        {"role": "guarantor", "organization_id": str(ended)},
        {"role": "witness", "household_id": str(household)},
        {"role": "seller", "person_id": str(member)},
    ]
    made = await desk.draft(parties=[*desk.body()["parties"], *roles])
    await desk.add(made, [await desk.line()])
    answer = await desk.sign(made, 422)
    assert codes(answer, "warnings") == [(f"/parties/{i}", "party.inactive") for i in (1, 2, 3)]
    await desk.sign(made, overrides=overridden(answer))


async def test_what_was_overridden_at_entry_is_not_asked_again(desk: Desk) -> None:
    made = await desk.draft()
    household = await factories.household(desk.work, contracted_mu="1.50")
    lines = [
        await desk.line(household, area_mu="2.00", planned_kg=None),
        await desk.line(area_mu=None, land_uses=[], planned_kg=None),
    ]
    await desk.add(made, lines, overrides=overridden(await desk.add(made, lines, 422)))
    signed = await desk.sign(made)
    assert len(signed.json()["findings"]) == 3
    # The land of the household shrinks: the figures are others, the question comes again.
    again = await desk.draft(number="示例-002", components=[component("3.90")])
    use = (await desk.annex(made))[0]["land_uses"][0]["land_use_id"]
    again_lines = [
        await desk.line(household, area_mu="2.00", planned_kg=None, land_uses=[{"land_use_id": use}])
    ]
    answer = await desk.add(again, again_lines, 422)
    assert codes(answer, "warnings") == [("/participants/0/land_uses/0/area_mu", "land_use.beyond_household")]
    await desk.add(again, again_lines, overrides=overridden(answer))
    await desk.work.conn.execute(
        "update household set contracted_mu = 1.20 where household_id = $1", household
    )
    answer = await desk.sign(again, 422)
    assert ("/participants/0/land_uses/0/area_mu", "land_use.beyond_household") in codes(answer, "warnings")


async def test_an_override_of_something_else_does_not_count(desk: Desk) -> None:
    made = await desk.draft(components=[component("40.00")])
    await factories.reference_return(desk.work, crop_code=CHILI, price_per_50kg="200.00", yield_kg="1500.00")
    await desk.add(made, [await desk.line()])
    other = {"code": "terms.price_unusual", "pointer": "/components/1/terms/price/price", "reason": "核对过"}
    answer = await desk.sign(made, 422, overrides=[other])
    assert codes(answer, "warnings") == [("/components/0/terms/price/price", "terms.price_unusual")]
    short = {**overridden(answer)[0], "reason": ""}
    assert codes(await desk.sign(made, 422, overrides=[short])) == [("/overrides/0/reason", "text.short")]


async def test_statements_of_signing_do_not_grow_with_the_annex(desk: Desk, statements: list[str]) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line() for _ in range(120)])
    statements.clear()
    await desk.sign(made)
    own = next(i for i, one in enumerate(statements) if "recomputes these households" in one)
    assert own <= STATEMENTS, statements[:own]


async def test_if_match_is_heard_when_it_is_sent(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    address = f"{API}/contracts/{made['contract_id']}/sign"
    body = {"signed_on": "2022-03-01"}
    stale = await desk.client.post(address, json=body, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    done = await desk.client.post(address, json=body, headers={"if-match": '"2"'})
    assert done.status_code == 200
    late = await desk.client.post(address, json=body, headers={"if-match": '"2"'})
    assert (late.status_code, late.json()["code"]) == (409, "contract.state")


async def test_without_a_reference_price_there_is_nothing_to_compare(desk: Desk) -> None:
    terms = component("99.00")
    terms["terms"] = {**terms["terms"], "product_code": RICE}
    made = await desk.draft(components=[terms])
    await factories.season(desk.work, product_code=RICE)
    await desk.add(made, [await desk.line(planned_kg=None)])
    answer = await desk.sign(made, 422)
    assert codes(answer, "warnings") == [("/components/0/terms/price/price", "terms.price_unusual")]
    await desk.work.conn.execute("update reference_return set price_per_50kg = null")
    await desk.sign(made)


async def test_the_same_idempotency_key_signs_once(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    address = f"{API}/contracts/{made['contract_id']}/sign"
    headers = {"idempotency-key": str(uuid4())}
    answers = [
        await desk.client.post(address, json={"signed_on": "2022-03-01"}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


async def test_numbers_of_one_buyer_meet_at_signing(desk: Desk) -> None:
    await desk.signed()
    twin = await desk.draft(number=None)
    await desk.patch(f"contracts/{twin['contract_id']}", 1, number="示例-001", number_year=2021)
    await desk.add(twin, [await desk.line()])
    answer = await desk.patch(f"contracts/{twin['contract_id']}", 3, 409, number_year=2022)
    assert answer.json()["errors"][0]["pointer"] == "/number"


async def test_a_product_without_a_season_is_signed_with_a_reason(desk: Desk) -> None:
    """Its lines are incomplete from the first day (gains.md 11)."""
    made = await desk.draft(components=[component("3.00", product_code=RICE)])
    line = {**await desk.line(planned_kg="500.00", land_uses=[]), "method": "price_premium"}
    await desk.add(made, [line])
    warned = await desk.sign(made, 422)
    assert ("/components/0/terms/product_code", "component.season_missing") in codes(warned, "warnings")
    await desk.sign(made, overrides=overridden(warned))
    (gain,) = await desk.work.conn.fetch("select missing, state from gain_line")
    assert (gain["missing"], gain["state"]) == (["season"], "incomplete")
