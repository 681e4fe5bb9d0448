"""What this feature brings to the application."""

from typing import Final

from registry.fulfilment import imports, pages, routes
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import LINKED, REGISTRARS
from registry.kernel.imports import VILLAGE, ImportKind

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="过磅", href="/deliveries", roles=LINKED, place=40),),
    imports=(
        ImportKind(
            name="deliveries",
            roles=REGISTRARS,
            row=imports.DeliverySheetIn,
            import_rows=imports.import_rows,
            place="village_code",
            names={
                **VILLAGE,
                "contract_number": ("合同号", "合同"),
                "household_number": ("户号", "农户编号"),
                "ticket_number": ("过磅单号", "磅单"),
                "day": ("日期", "过磅日期"),
                "product_code": ("产品", "产品代码", "产品名称", "品种"),
                "grade_code": ("等级", "等级代码"),
                "operator": ("过磅员",),
                "reason": ("override_reason",),
            },
        ),
    ),
)
