"""What is signed is shared with its parties that are organisations, in one transaction; a draft never is."""

import asyncio
from typing import Any
from uuid import UUID

from registry.contracts import write_queries
from registry.contracts.service import contract
from registry.kernel.work import Work
from tests import deals
from tests.conftest import World
from tests.contracts.desk import API, Desk, codes
from tests.contracts.test_races import a_draft
from tests.serving import serving

SHARED = "select organization_id from partner_contract where contract_id = $1"


async def shared(work: Work, made: dict[str, Any]) -> set[UUID]:
    return {row["organization_id"] for row in await work.conn.fetch(SHARED, UUID(made["contract_id"]))}


async def test_every_organisation_sees_what_was_signed(desk: Desk) -> None:
    made = await desk.draft(**desk.chain())
    await desk.add(made, [await desk.line()])
    assert await shared(desk.work, made) == set()
    await desk.sign(made)
    both = {desk.world.enterprise, desk.world.collective}
    assert await shared(desk.work, made) == both
    await desk.act(made, "terminate", terminated_on="2022-10-01", reason="双方协商")
    assert await shared(desk.work, made) == both


async def test_drafts_are_never_shared(desk: Desk) -> None:
    refused = await desk.draft(**desk.chain())
    assert codes(await desk.sign(refused, 422)) != []  # no household yet
    cancelled = await desk.draft(number="示例-2")
    await desk.act(cancelled, "cancel", cancelled_on="2022-03-01", reason="登记错了")
    for made in (refused, cancelled):
        assert await shared(desk.work, made) == set()
        row = await contract(desk.work, UUID(made["contract_id"]))
        assert await write_queries.share_all(desk.work, [row]) == 0


async def test_many_are_shared_by_one_statement_and_once(desk: Desk, statements: list[str]) -> None:
    rows = [await contract(desk.work, (await deals.deal(desk.work, desk.world)).contract) for _ in range(3)]
    statements.clear()
    assert await write_queries.share_all(desk.work, rows) == 3
    assert await write_queries.share_all(desk.work, rows) == 0
    assert len(statements) == 2


async def test_signing_and_sharing_stand_or_fall_together(committed_db: World) -> None:
    async with serving(committed_db.settings) as client:
        async with committed_db.writer() as work:
            key = await a_draft(work)

        def sign() -> Any:
            return client.post(f"{API}/contracts/{key}/sign", json={"signed_on": "2022-03-01"})

        answers = await asyncio.gather(*(sign() for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        async with committed_db.reader() as work:
            assert len(await work.conn.fetch(SHARED, key)) == 1
