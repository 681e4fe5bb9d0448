"""What this feature brings to the application."""

from typing import Final

from registry.fulfilment import pages, routes
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import LINKED

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="过磅", href="/deliveries", roles=LINKED, place=40),),
)
