"""What this feature brings to the application."""

from typing import Final

from registry.audit import pages, routes
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import ADMIN, TOWNSHIP

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="操作记录", href="/audit", roles=(*TOWNSHIP, "auditor", *ADMIN), place=80),),
)
