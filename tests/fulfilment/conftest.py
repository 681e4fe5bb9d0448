"""What the tests of fulfilment share."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery

from registry.kernel import changes
from registry.kernel.db import Conn


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, int]]:
    """Household and year of every touch, in order."""
    seen: list[tuple[UUID, int]] = []
    touch = changes.touch

    def note(conn: Any, county_code: str, household_id: UUID, year: int) -> None:
        seen.append((household_id, year))
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
