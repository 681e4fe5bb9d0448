"""Separation of duties: whoever enters a filing does not decide on it, in any order and at once."""

import asyncio
from uuid import UUID

import httpx
import msgspec
import pytest

from registry.contracts import guarded_updates
from registry.kernel.http.callers import Caller
from registry.kernel.http.web import AnyRequest
from tests.conftest import World
from tests.contracts.desk import API, Desk, Json, colleague, person
from tests.contracts.test_races import a_draft
from tests.serving import serving

FILED: Json = {"state": "filed", "number": "淅备-1", "filed_on": "2022-03-05", "authority": "示范机关"}
RETURNED: Json = {"state": "returned", "reason": "缺见证方签字"}
SAME = "contract.filing.same_person"


def test_the_rule() -> None:
    assert guarded_updates.duties_separated("local", "second")
    assert not guarded_updates.duties_separated("local", "local")


@pytest.mark.parametrize("decision", [FILED, RETURNED])
async def test_the_person_who_submits_does_not_decide(desk: Desk, decision: Json) -> None:
    made = await desk.signed()
    with colleague():
        await desk.act(made, "filings", state="submitted")
        refused = (await desk.act(made, "filings", 409, **decision)).json()
        assert (refused["code"], refused["errors"][0]["pointer"]) == (SAME, "/state")
        assert refused["errors"][0]["message"] == "这份合同是您报送的，备案或退回要由另一位经办办理。"
    answer = await desk.act(made, "filings", **decision)  # registering is not submitting
    assert answer.json()["filing"]["state"] == decision["state"]


async def test_the_person_who_registered_does_not_file_without_submission(desk: Desk) -> None:
    made = await desk.signed()
    assert (await desk.act(made, "filings", 409, **FILED)).json()["code"] == SAME
    with colleague():
        await desk.act(made, "filings", **FILED)
    assert (await desk.act(made, "filings", 409, **RETURNED)).json()["code"] == SAME


async def test_withdrawing_or_returning_does_not_wash_the_submission_off(desk: Desk) -> None:
    made = await desk.signed()
    with colleague():
        await desk.act(made, "filings", state="submitted")
        await desk.act(made, "filings", state="missing")
        assert (await desk.act(made, "filings", 409, **FILED)).json()["code"] == SAME
        await desk.act(made, "filings", state="submitted")
    await desk.act(made, "filings", **RETURNED)
    with colleague():
        assert (await desk.act(made, "filings", 409, **FILED)).json()["code"] == SAME
    await desk.act(made, "filings", **FILED)


async def test_a_later_submission_counts(desk: Desk) -> None:
    made = await desk.signed()
    with colleague("cadre1", "cadre"):
        await desk.act(made, "filings", state="submitted")
    await desk.act(made, "filings", **RETURNED)
    await desk.act(made, "filings", state="submitted")
    assert (await desk.act(made, "filings", 409, **FILED)).json()["code"] == SAME
    with colleague():
        await desk.act(made, "filings", **FILED)


@pytest.mark.parametrize("decision", [FILED, RETURNED])
async def test_only_a_clerk_decides(desk: Desk, decision: Json) -> None:
    made = await desk.signed()
    await desk.act(made, "filings", state="submitted")
    with colleague(role="cadre"):
        refused = (await desk.act(made, "filings", 403, **decision)).json()
        assert refused["code"] == "contract.filing.role"
    assert (await desk.get(made))["filing"]["state"] == "submitted"


async def test_editing_a_draft_does_not_unsay_its_filing(desk: Desk) -> None:
    made = await desk.draft()
    await desk.act(made, "filings", state="submitted")
    version = (await desk.get(made))["version"]
    address = f"contracts/{made['contract_id']}"
    refused = await desk.patch(address, version, 422, filing_state="missing")
    assert refused.json()["errors"][0]["code"] == "contract.filing_state"
    await desk.patch(address, version, note="备注")


async def test_of_submitting_and_filing_at_once_no_person_does_both(committed_db: World) -> None:
    """The contract is another's, so that filing it at once is allowed as long as it is not submitted."""

    async def second(_: AnyRequest) -> Caller:
        return person("second")

    async with serving(committed_db.settings, caller=second) as client:
        async with committed_db.writer() as work:
            key = await a_draft(work)

        async def take(body: Json) -> httpx.Response:
            return await client.post(f"{API}/contracts/{key}/filings", json=body)

        for _ in range(10):
            submitted, filed = await asyncio.gather(take({"state": "submitted"}), take(FILED))
            assert (submitted.status_code, filed.status_code) in ((200, 409), (409, 200))
            assert await _state(committed_db, key) == ("submitted" if submitted.is_success else "filed")
            if filed.status_code == 409:
                assert filed.json()["code"] == SAME
            async with committed_db.writer() as work:
                await work.conn.execute("update contract set filing_state = 'missing', filing_by = null")


async def _state(world: World, key: UUID) -> str:
    async with world.reader() as work:
        found = await work.conn.fetchval("select filing_state from contract where contract_id = $1", key)
    return msgspec.convert(found, str)
