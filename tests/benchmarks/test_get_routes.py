"""How long each GET route takes on a large database, a new one included: reported with the five slowest."""

import pytest

from registry.settings import Settings
from tests.benchmarks import get_routes

pytestmark = pytest.mark.benchmarks


async def test_every_get_route(large_settings: Settings) -> None:
    found = await get_routes.measure(large_settings)
    print(f"\n\n{get_routes.table(found)}\n\nslowest:\n{get_routes.table(found[:5])}")
    assert [one.address for one in found if one.status >= 500] == []
