"""Every table of the catalogue under real scopes: who reads, adds, changes, moves, removes whose rows."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
import pytest

from registry.kernel import db
from registry.kernel.db import Conn, Identity, Scope
from tests.contract.populated import FAR, VILLAGES, Matrix
from tests.contract.test_catalogue import PARTNER, REMOVABLE
from tests.factories import COUNTY, OTHER_TOWNSHIP, SIBLING, TOWNSHIP, VILLAGE

SCOPES: Mapping[str, Scope] = {
    "this village": Scope.of_division(VILLAGE),
    "neighbour": Scope.of_division(SIBLING),
    "township": Scope.of_division(TOWNSHIP),
    "other township": Scope.of_division(OTHER_TOWNSHIP),
    "county": Scope.of_division(COUNTY),
    "village with a further one": Scope(first=VILLAGE, last=VILLAGE, villages=(FAR,)),
    "area": Scope(villages=(SIBLING, FAR)),
    "everything": Scope.ALL,
    "nothing": Scope.EMPTY,
}
OUTSIDE, NO_RIGHT, TAKEN = "outside the scope", "no right", "let through to a constraint"


@pytest.fixture
async def matrix(database: Matrix) -> AsyncIterator[Matrix]:
    """Whatever a test does is undone."""
    transaction = database.conn.transaction()
    await transaction.start()
    yield database
    await transaction.rollback()


async def act(matrix: Matrix, *, read: Scope = Scope.ALL, write: Scope = Scope.EMPTY) -> None:
    await db.enter(matrix.conn, Identity(actor="test", read=read, write=write))


async def attempt(conn: Conn, statement: str, *args: object) -> set[Any] | str:
    """The first column of what a statement answers, or how it was refused; undone either way."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        return {row[0] for row in await conn.fetch(statement, *args)}
    except asyncpg.InsufficientPrivilegeError as error:
        return OUTSIDE if "row-level security" in str(error) else NO_RIGHT
    except asyncpg.IntegrityConstraintViolationError:
        return TAKEN
    finally:
        await transaction.rollback()


def covered(scope: Scope) -> set[str]:
    return {village for village in VILLAGES if scope.covers(village)}


async def misread(matrix: Matrix) -> list[str]:
    """Scopes and tables where other villages are read than the scope covers."""
    found = []
    for name, scope in SCOPES.items():
        await act(matrix, read=scope, write=Scope.ALL)
        seen = {
            table: await attempt(matrix.conn, f"select village_code from {table}") for table in matrix.tables
        }
        found += [f"{table} read by {name}" for table in seen if seen[table] != covered(scope)]
    return found


async def miswritten(matrix: Matrix, verb: str, statement: str, refused: Mapping[str, str]) -> list[str]:
    """Scopes and tables where a statement reaches other villages than the write scope covers."""
    found = []
    for name, scope in SCOPES.items():
        await act(matrix, write=scope)
        for table in matrix.tables:
            got = await attempt(matrix.conn, statement.format(table))
            if got != refused.get(table, covered(scope)):
                found.append(f"{table} {verb} by {name}")
    return found


async def misadded(matrix: Matrix) -> list[str]:
    """Adding a row that is there: a village outside is refused, one inside only by the row's own key."""
    found = []
    for name, scope in SCOPES.items():
        await act(matrix, write=scope)
        for table, village in matrix.rows:
            add = f"insert into {table} select (jsonb_populate_record(null::{table}, $1::text::jsonb)).*"
            got = await attempt(matrix.conn, add, matrix.rows[table, village])
            if got != (TAKEN if village in covered(scope) else OUTSIDE):
                found.append(f"{table} added to by {name}")
    return found


CHANGE = "update {} set county_code = county_code returning village_code"
UNCHANGING = {"gain_part": NO_RIGHT}


async def test_every_table_has_a_row_in_every_village(matrix: Matrix) -> None:
    """The positive control: whoever may see everything does."""
    assert {"household", "delivery", "gain_part"} <= set(matrix.tables)
    await act(matrix)
    counts = {table: await matrix.conn.fetchval(f"select count(*) from {table}") for table in matrix.tables}
    assert {table for table, count in counts.items() if count != len(VILLAGES)} == PARTNER


async def test_a_scope_reads_its_villages(matrix: Matrix) -> None:
    assert await misread(matrix) == []


async def test_a_scope_adds_to_its_villages(matrix: Matrix) -> None:
    assert await misadded(matrix) == []


async def test_a_scope_changes_its_villages(matrix: Matrix) -> None:
    assert await miswritten(matrix, "changed", CHANGE, UNCHANGING) == []


