"""The application that finds its callers itself: by their sessions and tokens."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from registry.kernel.work import Work
from tests.access.people import real
from tests.serving import NOW, serving


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **passed: float) -> None:
        self.now += timedelta(**passed)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def browser(work: Work, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A client nobody has signed in on, on the test's transaction."""
    async with serving(providers=real(work, clock)) as started:
        yield started
