"""What this feature brings to the application."""

from typing import Final

from registry.households import pages, routes, service
from registry.households.roster_model import RosterIn
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import REGISTRARS, VIEWERS
from registry.kernel.imports import HOUSEHOLD, VILLAGE, ImportKind

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
    ),
    menu=(MenuEntry(label="农户", href="/households", roles=VIEWERS, place=20),),
    imports=(
        ImportKind(
            name="households",
            roles=REGISTRARS,
            row=RosterIn,
            import_rows=service.import_rows,
            place="village_code",
            names={
                **VILLAGE,
                **HOUSEHOLD,
                "members": ("家庭成员", "成员", "成员姓名"),
                "group_name": ("组", "小组", "组别", "村组", "group"),
                "contracted_mu": ("承包面积", "承包地", "承包耕地面积", "确权面积", "耕地面积"),
                "contracted_until": ("承包期限至", "承包到期日"),
                "extension_signed": ("已签延包", "延包"),
                "registered": ("户籍人数", "人口", "家庭人口", "人口数"),
                "resident": ("常住人数", "常住"),
                "labour": ("劳动力人数", "劳力"),
                "tags": ("户类型", "农户类型", "户标签"),
            },
        ),
    ),
)
