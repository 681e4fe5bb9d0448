"""The base data, for tests that stand on it."""

import pytest

from registry.kernel.db import Conn
from registry.reference import base_data
from tests.serving import NOW


@pytest.fixture
async def base(conn: Conn) -> None:
    await base_data.load(conn, NOW)
