"""Real transactions side by side: nothing missed, nothing twice, nobody reaches beyond the scope."""

import asyncio
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from registry.fulfilment import records, service
from registry.fulfilment.facts import FactRows
from registry.fulfilment.model import DeliveryFilter, DeliveryIn
from registry.fulfilment.record_model import CompletionIn
from registry.kernel import jobs
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.forms import parsing
from registry.kernel.work import Act, Work
from tests import factories
from tests.conftest import World
from tests.factories import SIBLING, VILLAGE
from tests.fulfilment.village import DELIVERIES, Chain, chain, clause, entered, post
from tests.serving import NOW, serving

ACT = Act(actor="local", now=NOW)
CADRE = Identity(actor=ACT.actor, read=Scope.of_division(VILLAGE), write=Scope.of_division(VILLAGE))
NEIGHBOUR = Identity(actor=ACT.actor, read=Scope.of_division(SIBLING), write=Scope.of_division(SIBLING))
AUDITOR = Identity(actor="auditor", read=Scope.ALL, write=Scope.EMPTY)


async def made(world: World, terms: dict[str, Any] | None = None) -> Chain:
    async with world.writer() as work:
        return await chain(work, terms, area="5.00")


async def lines(work: Work) -> list[tuple[Any, ...]]:
    """The current lines but for their ids and times."""
    rows = await work.conn.fetch(
        "select household_id, line_key, state, missing, delivered_kg, receipts, cash_gain from gain_line"
        " where superseded_at is null order by household_id, line_key"
    )
    return [tuple(row) for row in rows]


def ticket(known: Chain, **changes: Any) -> DeliveryIn:
    return parsing.parse(DeliveryIn, known.ticket(**changes))


async def test_deliveries_of_one_household_in_parallel_all_count(committed_db: World) -> None:
    known = await made(committed_db)
    async with serving(committed_db.settings) as client:
        sent = [post(client, DELIVERIES, known.ticket(gross=f"{110 + index}")) for index in range(6)]
        answers = await asyncio.gather(*sent)
    assert [one.status_code for one in answers] == [201] * 6
    async with committed_db.reader() as work:
        delivered = await work.conn.fetchval(
            "select delivered_kg::text from gain_line where superseded_at is null and household_id = $1",
            known.households[0],
        )
    assert delivered == "615.00"


async def test_voiding_a_delivery_restores_the_earlier_lines(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    await entered(client, known.ticket())
    before = await lines(work)
    second = await entered(client, known.ticket(gross="120"))
    assert await lines(work) != before
    await post(client, f"{DELIVERIES}/{second['delivery_id']}/void", {"reason": "录错了户"})
    assert await lines(work) == before


async def test_of_many_who_void_a_ticket_one_succeeds(committed_db: World) -> None:
    known = await made(committed_db)
    async with serving(committed_db.settings) as client:
        address = f"{DELIVERIES}/{(await entered(client, known.ticket()))['delivery_id']}/void"
        answers = await asyncio.gather(*(post(client, address, {"reason": "录错了"}) for _ in range(6)))
    assert Counter(one.status_code for one in answers) == {200: 1, 409: 5}


async def test_of_many_who_use_a_ticket_number_one_succeeds(committed_db: World) -> None:
    known = await made(committed_db)
    async with serving(committed_db.settings) as client:
        sent = [known.ticket(ticket_number="A-1", gross=f"{110 + index}") for index in range(6)]
        answers = await asyncio.gather(*(post(client, DELIVERIES, one) for one in sent))
        refused = [one.json()["code"] for one in answers if one.status_code == 409]
        batch = {"items": [known.ticket(ticket_number="A-1", gross="200")]}
        late = await post(client, f"{DELIVERIES}:batch?mode=valid", batch)
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 5}
    assert set(refused) == {"delivery.ticket_taken"}
    assert late.json()["summary"]["rejected"] == 1


