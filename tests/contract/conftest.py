"""The database of several villages, each with a row in every table, that tests of isolation share."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from registry.kernel import sql
from registry.kernel.db import Conn, Identity, Scope
from tests.conftest import clone, drop
from tests.contract.populated import VILLAGES, Matrix, copy, populate
from tests.contract.test_catalogue import PARTNER
from tests.factories import VILLAGE
from tests.servers import Server

TABLES = sql.parse((Path(__file__).parent / "catalogue.sql").read_text("utf-8"), "catalogue.sql")["tables"]


@pytest.fixture(scope="session")
async def database(server: Server, anyio_backend: str) -> AsyncIterator[Matrix]:
    """Each table holds a row in each of the four villages, and a partner's tables another contract's."""
    name = await clone(server)
    superuser: Conn = await asyncpg.connect(server.url("postgres", name))
    tables = {row["name"]: list(row["columns"]) for row in await superuser.fetch(TABLES) if row["protected"]}
    own = {table: columns for table, columns in tables.items() if "village_code" in columns}
    deal = await populate(superuser)
    await superuser.execute("set session_replication_role = replica")  # copies come in any order
    for table, columns in own.items():
        for village in VILLAGES[1:]:
            await copy(superuser, table, columns, village, village)
        if table in PARTNER:
            await copy(superuser, table, columns, VILLAGE, "second")
    conn: Conn = await asyncpg.connect(server.url("registry_app", name))
    owner: Conn = await asyncpg.connect(server.url("registry_owner", name))
    one = "select to_jsonb(t)::text from {} as t where village_code = $1 limit 1"
    yield Matrix(
        conn=conn,
        owner=owner,
        tables=own,
        divisions=[table for table, columns in tables.items() if "division_code" in columns],
        rows={(t, v): await superuser.fetchval(one.format(t), v) for t in own for v in VILLAGES},
        partner=Identity(actor="test", read=Scope(contracts=(deal.contract,)), write=Scope.EMPTY),
    )
    for connection in (conn, owner, superuser):
        await connection.close()
    await drop(server, name)
