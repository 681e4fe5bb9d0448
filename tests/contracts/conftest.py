"""A desk: the test's own client, a small world, contracts made through the interface."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from asyncpg.connection import LoggedQuery

from registry.kernel import changes
from registry.kernel.db import Conn
from tests import factories
from tests.contracts.desk import Desk, Touched


@pytest.fixture
async def desk(conn: Conn, client: httpx.AsyncClient) -> Desk:
    return Desk(conn=conn, client=client, world=await factories.world(conn))


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> set[Touched]:
    """Household and year of every touch."""
    seen: set[Touched] = set()
    touch = changes.touch

    def note(conn: Any, county_code: str, household_id: UUID, year: int) -> None:
        seen.add((household_id, year))
        touch(conn, county_code, household_id, year)

    monkeypatch.setattr(changes, "touch", note)
    return seen


@pytest.fixture
def statements(conn: Conn) -> Iterator[list[str]]:
    """The statements sent on the test's connection; may be cleared."""
    seen: list[str] = []

    def note(record: LoggedQuery) -> None:
        seen.append(record.query)

    conn.add_query_logger(note)
    yield seen
    conn.remove_query_logger(note)
