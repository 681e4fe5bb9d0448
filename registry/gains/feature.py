"""What this feature brings to the application."""

from typing import Final

from registry.gains import pages, routes, service
from registry.kernel.changes import RECOMPUTE_JOB
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import VIEWERS

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="增收", href="/gains", roles=VIEWERS, place=60),),
    jobs={RECOMPUTE_JOB: service.catch_up},
)
