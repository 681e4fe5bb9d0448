"""What this feature brings to the application."""

from typing import Final

from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import LINKED
from registry.reference import pages, routes

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="市场价", href="/market-prices", roles=LINKED, place=50),),
)
