"""What this feature brings to the application."""

from typing import Final

from registry.access import account_pages, admin_pages, pages, routes
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import ADMIN

FEATURE: Final = Feature(
    routers=(
        pages.router,
        routes.router,
        account_pages.router,
        admin_pages.router,
    ),
    menu=(MenuEntry(label="用户", href="/users", roles=ADMIN, place=70),),
)
