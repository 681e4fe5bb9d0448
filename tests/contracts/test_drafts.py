"""Registering a contract as a draft and changing it."""

from uuid import uuid4

from tests import factories
from tests.contracts.desk import API, Desk, codes, component
from tests.factories import OTHER_TOWNSHIP, STRANGER, TOWNSHIP, VILLAGE


async def test_a_draft_may_be_half_filled(desk: Desk) -> None:
    answer = await desk.client.post(f"{API}/contracts", json={"village_code": VILLAGE, "title": "示例合同"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["starts_on"], made["components"]) == ("draft", None, [])
    assert made["active"] is False
    assert answer.headers["etag"] == '"1"'


async def test_four_parties_and_a_price_chain(desk: Desk) -> None:
    cooperative = await factories.organization(
        desk.work, kind="cooperative", name="示范合作社", credit_code=factories.COOPERATIVE_CODE
    )
    household = await factories.household(desk.work, head="示例户 甲")
    body = desk.chain()
    body["parties"] += [
        {"role": "guarantor", "organization_id": str(cooperative)},
        {"role": "witness", "household_id": str(household)},
    ]
    made = await desk.draft(**body)
    assert [(p["role"], p["signed_name"]) for p in made["parties"]] == [
        ("buyer", "示范品源现代农业"),
        ("organiser", "示范挑水河村集体"),
        ("guarantor", "示范合作社"),
        ("witness", "示例户 甲"),
    ]
    first, second = made["components"]
    assert (first["payer_role"], first["payee_role"]) == ("buyer", "organiser")
    assert (second["payer_role"], second["payee_role"]) == ("organiser", "household")
    assert first["terms"]["price"]["price"] == "4.2000"
    assert first["annex"] is None
    assert second["annex"]["participants"] == 0
    assert made["buyer_id"] == str(desk.world.enterprise)
    assert made["number_year"] == 2022


async def test_prices_are_kept_in_the_unit_they_were_typed_in(desk: Desk) -> None:
    clause = {"clause": "floor_or_market", "floor": "2.00"}
    made = await desk.draft(components=[component(clause, unit="jin")])
    (shown,) = made["components"]
    assert shown["terms"]["price"]["floor"] == "2.0000"
    assert shown["sentence"] == "保底每斤 2.00 元，市场价高于保底时按当日市场价"
    stored = await desk.work.conn.fetchval("select terms #>> '{price,floor}' from component_terms")
    assert stored == "4.0000"
    again = await desk.patch(
        f"contracts/{made['contract_id']}",
        1,
        components=[{k: shown[k] for k in ("number", "payer_role", "payee_role", "terms")}],
    )
    assert again.json()["components"][0]["terms"] == shown["terms"]


async def test_all_mistakes_of_a_body_at_once(desk: Desk) -> None:
    capped = {"clause": "market_plus", "floor": "9.00", "cap": "8.00"}
    answer = await desk.client.post(
        f"{API}/contracts",
        json=desk.body(
            ends_on="2022-01-01",
            parties=[{"role": "household", "organization_id": str(uuid4())}, {"role": "buyer"}],
            components=[component(capped), component("NaN", "buyer", "buyer"), component("1", number=1)],
            colour="red",
        ),
    )
    found = codes(answer)
    assert ("/components/0/terms/price/floor", "terms.floor_above_cap") in found
    assert ("/components/1/terms/price/price", "number.infinite") in found
    assert ("/parties/0/role", "choice") in found
    assert ("/parties/1", "party.one_kind") in found
    assert ("/colour", "unknown") in found


async def test_mistakes_between_fields(desk: Desk) -> None:
    buyer = {"role": "buyer", "organization_id": str(desk.world.enterprise)}
    answer = await desk.client.post(
        f"{API}/contracts",
        json=desk.body(
            ends_on="2022-01-01",
            parties=[buyer, buyer],
            components=[{**component("4.00"), "number": 2}, {**component("4.00"), "number": 2}],
        ),
    )
    assert codes(answer) == [
        ("/ends_on", "contract.order"),
        ("/components/1/number", "component.number_twice"),
        ("/parties/1", "party.twice"),
    ]
    answer = await desk.client.post(
        f"{API}/contracts", json=desk.body(components=[component("4.00", "buyer", "buyer")])
    )
    assert codes(answer) == [("/components/0/payee_role", "component.same_role")]


async def test_what_a_contract_names_must_be_registered(desk: Desk) -> None:
    graded = {
        "clause": "graded",
        "base": {"clause": "fixed", "price": "4.00"},
        "reference_grade": "third",
        "grades": [{"grade_code": "first", "price": "4.20"}, {"grade_code": "ninth", "coefficient": "0.8"}],
    }
    unknown = {**component("4.00")}
    unknown["terms"] = {**unknown["terms"], "product_code": "sesame"}
    answer = await desk.client.post(
        f"{API}/contracts",
        json=desk.body(
            village_code=TOWNSHIP,
            parties=[{"role": "buyer", "organization_id": str(uuid4())}],
            components=[component(graded), unknown],
        ),
    )
    assert codes(answer) == [
        ("/village_code", "contract.village"),
        ("/parties/0/organization_id", "party.unknown"),
        ("/components/0/terms/price/reference_grade", "terms.grade"),
        ("/components/0/terms/price/grades/1/grade_code", "terms.grade"),
        ("/components/1/terms/product_code", "terms.product"),
    ]


async def test_a_village_must_exist_when_the_contract_starts(desk: Desk) -> None:
    answer = await desk.client.post(
        f"{API}/contracts", json=desk.body(starts_on="2019-01-01", ends_on="2019-12-31")
    )
    assert codes(answer) == [("/village_code", "contract.village_dates")]


async def test_a_change_needs_the_version_it_was_made_on(desk: Desk) -> None:
    made = await desk.draft()
    path = f"contracts/{made['contract_id']}"
    await desk.patch(path, None, 428, title="示例合同二")
    await desk.patch(path, 9, 412, title="示例合同二")
    answer = await desk.patch(path, 1, title="示例合同二", number=None)
    assert (answer.json()["title"], answer.headers["etag"]) == ("示例合同二", '"2"')
    await desk.patch(path, 1, 412, title="示例合同三")
    known = await desk.client.get(f"{API}/{path}", headers={"if-none-match": 'W/"2"'})
    assert known.status_code == 304


async def test_lists_of_a_patch_replace_the_lists_there(desk: Desk) -> None:
    made = await desk.draft(**desk.chain())
    keep = made["components"][1]
    body = {**component("3.90", "organiser"), "number": 2}
    answer = await desk.patch(f"contracts/{made['contract_id']}", 1, components=[body])
    (now,) = answer.json()["components"]
    assert now["component_id"] == keep["component_id"]
    assert now["terms"]["price"]["price"] == "3.9000"
    answer = await desk.patch(f"contracts/{made['contract_id']}", 2, parties=[], ends_on="2023-03-31")
    assert (answer.json()["buyer_id"], answer.json()["parties"]) == (None, [])
    answer = await desk.patch(f"contracts/{made['contract_id']}", 3, 422, starts_on="2024-01-01")
    assert codes(answer) == [("/ends_on", "contract.order")]


async def test_a_component_with_an_annex_does_not_vanish(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    path = f"contracts/{made['contract_id']}"
    answer = await desk.patch(path, 2, 422, components=[])
    assert codes(answer) == [("/components", "component.has_annex")]
    answer = await desk.patch(path, 2, 422, components=[component("4.00", "buyer", "organiser")])
    assert codes(answer) == [("/components", "component.has_annex")]
    await desk.patch(path, 2, components=[component("4.10")])


async def test_a_number_is_unique_per_buyer_and_year(desk: Desk) -> None:
    await desk.draft()
    answer = await desk.client.post(f"{API}/contracts", json=desk.body())
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/number"
    await desk.draft(starts_on="2023-03-01", ends_on="2023-12-31")
    await desk.draft(number_year=2021)


async def test_a_signed_contract_keeps_what_was_agreed(desk: Desk) -> None:
    made = await desk.signed()
    path = f"contracts/{made['contract_id']}"
    answer = await desk.patch(path, made["version"], 409, title="别的名称")
    assert answer.json()["code"] == "contract.state"
    answer = await desk.patch(path, made["version"], number="示例-777", note="示例备注")
    assert (answer.json()["number"], answer.json()["note"]) == ("示例-777", "示例备注")


async def test_list_filters(desk: Desk) -> None:
    plain = await desk.signed()
    chain = await desk.draft(number="示例-002", **desk.chain())
    far = await desk.draft(number="示例-003", village_code=STRANGER)
    household = (await desk.annex(plain))[0]["household_id"]

    async def ids(**params: str) -> list[str]:
        answer = await desk.client.get(f"{API}/contracts", params=params)
        assert answer.status_code == 200, answer.text
        return [one["contract_id"] for one in answer.json()["items"]]

    keys = [one["contract_id"] for one in (far, chain, plain)]
    assert await ids() == keys
    assert await ids(division=TOWNSHIP) == keys[1:]
    assert await ids(division=OTHER_TOWNSHIP) == keys[:1]
    assert await ids(status="draft") == keys[:2]
    assert await ids(organization=str(desk.world.collective)) == [keys[1]]
    assert await ids(organization=str(desk.world.enterprise), role="organiser") == []
    assert await ids(organization=str(desk.world.enterprise), role="buyer") == keys
    assert await ids(product="chili_dried") == keys
    assert await ids(product=factories.RICE) == []
    assert await ids(active_on="2022-06-01") == [keys[2]]
    assert await ids(active_on="2023-06-01") == []
    assert await ids(household=household) == [keys[2]]
    assert await ids(updated_since="2023-01-16T02:00:00Z") == keys
    assert await ids(updated_since="2023-01-16T02:00:01Z") == []


async def test_a_list_goes_on_by_its_cursor(desk: Desk) -> None:
    made = [await desk.draft(number=f"示例-{i}") for i in range(3)]
    first = await desk.client.get(f"{API}/contracts", params={"limit": "2"})
    assert 'rel="next"' in first.headers["link"]
    rest = await desk.client.get(f"{API}/contracts", params={"cursor": first.json()["next_cursor"]})
    shown = [one["contract_id"] for one in [*first.json()["items"], *rest.json()["items"]]]
    assert shown == [one["contract_id"] for one in reversed(made)]
    assert rest.json()["next_cursor"] is None
    item = first.json()["items"][0]
    assert (item["village_name"], item["buyer_name"]) == ("挑水河村委会", "示范品源现代农业")
    assert (item["product_names"], item["participants"], item["active"]) == (["干朝天椒"], 0, False)


async def test_an_unknown_contract_is_not_found(desk: Desk) -> None:
    answer = await desk.client.get(f"{API}/contracts/{uuid4()}")
    assert answer.status_code == 404


async def test_lists_as_csv(desk: Desk) -> None:
    made = await desk.signed(title="=示例合同")
    contracts = await desk.client.get(f"{API}/contracts", params={"format": "csv"})
    assert contracts.headers["content-type"].startswith("text/csv")
    heading, row = contracts.text.removeprefix("\ufeff").split("\r\n")[:2]
    assert heading.startswith("编号,版本,村代码,村,合同名称")
    assert "'=示例合同" in row
    address = f"{API}/contracts/{made['contract_id']}/participants"
    lines = await desk.client.get(address, headers={"accept": "text/csv"})
    assert lines.text.count("\r\n") == 2
    assert "1500.00" in lines.text
