"""The database of several villages, each with a row in every table, that tests of isolation share."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from registry.kernel.db import sql
from registry.kernel.db.transactions import Conn, Identity, Scope
from tests.conftest import clone, drop
from tests.factories import VILLAGE
from tests.invariants.populated import FAR, VILLAGES, Matrix, copy, held, mark, of_actors, populate
from tests.invariants.test_catalogue import PARTNER
from tests.servers import Server

CATALOGUE = sql.parse((Path(__file__).parent / "catalogue.sql").read_text("utf-8"), "catalogue.sql")
CONTRACTS = """select contract_id from contract
where village_code = any($1) and contract_id <> md5($2 || 'second')::uuid"""


@pytest.fixture(scope="session")
async def database(server: Server, anyio_backend: str) -> AsyncIterator[Matrix]:
    """A village's table holds a row in each of the four villages, and a partner's also another contract's.

    The partner holds a contract in two villages of two counties.
    """
    name = await clone(server)
    admin: Conn = await asyncpg.connect(server.url("postgres", name))
    await admin.execute("set timezone = 'Asia/Shanghai'")  # as the application's: rows are told by their text
    found = await admin.fetch(CATALOGUE["tables"])
    tables = {row["name"]: list(row["columns"]) for row in found if row["protected"]}
    deal = await populate(admin)
    await of_actors(admin)
    await admin.execute("set session_replication_role = replica")  # copies come in any order
    for table, columns in tables.items():
        if "village_code" not in columns:
            continue
        for village in VILLAGES[1:]:
            await copy(admin, table, columns, village, village)
        if table in PARTNER:
            await copy(admin, table, columns, VILLAGE, "second")
    contracts = [row[0] for row in await admin.fetch(CONTRACTS, [VILLAGE, FAR], str(deal.contract))]
    await mark(admin, tuple(contracts), PARTNER)
    conn: Conn = await asyncpg.connect(server.url("registry_app", name))
    yield Matrix(
        conn=conn,
        admin=admin,
        tables=tables,
        rights={row["table_name"]: row["rights"] for row in await admin.fetch(CATALOGUE["rights"])},
        held={table: await held(admin, table) for table in tables},
        partner=Identity(actor="test", read=Scope(contracts=tuple(contracts)), write=Scope.EMPTY),
    )
    for connection in (conn, admin):
        await connection.close()
    await drop(server, name)
