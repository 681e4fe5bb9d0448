"""An agreement over several villages, one contract under it in each."""

from uuid import uuid4

from tests.contracts.desk import API, Desk, Json, codes, component
from tests.factories import COUNTY, SIBLING, STRANGER, TOWNSHIP, VILLAGE


def framework(desk: Desk, **further: object) -> Json:
    return {
        "division_code": TOWNSHIP,
        "name": "示例框架协议",
        "number": "示框-1",
        "buyer_id": str(desk.world.enterprise),
        "signed_on": "2022-01-10",
        "starts_on": "2022-03-01",
        "ends_on": "2022-12-31",
        "components": [component("4.20", "buyer", "organiser"), component("2.00", "organiser", unit="jin")],
        **further,
    }


async def create(desk: Desk, **further: object) -> Json:
    answer = await desk.client.post(f"{API}/frameworks", json=framework(desk, **further))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_contracts_of_two_villages_copy_its_terms(desk: Desk) -> None:
    made = await create(desk)
    assert (made["division_last"], made["buyer_name"]) == ("421303187999", "示范品源现代农业")
    assert made["terms"]["components"][1]["terms"]["price"]["price"] == "2.0000"
    assert made["sentences"][1] == "固定价每斤 2.00 元"
    organiser = {"role": "organiser", "organization_id": str(desk.world.collective)}
    under = {"framework_id": made["framework_id"]}
    contracts = []
    for village in (VILLAGE, SIBLING):
        body = {"village_code": village, "title": f"示例合同 {village}", "parties": [organiser], **under}
        answer = await desk.client.post(f"{API}/contracts", json=body)
        assert answer.status_code == 201, answer.text
        contracts.append(answer.json())
    for one in contracts:
        assert (one["starts_on"], one["ends_on"]) == ("2022-03-01", "2022-12-31")
        assert [p["role"] for p in one["parties"]] == ["buyer", "organiser"]
        assert [c["sentence"] for c in one["components"]] == made["sentences"]
    assert contracts[0]["components"][0]["component_id"] != contracts[1]["components"][0]["component_id"]
    listed = await desk.client.get(f"{API}/contracts", params={"framework": made["framework_id"]})
    assert [one["contract_id"] for one in listed.json()["items"]] == [
        one["contract_id"] for one in reversed(contracts)
    ]


async def test_what_a_contract_says_itself_is_kept(desk: Desk) -> None:
    made = await create(desk)
    answer = await desk.client.post(
        f"{API}/contracts", json=desk.body(framework_id=made["framework_id"], ends_on="2022-10-31")
    )
    own = answer.json()
    assert (own["ends_on"], len(own["parties"]), len(own["components"])) == ("2022-10-31", 1, 1)


async def test_a_village_outside_is_refused(desk: Desk) -> None:
    made = await create(desk)
    answer = await desk.client.post(
        f"{API}/contracts", json=desk.body(framework_id=made["framework_id"], village_code=STRANGER)
    )
    assert codes(answer) == [("/village_code", "framework.outside")]
    answer = await desk.client.post(f"{API}/contracts", json=desk.body(framework_id=str(uuid4())))
    assert answer.status_code == 404


async def test_all_mistakes_of_a_framework(desk: Desk) -> None:
    answer = await desk.client.post(
        f"{API}/frameworks",
        json=framework(
            desk, division_code="421399000000", buyer_id=str(uuid4()), components=[_unknown_product()]
        ),
    )
    assert codes(answer) == [
        ("/components/0/terms/product_code", "terms.product"),
        ("/division_code", "framework.division"),
        ("/buyer_id", "party.unknown"),
    ]
    twice = [{**component("4.00"), "number": 1}] * 2
    answer = await desk.client.post(
        f"{API}/frameworks", json=framework(desk, ends_on="2021-01-01", components=twice)
    )
    assert codes(answer) == [
        ("/ends_on", "contract.order"),
        ("/components/1/number", "component.number_twice"),
    ]


def _unknown_product() -> Json:
    made = component("4.00")
    made["terms"]["product_code"] = "sesame"
    return made


async def test_changing_a_framework(desk: Desk) -> None:
    made = await create(desk)
    path = f"frameworks/{made['framework_id']}"
    under = await desk.client.post(
        f"{API}/contracts",
        json={"village_code": VILLAGE, "title": "示例合同", "framework_id": made["framework_id"]},
    )
    await desk.patch(path, None, 428, name="示例框架二")
    await desk.patch(path, 3, 412, name="示例框架二")
    answer = await desk.patch(path, 1, 422, ends_on="2021-01-01", components=[_unknown_product()])
    assert codes(answer) == [
        ("/ends_on", "contract.order"),
        ("/components/0/terms/product_code", "terms.product"),
    ]
    answer = await desk.patch(path, 1, name="示例框架二", components=[component("4.40")])
    assert (answer.json()["name"], answer.headers["etag"]) == ("示例框架二", '"2"')
    shown = await desk.client.get(f"{API}/{path}")
    assert shown.json()["sentences"] == ["固定价每公斤 4.40 元"]
    assert [c["sentence"] for c in (await desk.get(under.json()))["components"]] == made["sentences"]
    known = await desk.client.get(f"{API}/{path}", headers={"if-none-match": '"2"'})
    assert known.status_code == 304


async def test_listing_frameworks(desk: Desk) -> None:
    first = await create(desk)
    second = await create(desk, division_code=COUNTY, number="示框-2", name="示例县框架")

    async def ids(**params: str) -> list[str]:
        answer = await desk.client.get(f"{API}/frameworks", params=params)
        assert answer.status_code == 200, answer.text
        return [one["framework_id"] for one in answer.json()["items"]]

    keys = [second["framework_id"], first["framework_id"]]
    assert await ids() == keys
    assert await ids(division=VILLAGE) == keys
    assert await ids(division=STRANGER) == keys[:1]
    assert await ids(buyer=str(desk.world.collective)) == []
    page = (await desk.client.get(f"{API}/frameworks", params={"limit": "1"})).json()
    assert await ids(cursor=page["next_cursor"]) == keys[1:]
