"""The first worked case in the database."""

import pytest

from registry.kernel.work import Work
from tests.gains.village import Village, first_case


@pytest.fixture
async def village(work: Work) -> Village:
    return await first_case(work)
