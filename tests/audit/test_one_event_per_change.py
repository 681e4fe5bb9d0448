"""What leaves no trace: repeats, refusals, dry runs, derived figures. Imports are told set-wise."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from asyncpg.connection import LoggedQuery

from registry.audit import service as audit
from registry.contracts import guarded_updates
from registry.exchange.command import _in_one_transaction
from registry.exchange.model import Options
from registry.features import IMPORTS
from registry.kernel.work import Act, Work
from tests import deals, factories
from tests.conftest import World
from tests.contracts.desk import API, Desk
from tests.contracts.test_races import a_draft
from tests.exchange.known import imported, roster, row
from tests.factories import DRIED, TOWNSHIP
from tests.households.known import body
from tests.serving import NOW, serving

COUNT = "select count(*) from audit_event"


@pytest.fixture
async def desk(work: Work, client: httpx.AsyncClient) -> Desk:
    return Desk(work=work, client=client, world=await factories.world(work))


async def test_a_repeat_makes_one_event(desk: Desk) -> None:
    headers = {"idempotency-key": str(uuid4())}
    for _ in range(3):
        answer = await desk.client.post(f"{API}/households", json=body(), headers=headers)
        assert answer.status_code == 201
    assert await desk.work.conn.fetchval(COUNT) == 1


async def test_what_changes_nothing_or_is_refused_makes_no_event(desk: Desk) -> None:
    home = await factories.household(desk.work, number="012")
    path = f"{API}/households/{home}"
    for version, sent in (('"1"', {"number": "012"}), ('"7"', {"number": "013"}), ('"1"', {"number": ""})):
        await desk.client.patch(path, json=sent, headers={"if-match": version})
    await desk.client.post(f"{API}/households", json=body(number="012"))
    draft = await desk.client.post(f"{API}/contracts", json=desk.body(parties=[{"role": "buyer"}]))
    assert draft.status_code == 422
    assert await desk.work.conn.fetchval(COUNT) == 0


async def test_a_dry_run_and_unchanged_rows_make_no_event(desk: Desk) -> None:
    data = roster(row("012"), row("013", "示例户乙"))
    await imported(desk.client, "households", data, dry_run="true")
    assert await desk.work.conn.fetchval(COUNT) == 0
    await imported(desk.client, "households", data)
    assert await desk.work.conn.fetchval(COUNT) == 3  # two households and the import
    await imported(desk.client, "households", data)
    kinds = await desk.work.conn.fetch("select record_kind, source from audit_event order by audit_event_id")
    assert [tuple(one) for one in kinds[3:]] == [("import_batch", "import")]


async def test_many_rows_are_recorded_by_as_many_statements_as_few(desk: Desk) -> None:
    async def statements(first: int, last: int) -> int:
        seen: list[str] = []

        def note(record: LoggedQuery) -> None:
            seen.append(record.query)

        rows = [row(f"{n:03}") for n in range(first, last)]
        desk.work.conn.add_query_logger(note)
        await imported(desk.client, "households", roster(*rows))
        desk.work.conn.remove_query_logger(note)
        return len(seen)

    few = await statements(1, 3)
    assert await statements(100, 300) == few
    assert await desk.work.conn.fetchval(f"{COUNT} where record_kind = 'household'") == 202


async def test_prices_that_follow_from_a_price_make_no_event(committed_db: World) -> None:
    """The ticket gets its price by the job: the market price is what somebody entered."""
    async with committed_db.writer() as work:
        world = await factories.world(work)
        floor = {"clause": "floor_or_market", "floor": "5.0000"}
        terms = {"kind": "order", "product_code": DRIED, "price": floor}
        deal = await deals.deal(work, world, terms=terms)
        home = await factories.household(work)
        await deals.participant(work, deal, home)
        await deals.delivery(work, deal, home, unit_price=None, amount=None)
    price = {
        "division_code": TOWNSHIP,
        "product_code": DRIED,
        "day": "2022-08-20",
        "price": "8",
        "unit": "kg",
    }
    async with serving(committed_db.settings) as client:
        answer = await client.post(f"{API}/market-prices", json=price)
        assert answer.status_code == 201, answer.text
        async with committed_db.reader() as work:
            for _ in range(100):
                if await work.conn.fetchval("select count(*) from job") == 0:
                    break
                await asyncio.sleep(0.05)
    async with committed_db.reader() as work:
        found = await work.conn.fetch("select record_kind from audit_event")
        assert [one["record_kind"] for one in found] == ["market_price"]


async def test_the_command_is_recorded_as_an_import_of_the_operator(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await factories.world(work)
    data = roster(row("012"), row("013", "示例户乙"))
    report = await _in_one_transaction(committed_db.database, IMPORTS["households"], data, Options())
    assert report.summary.created == 2
    async with committed_db.reader() as work:
        found = await work.conn.fetch("select record_kind, actor, source, role from audit_event")
    expected = [("household", "local", "import", "system")] * 2 + [
        ("import_batch", "local", "import", "system")
    ]
    assert sorted(map(tuple, found)) == expected


async def test_each_concurrent_change_of_a_household_records_its_own(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await factories.world(work)
        home = await factories.household(work)
    years = range(2018, 2022)
    async with serving(committed_db.settings) as client:

        async def add(year: int) -> None:
            sent = {"year": year, "amount": "12000.00", "source_text": "示例调查"}
            answer = await client.post(f"{API}/households/{home}/incomes", json=sent)
            assert answer.status_code == 201, answer.text

        await asyncio.gather(*map(add, years))
    async with committed_db.reader() as work:
        told = await work.conn.fetch(
            "select changes::text as said from audit_event where record_kind = 'household'"
        )
        assert len(told) == len(years)
        for one in told:
            assert sum(f"incomes/{year}/" in one["said"] for year in years) == 1


async def test_each_concurrent_change_of_a_parcel_records_its_own(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await factories.world(work)
        owner, *others = [await factories.household(work) for _ in range(4)]
    async with serving(committed_db.settings) as client:
        sent = {"code": "0001", "area_mu": "9"}
        made = await client.post(f"{API}/households/{owner}/parcels", json=sent)
        parcel = made.json()["parcel_id"]

        async def add(home: object) -> None:
            answer = await client.post(f"{API}/parcels/{parcel}/holders", json={"household_id": str(home)})
            assert answer.status_code == 201, answer.text

        await asyncio.gather(*map(add, others))
    statement = "select changes::text as said from audit_event where record_kind = 'parcel'"
    async with committed_db.reader() as work:
        told = [row["said"] for row in await work.conn.fetch(statement)]
    assert sorted(sum(str(home) in one for home in others) for one in told) == [0, 1, 1, 1]


async def test_a_contract_that_is_going_to_change_waits_for_the_one_before(committed_db: World) -> None:
    """Without it, the event of the second told what the first had done meanwhile."""
    async with committed_db.writer() as work:
        key = UUID(str(await a_draft(work)))
    act = Act(actor="tester", now=NOW)
    order: list[str] = []

    async def change(work: Work) -> None:
        await guarded_updates.hold(work, key, ["draft"], version=None, what="修改")
        await audit.watch(work, "contract", key)

    async def second() -> None:
        async with committed_db.writer() as work:
            await change(work.acting(act))
            order.append("second")

    async with committed_db.writer() as work:
        await change(work.acting(act))
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.2)
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_each_concurrent_change_of_an_annex_records_its_own(committed_db: World) -> None:
    """Both change the annex of one contract: no event names what the other did."""
    async with committed_db.writer() as work:
        key = await a_draft(work)
        homes = [await factories.household(work) for _ in range(4)]
    async with serving(committed_db.settings) as client:

        async def add(home: object) -> None:
            line = {"household_id": str(home), "method": "price_premium", "planned_kg": "10.00"}
            answer = await client.post(f"{API}/contracts/{key}/participants", json={"participants": [line]})
            assert answer.status_code == 201, answer.text

        await asyncio.gather(*map(add, homes))
    async with committed_db.reader() as work:
        told = await work.conn.fetch("select changes::text as said from audit_event where operation <> ''")
        assert len(told) == 4
        for one in told:
            assert sum(str(home) in one["said"] for home in homes) == 1
