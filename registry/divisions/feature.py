"""What this feature brings to the application."""

from typing import Final

from registry.divisions import routes
from registry.kernel.feature import Feature

FEATURE: Final = Feature(
    routers=(routes.router,),
)
