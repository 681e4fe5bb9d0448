"""What this feature brings to the application."""

from typing import Final

from registry.kernel.feature import Feature
from registry.reports import pages, routes

FEATURE: Final = Feature(
    routers=(routes.router, pages.router),
)
