"""What this feature brings to the application."""

from typing import Final

from registry.divisions.register_pages import register_router
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import COUNTY, REGISTRARS
from registry.kernel.imports import PLACE, ImportKind
from registry.organizations import register_pages, routes, service
from registry.organizations.model import OrganizationIn

FEATURE: Final = Feature(
    routers=(routes.router, register_router(register_pages.PAGES)),
    menu=(MenuEntry(label="组织", href="/registers/organizations", roles=(*REGISTRARS, *COUNTY), place=35),),
    registers=tuple(one.entry for one in register_pages.PAGES),
    imports=(
        ImportKind(
            name="organizations",
            roles=(*REGISTRARS, *COUNTY),
            row=OrganizationIn,
            import_rows=service.import_rows,
            place="division_code",
            names={
                **PLACE,
                "name": ("组织名称", "单位名称", "企业名称", "合作社名称"),
                "kind": ("类型", "单位类型", "性质"),
                "credit_code": ("信用代码", "社会信用代码", "credit code"),
            },
        ),
    ),
)
