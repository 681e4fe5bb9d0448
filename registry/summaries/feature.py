"""What this feature brings to the application."""

from typing import Final

from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import VIEWERS
from registry.summaries import pages, routes

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="今日", href="/", roles=VIEWERS, place=10),),
)
