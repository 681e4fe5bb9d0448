"""Two at once on a committed database: exactly one wins, and the gains are there when it commits."""

import asyncio
from datetime import date
from decimal import Decimal
from uuid import UUID

import httpx

from registry.contracts import annex, drafts, lifecycle
from registry.contracts.annex_inputs import LandUseIn, ParticipantIn, ParticipantsIn
from registry.contracts.inputs import ComponentIn, ContractIn, PartyIn, SignIn
from registry.contracts.kinds.order.terms import Fixed, OrderTerms
from registry.kernel.work import Act, Work
from tests import factories
from tests.conftest import World
from tests.contracts.desk import API
from tests.factories import DRIED, RICE, VILLAGE
from tests.serving import NOW, serving

IN_FORCE = "select count(*) from participant_version where effective_on is not null"
ACT = Act(actor="local", now=NOW)


async def a_draft(work: Work) -> UUID:
    """A complete draft with one household, committed with its transaction."""
    world = await factories.world(work)
    household = await factories.household(work)
    new = ContractIn(
        village_code=VILLAGE,
        title="示例辣椒订单合同",
        starts_on=date(2022, 3, 1),
        ends_on=date(2022, 12, 31),
        parties=[PartyIn(role="buyer", organization_id=world.enterprise)],
        components=[
            ComponentIn(
                payer_role="buyer",
                payee_role="household",
                terms=OrderTerms(product_code=DRIED, price=Fixed(price=Decimal("4.00"))),
            )
        ],
    )
    made = await drafts.create(work.acting(ACT), new)
    line = ParticipantIn(
        household_id=household,
        area_mu=Decimal("1.00"),
        planned_kg=Decimal("1500.00"),
        method="replaced_crop",
        land_uses=[LandUseIn(displaced_crops=(RICE,))],
    )
    await annex.add(work.acting(ACT), made.contract_id, ParticipantsIn(participants=[line]))
    return made.contract_id


async def test_of_two_who_sign_one_wins(committed_db: World) -> None:
    async with serving(committed_db.settings) as client:
        async with committed_db.writer() as work:
            key = await a_draft(work)

        async def sign() -> httpx.Response:
            return await client.post(f"{API}/contracts/{key}/sign", json={"signed_on": "2022-03-01"})

        answers = await asyncio.gather(*(sign() for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        async with committed_db.reader() as work:
            assert await work.conn.fetchval("select count(*) from contract_version") == 1
            assert await work.conn.fetchval("select count(*) from gain_line where superseded_at is null") == 1


async def test_a_line_added_while_signing_is_either_signed_or_refused(committed_db: World) -> None:
    async with serving(committed_db.settings) as client:
        async with committed_db.writer() as work:
            key = await a_draft(work)
            household = await factories.household(work)
        line = {"household_id": str(household), "method": "price_premium"}
        added, signed = await asyncio.gather(
            client.post(f"{API}/contracts/{key}/participants", json={"participants": [line]}),
            client.post(f"{API}/contracts/{key}/sign", json={"signed_on": "2022-03-01"}),
        )
        assert signed.status_code == 200, signed.text
        assert added.status_code in (201, 409)
        async with committed_db.reader() as work:
            lines = await work.conn.fetchval("select count(*) from participant")
            dated = await work.conn.fetchval(
                "select count(*) from participant_version where effective_on is not null"
            )
        assert lines == dated == (2 if added.status_code == 201 else 1)


async def test_the_gains_follow_the_life_of_a_contract(committed_db: World) -> None:
    async with serving(committed_db.settings) as client:
        async with committed_db.writer() as work:
            key = await a_draft(work)
        async with committed_db.reader() as work:
            assert await work.conn.fetchval("select count(*) from gain_line") == 0
        async with committed_db.writer() as work:
            await lifecycle.sign(work.acting(ACT), key, SignIn(signed_on=date(2022, 3, 1)))
        async with committed_db.reader() as work:
            assert await work.conn.fetchval("select count(*) from gain_line where superseded_at is null") == 1
        body = {"cancelled_on": "2022-03-02", "reason": "登记错了"}
        assert (await client.post(f"{API}/contracts/{key}/cancel", json=body)).status_code == 200
        async with committed_db.reader() as work:
            assert await work.conn.fetchval("select count(*) from gain_line where superseded_at is null") == 0
