"""What the product adds to the bare statement, file or formula. Reported, not bound."""

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypedDict
from uuid import uuid4

import asyncpg
import httpx
import pytest

from registry.app import HOOKS
from registry.demo.places import COUNTY, TIAOSHUIHE, TOWNSHIP
from registry.divisions import service as divisions
from registry.exchange import service as exchange
from registry.exchange.model import Options
from registry.features import IMPORTS
from registry.gains.load_facts import load
from registry.gains.recompute import compute
from registry.kernel.db.transactions import Conn, Database, enter
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.text.periods import period
from registry.kernel.work import Act, Work
from registry.settings import Settings
from registry.summaries import service as summaries
from registry.summaries.model import Asked
from tests.benchmarks.measuring import Doing, Report
from tests.benchmarks.test_summary_of_a_township import TODAY
from tests.serving import serving

pytestmark = pytest.mark.benchmarks
ROSTER_ROWS = 2_000
_numbers = count(1)


class Pair(TypedDict):
    first: tuple[str, Doing]
    second: tuple[str, Doing]


COPY = """
    insert into {table} select (jsonb_populate_record(t, $2::jsonb)).* from {table} t where delivery_id = $1
"""


@pytest.fixture
async def raw(demo: Settings) -> AsyncIterator[Conn]:
    """A bare connection of the application's role to the demo."""
    conn: Conn = await asyncpg.connect(demo.database_url)
    yield conn
    await conn.close()


