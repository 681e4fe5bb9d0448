"""What this feature brings to the application."""

from typing import Final

from registry.contracts import pages, routes
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import LINKED

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="合同", href="/contracts", roles=LINKED, place=30),),
)