async def test_nobody_changes_what_it_cannot_read(matrix: Matrix) -> None:
    await act(matrix, read=Scope.of_division(VILLAGE), write=Scope.ALL)
    for table in matrix.tables.keys() - UNCHANGING:
        assert await attempt(matrix.conn, CHANGE.format(table)) == {VILLAGE}, table


async def test_a_scope_moves_no_row_out_of_its_villages(matrix: Matrix) -> None:
    move = f"update {{}} set village_code = '{SIBLING}' where village_code = '{VILLAGE}' returning 1"
    await act(matrix, write=Scope.of_division(VILLAGE))
    for table in matrix.tables.keys() - UNCHANGING:
        assert await attempt(matrix.conn, move.format(table)) == OUTSIDE, table
    await act(matrix, write=Scope.of_division(TOWNSHIP))
    for table in matrix.tables.keys() - UNCHANGING:
        assert await attempt(matrix.conn, move.format(table)) in ({1}, TAKEN), table


async def test_a_scope_removes_from_its_villages_and_only_what_may_go(matrix: Matrix) -> None:
    """A row others lead to is kept by its foreign key, which looks only after the policy."""
    for name, scope in SCOPES.items():
        await act(matrix, write=scope)
        for table in matrix.tables:
            got = await attempt(matrix.conn, f"delete from {table} returning village_code")
            possible = (
                (covered(scope), TAKEN if covered(scope) else set()) if table in REMOVABLE else (NO_RIGHT,)
            )
            assert got in possible, f"{table} removed from by {name}"


async def test_a_partner_reads_its_contract_only(matrix: Matrix) -> None:
    await db.enter(matrix.conn, matrix.partner)
    for table in matrix.tables:
        column = "contract_id" if table in PARTNER else "village_code"
        seen = await attempt(matrix.conn, f"select {column} from {table}")
        assert seen == (set(matrix.partner.read.contracts) if table in PARTNER else set()), table
        changed = await attempt(matrix.conn, CHANGE.format(table))
        assert changed == UNCHANGING.get(table, set()), table


async def test_shared_rows_are_read_by_all_and_written_by_their_level(matrix: Matrix) -> None:
    """The rows are the county's and above; a framework is read where it reaches."""
    change = "update {} set division_code = division_code where division_code = $1 returning division_code"
    place = f"update {{}} set division_code = '{OTHER_TOWNSHIP}' where division_code = $1 returning 1"
    assert {"market_price", "framework", "import_batch"} <= set(matrix.divisions)
    for table in matrix.divisions:
        await act(matrix, read=Scope.EMPTY)
        found = await attempt(matrix.conn, f"select division_code from {table}")
        assert bool(found) is (table != "framework"), table
        await act(matrix, read=Scope.of_division(VILLAGE), write=Scope.of_division(TOWNSHIP))
        at = await matrix.conn.fetchval(f"select min(division_code) from {table}")
        assert at is not None, table
        assert await attempt(matrix.conn, change.format(table), at) == set(), table
        await act(matrix, write=Scope(first=at, last=at))
        assert await attempt(matrix.conn, change.format(table), at) == {at}, table
        assert await attempt(matrix.conn, place.format(table), at) == OUTSIDE, table


async def test_a_hole_is_found(database: Matrix) -> None:
    """The matrix sees a policy that lets everything through, whichever command it is for."""
    holes = {
        "headcount": ("headcount_read", "using (true)"),
        "entry": ("entry_add", "with check (true)"),
        "own_sale": ("own_sale_change", "using (true) with check (true)"),
    }
    before = await database.owner.fetch("select policyname, qual, with_check from pg_policies")
    kept = {row["policyname"]: row for row in before}
    for table, (policy, hole) in holes.items():
        await database.owner.execute(f"alter policy {policy} on {table} {hole}")
    async with database.conn.transaction():
        found = [
            *await misread(database),
            *await misadded(database),
            *await miswritten(database, "changed", CHANGE, UNCHANGING),
        ]
    for table, (policy, _) in holes.items():
        qual, check = kept[policy]["qual"], kept[policy]["with_check"]
        using = f"using ({qual})" if qual else ""
        await database.owner.execute(
            f"alter policy {policy} on {table} {using} {f'with check ({check})' if check else ''}"
        )
    assert {line for line in found if "by nothing" in line or "by everything" in line} == {
        "headcount read by nothing", "entry added to by nothing", "own_sale changed by nothing"
    }  # fmt: skip
    assert {line.split(" by ")[0] for line in found} == {
        "headcount read",
        "entry added to",
        "own_sale changed",
    }
