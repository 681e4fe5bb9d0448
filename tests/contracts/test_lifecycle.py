"""draft → signed → completed | terminated | cancelled, and the filing beside it."""

from uuid import UUID, uuid4

import pytest

from tests import deals
from tests.contracts.desk import API, Desk, Json, Touched, codes, colleague
from tests.deals import Deal

BODIES: dict[str, Json] = {
    "sign": {"signed_on": "2022-03-01"},
    "complete": {"completed_on": "2022-11-30"},
    "terminate": {"terminated_on": "2022-09-30", "reason": "双方协商终止"},
    "cancel": {"cancelled_on": "2022-03-02", "reason": "登记错了"},
}
ALLOWED = {
    ("draft", "sign"): "signed",
    ("draft", "cancel"): "cancelled",
    ("signed", "complete"): "completed",
    ("signed", "terminate"): "terminated",
    ("signed", "cancel"): "cancelled",
}
PATHS = {
    "draft": [],
    "signed": ["sign"],
    "completed": ["sign", "complete"],
    "terminated": ["sign", "terminate"],
    "cancelled": ["cancel"],
}


@pytest.mark.parametrize("state", PATHS)
async def test_every_step_from_every_state(desk: Desk, state: str) -> None:
    for action, body in BODIES.items():
        made = await desk.draft(number=None)
        await desk.add(made, [await desk.line()])
        for step in PATHS[state]:
            await desk.act(made, step, **_signing(step, BODIES[step]))
        wanted = ALLOWED.get((state, action))
        answer = await desk.act(made, action, 200 if wanted else 409, **_signing(action, body))
        if wanted:
            assert answer.json()["status"] == wanted
        else:
            assert answer.json()["code"] == "contract.state"
            assert (await desk.get(made))["status"] == state


def _signing(action: str, body: Json) -> Json:
    """Contracts of one test are alike; that this is meant is said when signing."""
    reason = {"code": "contract.duplicate", "pointer": "", "reason": "各村民小组分别签订"}
    return {**body, "overrides": [reason]} if action == "sign" else body


def _deal(desk: Desk, made: Json) -> Deal:
    component = made["components"][-1]["component_id"]
    return Deal(
        contract=UUID(made["contract_id"]),
        component=UUID(component),
        buyer=desk.world.enterprise,
        season=desk.world.season,
        village=made["village_code"],
    )


async def test_ends_move_the_last_active_day(desk: Desk, touched: set[Touched]) -> None:
    done = await desk.signed()
    touched.clear()
    answer = await desk.act(done, "complete", completed_on="2022-11-30", reason="全部交售完")
    assert (answer.json()["completed_on"], answer.json()["status_reason"]) == ("2022-11-30", "全部交售完")
    assert len(touched) == 1
    assert (await desk.get(done, day="2022-11-30"))["active"] is True
    assert (await desk.get(done, day="2022-12-01"))["active"] is False
    stopped = await desk.signed(number="示例-002", title="另一份", **desk.chain())
    await desk.act(stopped, "terminate", terminated_on="2022-06-30", reason="企业停产")
    assert (await desk.get(stopped, day="2022-07-01"))["active"] is False
    assert (await desk.get(stopped, day="2022-06-30"))["active"] is True
    assert len(touched) == 2


async def test_a_cancelled_contract_was_never_active(desk: Desk, touched: set[Touched]) -> None:
    made = await desk.signed()
    touched.clear()
    answer = await desk.act(made, "cancel", **BODIES["cancel"])
    assert (answer.json()["cancelled_on"], answer.json()["status_reason"]) == ("2022-03-02", "登记错了")
    assert (await desk.get(made, day="2022-06-01"))["active"] is False
    assert len(touched) == 1


async def test_reasons_are_asked_for(desk: Desk) -> None:
    made = await desk.signed()
    assert codes(await desk.act(made, "terminate", 422, terminated_on="2022-06-30")) == [
        ("/reason", "required")
    ]
    assert codes(await desk.act(made, "cancel", 422, reason="短")) == [
        ("/cancelled_on", "required"),
        ("/reason", "text.short"),
    ]


async def test_days_of_an_end(desk: Desk) -> None:
    made = await desk.signed()
    await deals.delivery(desk.work, _deal(desk, made), None, organization_id=desk.world.collective)
    assert codes(await desk.act(made, "complete", 422, completed_on="2022-02-01")) == [
        ("/completed_on", "contract.ends_before_start"),
        ("/completed_on", "contract.delivered_later"),
    ]
    refused = await desk.act(made, "terminate", 422, terminated_on="2023-02-01", reason="以后再说")
    assert codes(refused) == [("/terminated_on", "contract.ends_later")]
    await desk.act(made, "complete", completed_on="2022-08-20")


async def test_deliveries_forbid_cancelling(desk: Desk) -> None:
    made = await desk.signed()
    await deals.delivery(desk.work, _deal(desk, made), None, organization_id=desk.world.collective)
    answer = await desk.act(made, "cancel", 409, **BODIES["cancel"])
    assert answer.json()["code"] == "contract.delivered"
    assert (await desk.get(made))["status"] == "signed"
    await desk.work.conn.execute(
        "update delivery set voided_at = created_at, voided_by = 'operator', void_reason = '示例'"
    )
    await desk.act(made, "cancel", **BODIES["cancel"])


FILED: Json = {"number": "淅备-1", "filed_on": "2022-03-05", "authority": "淅河镇人民政府"}


async def test_filing_is_a_state_of_its_own(desk: Desk) -> None:
    made = await desk.draft(filing_state="not_required")
    assert made["filing"]["state"] == "not_required"
    await desk.act(made, "filings", state="submitted")
    with colleague():
        refused = await desk.act(made, "filings", 422, state="returned")
        assert codes(refused) == [("/reason", "required")]
        answer = await desk.act(made, "filings", state="returned", reason="缺见证方签字")
        assert answer.json()["filing"]["reason"] == "缺见证方签字"
        refused = await desk.act(made, "filings", 422, state="filed")
        needed = [("/number", "required"), ("/filed_on", "required"), ("/authority", "required")]
        assert codes(refused) == needed
        answer = await desk.act(made, "filings", state="filed", **FILED)
    assert answer.json()["filing"] == {"state": "filed", **FILED, "reason": None}
    assert answer.json()["status"] == "draft"
    answer = await desk.act(made, "filings", 409, state="submitted")
    assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (
        "contract.filing_state",
        "/state",
    )
    await desk.add(made, [await desk.line()])
    assert (await desk.sign(made)).json()["filing"]["state"] == "filed"


async def test_filing_of_a_cancelled_contract(desk: Desk) -> None:
    made = await desk.draft()
    await desk.act(made, "cancel", **BODIES["cancel"])
    answer = await desk.act(made, "filings", 409, state="submitted")
    assert answer.json()["code"] == "contract.state"


async def test_stale_versions_of_every_action(desk: Desk) -> None:
    made = await desk.signed()
    headers = {"if-match": '"1"'}
    bodies: dict[str, Json] = {**BODIES, "filings": {"state": "submitted"}}
    del bodies["sign"]
    for action, body in bodies.items():
        address = f"{API}/contracts/{made['contract_id']}/{action}"
        answer = await desk.client.post(address, json=body, headers=headers)
        assert answer.status_code == 412, action
        broken = await desk.client.post(address, json=body, headers={"if-match": "abc"})
        assert broken.status_code == 412, action


async def test_unknown_contracts(desk: Desk) -> None:
    for action, body in BODIES.items():
        answer = await desk.client.post(f"{API}/contracts/{uuid4()}/{action}", json=body)
        assert answer.status_code == 404, action
