"""A desk: the test's own client, a small world, contracts made through the interface."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from asyncpg.connection import LoggedQuery

from registry.kernel.work import Work
from tests import factories
from tests.contracts.desk import Desk, Touched


@pytest.fixture
async def desk(work: Work, client: httpx.AsyncClient) -> Desk:
    return Desk(work=work, client=client, world=await factories.world(work))


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> set[Touched]:
    """Household and year of every touch."""
    seen: set[Touched] = set()
    touch = Work.touch

    def note(work: Work, county_code: str, household_id: UUID, year: int) -> None:
        seen.add((household_id, year))
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