async def test_a_number_taken_between_looking_and_writing_is_a_conflict(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen by neither look: the constraint decides."""
    from registry.fulfilment import queries

    known = await made(committed_db)

    seeing = queries.ticket_facts

    async def nothing(*_: object) -> list[Any]:
        return []

    async def blind(*asked: Any) -> FactRows:
        return msgspec.structs.replace(await seeing(*asked), standing=[])

    rows = [ticket(known, ticket_number="A-1"), ticket(known, ticket_number="A-2", gross="300")]
    async with committed_db.writer() as work:
        await service.add(work.acting(ACT), rows[0])
        monkeypatch.setattr(queries, "tickets_taken", nothing)
        monkeypatch.setattr(queries, "ticket_facts", blind)
        done = await service.enter(work.acting(ACT), rows, mode="valid")
        assert [one.result for one in done] == ["rejected", "created"]
        with pytest.raises(Exception, match="已有这个磅单号"):
            await service.enter(work.acting(ACT), [rows[0]])


async def test_no_ticket_being_entered_is_overlooked_by_a_repricing(committed_db: World) -> None:
    known = await made(committed_db, clause(clause="market_plus", percent="0"))
    async with committed_db.writer() as entering:
        row = await service.add(entering.acting(ACT), ticket(known))
        async with committed_db.writer() as pricing:
            await factories.market_price(pricing, price="4.0000", day=date(2022, 8, 20))

        async def job() -> int:
            async with committed_db.writer() as work:
                return await service.reprice(work.acting(ACT), VILLAGE)

        repricing = asyncio.create_task(job())
        await asyncio.sleep(0.2)
        assert not repricing.done()
    assert await repricing == 1
    async with committed_db.reader() as work:
        price = (await service.get(work, row.delivery_id)).price()
    assert price is not None
    assert str(price.amount) == "400.00"


async def test_a_village_enters_and_reads_its_own_tickets_only(committed_db: World) -> None:
    known = await made(committed_db)
    async with committed_db.writer(CADRE) as work:
        row = await service.add(work.acting(ACT), ticket(known))
    for identity in (NEIGHBOUR, AUDITOR):
        async with committed_db.writer(identity) as work:
            with pytest.raises(Invalid) as refused:
                await service.add(work.acting(ACT), ticket(known, gross="200"))
        assert [one.code for one in refused.value.mistakes] == ["contract.unknown"]
        async with committed_db.writer(identity) as work:
            with pytest.raises(NotFound):
                await service.void(work.acting(ACT), row.delivery_id, "录错了")
    async with committed_db.reader(NEIGHBOUR) as work:
        assert await service.deliveries(work, DeliveryFilter(), limit=10) == []
    partner = Identity(actor="partner", read=Scope(contracts=(known.deal.contract,)), write=Scope.EMPTY)
    async with committed_db.reader(partner) as work:
        [seen] = await service.deliveries(work, DeliveryFilter(), limit=10)
    assert (seen.household_name, len(seen.prices)) == ("示例户", 2)


async def test_a_contract_stays_as_it_is_while_a_ticket_is_entered(committed_db: World) -> None:
    known = await made(committed_db)
    ended = "update contract set status = 'terminated', terminated_on = '2022-08-01', status_reason = '示例'"

    async def end() -> None:
        async with committed_db.writer() as work:
            await work.conn.execute(ended)

    async with committed_db.writer() as work:
        await service.add(work.acting(ACT), ticket(known))
        ending = asyncio.create_task(end())
        await asyncio.sleep(0.2)
        assert not ending.done()
    await ending
    async with committed_db.writer() as work:
        with pytest.raises(Invalid) as refused:
            await service.add(work.acting(ACT), ticket(known, gross="200"))
    assert [one.code for one in refused.value.mistakes] == ["contract.not_active"]


async def test_of_two_who_first_say_that_costs_are_complete_the_second_knows_the_first(
    committed_db: World,
) -> None:
    known = await made(committed_db)
    said = {
        "contract_id": str(known.deal.contract),
        "household_id": str(known.households[0]),
        "season_id": str(known.deal.season),
        "cost_class": "hired_labour",
    }

    async def say(work: Work, *, complete: bool) -> None:
        await records.complete_costs(
            work.acting(ACT), [parsing.parse(CompletionIn, said | {"complete": complete})]
        )

    async def second() -> None:
        async with committed_db.writer() as work:
            await say(work, complete=False)

    async with committed_db.writer() as work:
        await say(work, complete=True)
        saying = asyncio.create_task(second())
        await asyncio.sleep(0.2)
        assert not saying.done()
    await saying
    async with committed_db.reader() as work:
        events = await work.conn.fetch(
            "select changes::text as said from audit_event where record_kind = 'cost_completion' order by at,"
            " audit_event_id"
        )
    told = [msgspec.json.decode(row["said"])["complete"] for row in events]
    assert told == [[None, "true"], ["true", "false"]]


async def test_entering_the_market_price_prices_the_ticket(
    committed_db: World,
) -> None:
    """Through the price's own address and the village's job."""
    known = await made(committed_db, clause(clause="market_plus", percent="0"))
    price = {
        "division_code": factories.COUNTY,
        "product_code": factories.DRIED,
        "day": "2022-08-20",
        "price": "4.0000",
        "unit": "kg",
    }
    async with serving(committed_db.settings) as client:
        row = await entered(client, known.ticket())
        assert row["prices"][0]["missing"] == "market_price"
        answer = await post(client, "/api/v1/market-prices", price)
        assert answer.status_code == 201, answer.text
    await jobs.run_pending(committed_db.database)  # what the server's own worker left
    async with committed_db.reader() as work:
        now = await service.get(work, UUID(row["delivery_id"]))
    assert [(one.unit_price, one.amount) for one in now.prices if one.payee_role == "household"] == [
        (Decimal("4.0000"), Decimal("400.00"))
    ]
    assert now.updated_by == "system"