@pytest.fixture
async def client(demo: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(demo) as started:
        yield started


async def test_summary_over_rest_against_its_statements(
    client: httpx.AsyncClient, raw: Conn, report: Report
) -> None:
    """The same statements with the same arguments, their rows fetched and thrown away."""
    statements: list[tuple[str, tuple[Any, ...]]] = []
    listener: Any = lambda record: statements.append((record.query, record.args))  # noqa: E731
    async with raw.transaction():
        await enter(raw, LOCAL_OPERATOR)
        raw.add_query_logger(listener)
        work = Work(raw, Act(actor=LOCAL_OPERATOR.actor, now=datetime.now(UTC)))
        place = await divisions.places(work, TOWNSHIP, TODAY)
        asked = Asked(place=place, period=period("2022"), today=TODAY, by="village")
        expected = await summaries.summary(work, asked)
        raw.remove_query_logger(listener)

    async def over_rest() -> None:
        url = f"/api/v1/divisions/{TOWNSHIP}/summary"
        answer = await client.get(url, params={"period": "2022", "by": "village"})
        assert answer.json()["counts"]["valid"] == expected.counts.valid

    async def bare() -> None:
        async with raw.transaction():
            await enter(raw, LOCAL_OPERATOR)
            for query, args in statements:
                await raw.fetch(query, *args)

    pair: Pair = {"first": ("over REST", over_rest), "second": ("its SQL, raw asyncpg", bare)}
    await report.compare("township summary", per="call", rounds=15, **pair)


async def test_entering_a_delivery_against_an_insert(
    client: httpx.AsyncClient, raw: Conn, report: Report
) -> None:
    """Checked, priced and with the household's gains computed again, against the rows alone."""
    own, other = await _tickets(raw)
    ticket = {"day": "2023-10-24", "unit": "kg", "tare": "2.00"}
    ticket |= {name: str(own[name]) for name in ("contract_id", "household_id")}

    async def entered() -> None:
        number = next(_numbers)
        body = ticket | {"ticket_number": f"B{number}", "gross": f"{5 + number / 100:.2f}"}
        headers = {"idempotency-key": str(uuid4())}
        answer = await client.post("/api/v1/deliveries", json=body, headers=headers)
        assert answer.status_code == 201, answer.text

    async def inserted() -> None:
        new = json.dumps({"delivery_id": str(uuid4()), "ticket_number": f"R{next(_numbers)}"})
        async with raw.transaction():
            await enter(raw, LOCAL_OPERATOR)
            for table in ("delivery", "delivery_price"):
                await raw.execute(COPY.format(table=table), other["delivery_id"], new)

    pair: Pair = {"first": ("POST", entered), "second": ("INSERT, raw asyncpg", inserted)}
    await report.compare("delivery", per="ticket", rounds=41, **pair)


async def _tickets(conn: Conn) -> list[Any]:
    """A ticket of each of two households of the first contract."""
    async with conn.transaction():
        await enter(conn, LOCAL_OPERATOR)
        return await conn.fetch(
            """select distinct on (number) contract_id, household_id, delivery_id from delivery d
            join household using (county_code, household_id)
            where d.village_code = $1 and number in ('01-001', '01-002') and voided_at is null
            order by number, day desc""",
            TIAOSHUIHE,
        )


async def test_the_formula_against_loading_its_facts(demo: Settings, report: Report) -> None:
    database = await Database.open(demo, HOOKS)
    async with database.reader(
        LOCAL_OPERATOR, Act(actor=LOCAL_OPERATOR.actor, now=datetime.now(UTC))
    ) as work:
        found = await work.conn.fetch("select distinct household_id from participant")
        households = [row[0] for row in found]
        facts = await load(work, COUNTY[:6], households, 2022)

        async def formula() -> None:
            assert compute(facts)

        async def loading() -> None:
            await load(work, COUNTY[:6], households, 2022)

        pair: Pair = {"first": ("formula", formula), "second": ("loading its facts", loading)}
        await report.compare("gain formula", per="household", rounds=5, share=len(households), **pair)
    await database.close()


async def test_a_roster_against_copy(demo: Settings, server: Any, report: Report) -> None:
    """A CSV of new households through the import, against COPY of the same rows into the same tables."""
    database = await Database.open(demo, HOOKS)
    name = str(demo.database_url).partition("@/")[2].partition("?")[0]
    superuser: Conn = await asyncpg.connect(server.url("postgres", name))
    act = Act(actor="local", now=datetime.now(UTC), source="import")

    async def imported() -> None:
        async with _undone(database, act) as work:
            made = await exchange.run(work, IMPORTS["households"], data=data, options=Options())
            assert made.summary.created == ROSTER_ROWS

    async def copied() -> None:
        transaction = superuser.transaction()
        await transaction.start()
        for table, (columns, rows) in tables.items():
            await superuser.copy_records_to_table(table, columns=columns, records=rows)
        await transaction.rollback()

    data = _roster()
    tables = await _rows_of(database, act, data)
    pair: Pair = {"first": ("CSV import", imported), "second": ("COPY, raw asyncpg", copied)}
    await report.compare(f"roster of {ROSTER_ROWS:,} rows", per="file", rounds=5, **pair)
    await superuser.close()
    await database.close()


class _Undone(Exception):
    """Takes a round's rows away again."""


@asynccontextmanager
async def _undone(database: Database, act: Act) -> AsyncIterator[Work]:
    """A writer whose work is rolled back."""
    with suppress(_Undone):
        async with database.writer(LOCAL_OPERATOR, act) as work:
            yield work
            raise _Undone


def _roster() -> bytes:
    digits = str.maketrans("0123456789", "零一二三四五六七八九")
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(["村代码", "户号", "户主姓名", "承包地面积（亩）", "户籍人口", "劳动力", "统计日期"])
    for number in range(ROSTER_ROWS):
        name = f"示例户{str(number).translate(digits)}"
        write.writerow([TIAOSHUIHE, f"B{number:05}", name, "4.00", 4, 2, "2022.1.5"])
    return text.getvalue().encode("utf-8-sig")


async def _rows_of(database: Database, act: Act, data: bytes) -> dict[str, tuple[list[str], list[Any]]]:
    """What the import writes, table by table."""
    found: dict[str, tuple[list[str], list[Any]]] = {}
    async with _undone(database, act) as work:
        await exchange.run(work, IMPORTS["households"], data=data, options=Options())
        for table in ("household", "person", "headcount"):
            moment = "recorded_at" if table == "headcount" else "created_at"
            rows = await work.conn.fetch(f"select * from {table} where {moment} = $1", act.now)
            columns = [name for name in dict(rows[0]) if name != "import_batch_id"]
            found[table] = (columns, [tuple(row[name] for name in columns) for row in rows])
    return found
