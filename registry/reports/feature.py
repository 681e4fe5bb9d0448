"""What this feature brings to the application."""

from typing import Final

from registry.kernel.feature import Feature
from registry.reports import pages

FEATURE: Final = Feature(
    routers=(pages.router,),
)
