"""A roster of 10,000 rows: every one of 300 bad rows named, nothing half written, in a few seconds, by few
statements."""

import asyncio
import time

import httpx
import pytest

from registry.exchange import service
from registry.exchange.error_file import REASON, error_file
from registry.exchange.model import ImportRefused, Options
from registry.exchange.sheets import read
from registry.features import IMPORTS
from registry.kernel.work import Act, Work
from tests.conftest import World
from tests.exchange.known import HEADER, imported, roster, row, sent
from tests.factories import world
from tests.serving import NOW
from tests.statements import counted

ROWS, BAD = 10_000, 300
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
FAULTS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("", {"mu": "NaN"}, "contracted_mu"),
    ("", {"mu": "1e400"}, "contracted_mu"),
    ("", {"day": "2022.13.1"}, "counted_on"),
    ("420102199001011234", {}, "head_name"),
    ("", {"village": "421303187999"}, "village_code"),
    ("", {"people": "1", "labour": "2"}, "labour"),
)


def large() -> tuple[bytes, dict[int, str]]:
    """The file, and the field that is wrong on each bad line."""
    rows: list[str] = []
    wrong: dict[int, str] = {}
    every = ROWS // BAD
    for index in range(ROWS):
        name = f"示例户{str(index).translate(DIGITS)}"
        cells: dict[str, str] = {}
        if index % every == 0 and len(wrong) < BAD:
            instead, cells, field = FAULTS[len(wrong) % len(FAULTS)]
            name = instead or name
            wrong[index + 2] = field
        rows.append(row(f"{index:05}", name, **cells))
    return roster(*rows), wrong


async def stored(work: Work) -> list[int]:
    """Rows of every table a roster writes, and the batches."""
    tables = ("household", "person", "headcount", "import_batch")
    return [await work.conn.fetchval(f"select count(*) from {table}") for table in tables]


async def test_all_300_bad_rows_of_10_000_are_named_and_nothing_is_half_written(
    client: httpx.AsyncClient, work: Work
) -> None:
    await world(work)
    data, wrong = large()
    answer = await sent(client, "households", data)
    assert answer.status_code == 422
    problem = answer.json()
    assert {one["pointer"] for one in problem["errors"]} == {f"/{at}/{field}" for at, field in wrong.items()}
    assert len(problem["errors"]) == BAD
    assert (problem["summary"]["created"], problem["summary"]["rejected"]) == (ROWS - BAD, BAD)
    assert await stored(work) == [0, 0, 0, 0]
    began = time.process_time()
    report, counts = await imported(client, "households", data, mode="valid")
    took = time.process_time() - began
    assert counts == [9700, 0, 0, BAD]
    assert await stored(work) == [9700, 9700, 9700, 1]
    assert took < 12, "set-wise it takes about three seconds"
    assert len(report["errors"]) == BAD


async def test_a_large_roster_takes_as_many_statements_as_a_small_one(work: Work) -> None:
    await world(work)
    act = Act(actor="local", now=NOW, source="import")

    async def statements(first: int, rows: int) -> int:
        numbers = range(first, first + rows)
        data = roster(*(row(f"{n:05}", f"示例户{str(n).translate(DIGITS)}") for n in numbers))
        with counted(work) as seen:
            await service.run(work.acting(act), IMPORTS["households"], data=data, options=Options())
        return len(seen)

    await statements(0, 2)  # the driver asks once what the types are
    assert await statements(10, 2) == await statements(20, 500) < 15


async def test_a_refused_file_leaves_nothing_in_a_real_transaction(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await world(work)
    act = Act(actor="local", now=NOW, source="import")
    data = roster(*(row(f"{n:03}") for n in range(9)), row("009", mu="NaN"))
    with pytest.raises(ImportRefused):
        async with committed_db.writer() as work:
            await service.run(work.acting(act), IMPORTS["households"], data=data, options=Options())
    async with committed_db.reader() as work:
        assert await stored(work) == [0, 0, 0, 0]
    async with committed_db.writer() as work:
        await service.run(
            work.acting(act), IMPORTS["households"], data=data, options=Options(mode="valid", dry_run=True)
        )
    async with committed_db.writer() as work:
        assert await stored(work) == [0, 0, 0, 0]
        await service.run(work.acting(act), IMPORTS["households"], data=data, options=Options(mode="valid"))
    async with committed_db.reader() as work:
        assert await stored(work) == [9, 9, 9, 1]


async def test_two_imports_of_one_file_at_once_register_every_household_once(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await world(work)
    act = Act(actor="local", now=NOW, source="import")
    data = roster(*(row(f"{n:03}", f"示例户{str(n).translate(DIGITS)}") for n in range(200)))

    async def once() -> int:
        async with committed_db.writer() as work:
            report = await service.run(
                work.acting(act), IMPORTS["households"], data=data, options=Options(mode="valid")
            )
        return report.summary.created

    created = await asyncio.gather(once(), once())
    assert sum(created) == 200
    async with committed_db.reader() as work:
        assert (await stored(work))[:3] == [200, 200, 200]


async def test_people_get_their_wrong_rows_back_with_the_reason(work: Work) -> None:
    await world(work)
    act = Act(actor="local", now=NOW, source="import")
    title = "花名册,,,,,,\r\n"
    rows = [row("001"), row("002", mu="NaN", day="没有"), row("=1", "")]
    data = (title + "\r\n".join([HEADER, *rows])).encode()
    report = await service.run(
        work.acting(act), IMPORTS["households"], data=data, options=Options(dry_run=True)
    )
    lines = [line.cells for line in read(error_file(data, report).encode()).lines]
    assert lines[0][-1] == REASON
    assert [line[1] for line in lines[1:]] == ["002", "'=1"]
    assert "承包地面积（亩）" in lines[1][-1]
    assert "统计日期" in lines[1][-1]
    again = await service.run(
        work.acting(act),
        IMPORTS["households"],
        data=error_file(data, report).encode(),
        options=Options(dry_run=True),
    )
    assert again.ignored_columns == [REASON]
    assert again.summary.rejected == 2
