"""Who sees and changes which contracts: village, township, neighbours, strangers, a partner."""

from uuid import UUID

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from tests import factories
from tests.contracts.desk import API, Desk
from tests.factories import COUNTY, OTHER_TOWNSHIP, SIBLING, STRANGER, TOWNSHIP, VILLAGE


def of(code: str, write: str | None = None) -> Identity:
    """Reads a division, writes the same or another."""
    return Identity(
        actor="local", read=Scope.of_division(code), write=Scope.of_division(write) if write else Scope.EMPTY
    )


CADRE, CLERK = of(VILLAGE, VILLAGE), of(TOWNSHIP, TOWNSHIP)
NEIGHBOUR, STRANGE = of(SIBLING, SIBLING), of(OTHER_TOWNSHIP, OTHER_TOWNSHIP)


async def test_cadre_and_clerk_work_on_their_contracts(desk: Desk) -> None:
    household = await factories.household(desk.work)
    lines = [await desk.line(household)]
    for actor, number in ((CADRE, "示例-001"), (CLERK, "示例-002")):
        await transactions.enter(desk.work, actor)
        made = await desk.draft(number=number, parties=desk.body()["parties"], title=f"示例合同 {number}")
        await desk.add(made, lines)
        duplicate = {"code": "contract.duplicate", "pointer": "", "reason": "示例用的第二份"}
        await desk.sign(made, overrides=[duplicate])


async def test_others_find_nothing(desk: Desk) -> None:
    made = await desk.signed()
    line = (await desk.annex(made))[0]
    address = f"{API}/contracts/{made['contract_id']}"
    for actor in (NEIGHBOUR, STRANGE):
        await transactions.enter(desk.work, actor)
        for path in ("", "/participants", f"/participants/{line['participant_id']}", "/amendments"):
            assert (await desk.client.get(f"{address}{path}")).status_code == 404
        listed = await desk.client.get(f"{API}/contracts")
        assert listed.json()["items"] == []
        headers = {"if-match": f'"{made["version"]}"'}
        changed = await desk.client.patch(address, json={"note": "示例"}, headers=headers)
        assert changed.status_code == 404
        ended = await desk.client.post(f"{address}/complete", json={"completed_on": "2022-11-30"})
        assert ended.status_code == 404


async def test_nobody_registers_in_another_village(desk: Desk) -> None:
    for actor in (NEIGHBOUR, STRANGE):
        await transactions.enter(desk.work, actor)
        answer = await desk.client.post(f"{API}/contracts", json=desk.body())
        assert answer.status_code == 404


async def test_who_only_reads_changes_nothing(desk: Desk) -> None:
    draft, signed = await desk.draft(number="示例-002"), await desk.signed()
    await transactions.enter(desk.work, of(COUNTY))
    headers = {"if-match": f'"{draft["version"]}"'}
    address = f"{API}/contracts/{draft['contract_id']}"
    assert (await desk.client.get(address)).status_code == 200
    assert (await desk.client.patch(address, json={"note": "x"}, headers=headers)).status_code == 404
    added = await desk.client.post(f"{address}/participants", json={"participants": [{"household": "示例"}]})
    assert added.status_code == 404
    assert (await desk.client.post(f"{address}/filings", json={"state": "submitted"})).status_code == 404
    signed_address = f"{API}/contracts/{signed['contract_id']}"
    for action, body in {
        "complete": {"completed_on": "2022-11-30"},
        "terminate": {"terminated_on": "2022-11-30", "reason": "示例原因"},
        "cancel": {"cancelled_on": "2022-11-30", "reason": "示例原因"},
    }.items():
        assert (await desk.client.post(f"{signed_address}/{action}", json=body)).status_code == 404


async def test_a_partner_reads_its_contracts_only(desk: Desk) -> None:
    mine, other = await desk.signed(), await desk.draft(number="示例-002")
    partner = Identity(actor="local", read=Scope(contracts=(UUID(mine["contract_id"]),)), write=Scope.EMPTY)
    await transactions.enter(desk.work, partner)
    listed = (await desk.client.get(f"{API}/contracts")).json()["items"]
    assert [one["contract_id"] for one in listed] == [mine["contract_id"]]
    shown = await desk.get(mine)
    assert [party["role"] for party in shown["parties"]] == ["buyer"]
    assert shown["findings"] == []
    assert (await desk.client.get(f"{API}/contracts/{other['contract_id']}")).status_code == 404


async def test_a_framework_is_read_where_it_reaches(desk: Desk) -> None:
    body = {
        "division_code": TOWNSHIP,
        "name": "示例框架协议",
        "buyer_id": str(desk.world.enterprise),
        "starts_on": "2022-03-01",
        "ends_on": "2022-12-31",
        "components": desk.chain()["components"],
    }
    await transactions.enter(desk.work, CADRE)
    assert (await desk.client.post(f"{API}/frameworks", json=body)).status_code == 404
    await transactions.enter(desk.work, CLERK)
    made = await desk.client.post(f"{API}/frameworks", json=body)
    assert made.status_code == 201
    address = f"{API}/frameworks/{made.json()['framework_id']}"
    for actor, status in ((CADRE, 200), (of(COUNTY), 200), (STRANGE, 404), (of(STRANGER), 404)):
        await transactions.enter(desk.work, actor)
        assert (await desk.client.get(address)).status_code == status
    await transactions.enter(desk.work, CADRE)
    answer = await desk.client.patch(address, json={"name": "别的"}, headers={"if-match": '"1"'})
    assert answer.status_code == 404
