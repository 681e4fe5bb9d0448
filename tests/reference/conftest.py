"""The base data, for tests that stand on it."""

import pytest

from registry.kernel import changes
from registry.kernel.changes import Cause
from registry.kernel.db import Conn
from registry.reference import base_data
from tests.serving import NOW


@pytest.fixture
async def base(conn: Conn) -> None:
    await base_data.load(conn, NOW)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> list[Cause]:
    """What was marked as stale, in order; cleared by the test where it likes."""
    found: list[Cause] = []
    stale = changes.stale

    def noted(conn: Conn, cause: Cause) -> None:
        found.append(cause)
        stale(conn, cause)

    monkeypatch.setattr(changes, "stale", noted)
    return found
