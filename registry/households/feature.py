"""What this feature brings to the application."""

from typing import Final

from registry.households import pages, routes
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import VIEWERS

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="农户", href="/households", roles=VIEWERS, place=20),),
)
