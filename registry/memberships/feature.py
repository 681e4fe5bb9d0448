"""What this feature brings to the application."""

from typing import Final

from registry.kernel.feature import Feature
from registry.kernel.http.callers import REGISTRARS
from registry.kernel.imports import HOUSEHOLD, VILLAGE, ImportKind
from registry.memberships import routes, service
from registry.memberships.import_model import MembershipImport

FEATURE: Final = Feature(
    routers=(routes.router,),
    imports=(
        ImportKind(
            name="memberships",
            roles=REGISTRARS,
            row=MembershipImport,
            import_rows=service.import_rows,
            place="village_code",
            names={
                **VILLAGE,
                **HOUSEHOLD,
                "credit_code": ("信用代码", "合作社代码", "组织代码", "organization"),
                "valid_from": ("入社日期", "起始日期"),
                "valid_to": ("退社日期", "截止日期"),
                "kind": ("份额类别", "类别", "share kind"),
                "form": ("形式", "出资方式", "share form"),
                "amount": ("份额数", "股份数", "出资额", "股数"),
            },
        ),
    ),
)
