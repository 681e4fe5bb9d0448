"""The base data, for tests that stand on it."""

import pytest

from registry.kernel.work import Cause, Work
from registry.reference import base_data


@pytest.fixture
async def base(work: Work) -> None:
    await base_data.load(work)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> list[Cause]:
    """What was marked as stale, in order; cleared by the test where it likes."""
    found: list[Cause] = []
    stale = Work.mark_stale

    def noted(work: Work, cause: Cause) -> None:
        found.append(cause)
        stale(work, cause)

    monkeypatch.setattr(Work, "mark_stale", noted)
    return found
