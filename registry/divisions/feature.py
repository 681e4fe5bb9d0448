"""What this feature brings to the application."""

from typing import Final

from registry.divisions import imports, routes
from registry.divisions.model import DivisionIn
from registry.kernel.feature import Feature
from registry.kernel.http.callers import ADMIN
from registry.kernel.imports import PLACE, ImportKind

FEATURE: Final = Feature(
    routers=(routes.router,),
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
