"""How many messages a summary sends to the database, however it is split."""

from typing import get_args

import pytest

from registry.summaries.model import By
from tests import factories
from tests.conftest import World
from tests.factories import TOWNSHIP
from tests.messages import asking, logged

MESSAGES = 6
"""The caller, BEGIN, identity, place, figures, COMMIT."""


async def test_a_summary_of_any_width(committed_db: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with committed_db.writer() as work:
        await factories.world(work)
        await factories.household(work)
    with logged(monkeypatch) as seen:
        async with asking(committed_db, "auditor", TOWNSHIP) as client:
            for by in (None, *get_args(By)):
                width = {} if by is None else {"by": by}
                for _ in range(2):  # the first one prepares its statements
                    seen.clear()
                    query = {"period": "2022", **width}
                    answer = await client.get(f"/api/v1/divisions/{TOWNSHIP}/summary", params=query)
                    assert answer.status_code == 200, answer.text
                assert len(seen) <= MESSAGES, seen
