"""distribute.sql: nothing on plain PostgreSQL; elsewhere each table once, by county or whole, parents first.

The distributed database's functions are stood in for by ones that note what they were asked.
"""

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest

from registry.kernel.db import sql
from registry.kernel.db.transactions import Conn
from tests.conftest import World
from tests.invariants.test_catalogue import LOCAL

DISTRIBUTE = (sql.folder() / "distribute.sql").read_text("utf-8")
STAND_IN = """
create schema stand_in;
set search_path = public, stand_in;
create table stand_in.placed (
  position int generated always as identity, logicalrel regclass, by_county boolean
);
create view stand_in.pg_dist_partition as select logicalrel from stand_in.placed;
create function stand_in.create_distributed_table(target regclass, key text) returns void language sql
  as $$ insert into stand_in.placed (logicalrel, by_county) values (target, key = 'county_code') $$;
create function stand_in.create_reference_table(target regclass) returns void language sql
  as $$ insert into stand_in.placed (logicalrel, by_county) values (target, false) $$;
"""
EDGES = """select conrelid::regclass::text as child, confrelid::regclass::text as parent
from pg_constraint where contype = 'f' and conrelid <> confrelid"""


@pytest.fixture
async def superuser(committed_db: World) -> AsyncIterator[Conn]:
    conn: Conn = await asyncpg.connect(committed_db.superuser_url)
    await conn.execute(STAND_IN)
    yield conn
    await conn.close()


async def placed(conn: Conn) -> list[tuple[str, bool]]:
    rows = await conn.fetch(
        "select logicalrel::text as name, by_county from stand_in.placed order by position"
    )
    return [(row["name"], row["by_county"]) for row in rows]


async def test_plain_postgresql_is_left_alone(superuser: Conn) -> None:
    await superuser.execute(DISTRIBUTE)
    assert await placed(superuser) == []


async def test_each_table_is_placed_once_parents_first(superuser: Conn) -> None:
    await superuser.execute("set allow_system_table_mods = on")
    await superuser.execute(
        "update pg_extension set extname = 'citus' where extname = 'plpgsql'"
    )  # what the script looks for, in this throw-away database
    await superuser.execute(DISTRIBUTE)
    first = await placed(superuser)
    await superuser.execute(DISTRIBUTE)
    assert await placed(superuser) == first
    names = [name for name, _ in first]
    assert len(names) == len(set(names))
    tables = await superuser.fetch("select tablename from pg_tables where schemaname = 'public'")
    assert {row["tablename"] for row in tables} - set(names) == LOCAL
    by_county = {name for name, distributed in first if distributed}
    assert {"household", "contract", "gain_line", "idempotency", "audit_event", "audit_seal"} <= by_county
    assert {"division", "organization", "season", "market_price"} & by_county == set()
    edges = [edge for edge in await superuser.fetch(EDGES) if edge["child"] not in LOCAL]
    assert edges
    for edge in edges:
        assert names.index(edge["parent"]) < names.index(edge["child"]), dict(edge)


LOCKS = re.compile(r"\bfor (no key update|update|share|key share)\b")
COUNTED = "select table_name::text from information_schema.columns where column_name = 'county_code'"


async def test_rows_of_a_distributed_table_are_locked_within_one_county(superuser: Conn) -> None:
    """Else it is refused there: could not run distributed query with FOR UPDATE/SHARE commands."""
    by_county = {row["table_name"] for row in await superuser.fetch(COUNTED)} - LOCAL
    names = {path.stem for path in (sql.folder() / "queries").glob("*.sql")}
    locking = [text for name in names for text in sql.queries(name).values() if LOCKS.search(text)]
    distributed = [text for text in locking if set(re.findall(r"\bfrom (\w+)", text)) & by_county]
    assert distributed
    assert [text for text in distributed if not re.search(r"county_code = (\$\d|any\(\$\d)", text)] == []
