"""What this feature brings to the application."""

from typing import Final

from registry.exchange import pages, routes
from registry.kernel.feature import Feature

FEATURE: Final = Feature(
    routers=(
        pages.router,
        routes.router,
    ),
)
