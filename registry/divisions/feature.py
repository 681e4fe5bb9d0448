"""What this feature brings to the application."""

from typing import Final

from registry.divisions import imports, routes
from registry.divisions.model import DivisionIn
from registry.divisions.register_pages import INDEX, register_router, registers_page
from registry.divisions.statistic_pages import PAGES
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import ADMIN, TOWNSHIP
from registry.kernel.imports import PLACE, ImportKind

FEATURE: Final = Feature(
    routers=(routes.router, register_router(PAGES), registers_page),
    menu=(MenuEntry(label="基础数据", href=INDEX, roles=(*TOWNSHIP, "auditor", *ADMIN), place=75),),
    registers=tuple(one.entry for one in PAGES),
    imports=(
        ImportKind(
            name="divisions",
            roles=ADMIN,
            row=DivisionIn,
            import_rows=imports.import_rows,
            place="division_code",
            names={
                **PLACE,
                "name": ("区划名称", "行政区划名称"),
                "parent_code": ("父级代码",),
            },
        ),
    ),
)
