"""The demo, built once per run in a database of its own. Tests only read it, or undo what they do."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from registry.demo.build import build
from registry.settings import Settings
from tests.demo.building import BUILT, with_base_data
from tests.servers import Server
from tests.serving import serving


@pytest.fixture(scope="session")
async def demo(server: Server, anyio_backend: str) -> AsyncIterator[Settings]:
    async with with_base_data(server) as settings:
        await build(settings, BUILT)
        yield settings


@pytest.fixture(scope="session")
async def demo_client(demo: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application on the demo."""
    async with serving(demo) as client:
        yield client


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A data folder the server's user may enter: pytest's own are closed to it."""
    made = Path(tempfile.mkdtemp(prefix="registry-demo-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)
