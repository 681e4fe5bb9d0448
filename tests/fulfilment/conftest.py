"""What the tests of fulfilment share."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery

from registry.kernel.work import Work


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, int]]:
    """Household and year of every touch, in order."""
    seen: list[tuple[UUID, int]] = []
    touch = Work.touch

    def note(work: Work, county_code: str, household_id: UUID, year: int) -> None:
        seen.append((household_id, year))
        touch(work, county_code, household_id, year)

    monkeypatch.setattr(Work, "touch", note)
    return seen


@pytest.fixture
def statements(work: Work) -> Iterator[list[str]]:
    """The statements sent on the test's connection; may be cleared."""
    seen: list[str] = []

    def note(record: LoggedQuery) -> None:
        seen.append(record.query)

    work.conn.add_query_logger(note)
    yield seen
    work.conn.remove_query_logger(note)
