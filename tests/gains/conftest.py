"""The recomputation is bound as in the running application; the first worked case in the database."""

import pytest

from registry import app
from registry.kernel.db import Conn
from tests.gains.village import Village, first_case


@pytest.fixture(autouse=True)
def bound() -> None:
    app.bind()


@pytest.fixture
async def village(conn: Conn) -> Village:
    return await first_case(conn)
