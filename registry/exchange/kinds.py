"""The kinds of tables that can be imported: the row each becomes, names of its columns, who imports it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from registry.divisions import imports as divisions
from registry.divisions.model import DivisionIn
from registry.exchange.model import KindName
from registry.fulfilment import imports as deliveries
from registry.households import service as households
from registry.households.roster_model import RosterIn
from registry.kernel.batch import Outcome
from registry.kernel.http.callers import ADMIN, COUNTY, REGISTRARS, TOWNSHIP, Role
from registry.memberships import service as memberships
from registry.memberships.import_model import MembershipImport
from registry.organizations import service as organizations
from registry.organizations.model import OrganizationIn
from registry.reference import market, reference_returns
from registry.reference.market_model import MarketPriceIn
from registry.reference.return_model import ReturnIn

ImportRows: TypeAlias = Callable[..., Awaitable[list[Outcome]]]
"""import_rows(conn, act, rows, dry_run): one Outcome per row, pointers relative to the row."""

VILLAGE_NAME: Final = "village"
"""A column with the village's name instead of its code, read before the row."""
_VILLAGE: Final = {
    "village_code": ("村编码", "行政村代码", "村级代码", "village code", "division_code"),
    VILLAGE_NAME: ("村", "村名", "行政村", "村委会", "村（社区）名称", "所在村", "village name"),
}
_NUMBER: Final = ("户编号", "农户编号", "农户号", "户编码", "household_number", "household number")
_HEAD: Final = ("户主", "姓名", "农户", "农户姓名", "户主名", "name", "household_name", "head name")
_PLACE: Final = ("区划代码", "行政区划代码", "地区代码", "division", "code")


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of table. `place`: the field that holds the row's division; `title`: what people call it;
    `roles`: whose it is (domain.md 2)."""

    name: KindName
    title: str
    roles: tuple[Role, ...]
    row: type[msgspec.Struct]
    import_rows: ImportRows
    place: str
    names: Mapping[str, Sequence[str]] = {}

    def default_place(self, division: str | None) -> str | None:
        """The place of rows that name none: the division given, where rows may have such a place."""
        is_village = division is not None and not division.endswith("000")
        return division if is_village or self.place == "division_code" else None


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            name="divisions",
            title="行政区划",
            roles=ADMIN,
            row=DivisionIn,
            import_rows=divisions.import_rows,
            place="division_code",
            names={
                "division_code": _PLACE,
                "name": ("区划名称", "行政区划名称"),
                "parent_code": ("父级代码",),
            },
        ),
        Kind(
            name="organizations",
            title="组织",
            roles=(*REGISTRARS, *COUNTY),
            row=OrganizationIn,
            import_rows=organizations.import_rows,
            place="division_code",
            names={
                "division_code": _PLACE,
                "name": ("组织名称", "单位名称", "企业名称", "合作社名称"),
                "kind": ("类型", "单位类型", "性质"),
                "credit_code": ("信用代码", "社会信用代码", "credit code"),
            },
        ),
        Kind(
            name="households",
            title="农户名册",
            roles=REGISTRARS,
            row=RosterIn,
            import_rows=households.import_rows,
            place="village_code",
            names={
                **_VILLAGE,
                "number": _NUMBER,
                "head_name": _HEAD,
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
        Kind(
            name="memberships",
            title="成员与份额",
            roles=REGISTRARS,
            row=MembershipImport,
            import_rows=memberships.import_rows,
            place="village_code",
            names={
                **_VILLAGE,
                "number": _NUMBER,
                "head_name": _HEAD,
                "credit_code": ("信用代码", "合作社代码", "组织代码", "organization"),
                "valid_from": ("入社日期", "起始日期"),
                "valid_to": ("退社日期", "截止日期"),
                "kind": ("份额类别", "类别", "share kind"),
                "form": ("形式", "出资方式", "share form"),
                "amount": ("份额数", "股份数", "出资额", "股数"),
            },
        ),
        Kind(
            name="deliveries",
            title="交售",
            roles=REGISTRARS,
            row=deliveries.DeliverySheetIn,
            import_rows=deliveries.import_rows,
            place="village_code",
            names={
                **_VILLAGE,
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
        Kind(
            name="reference-returns",
            title="参照收益",
            roles=COUNTY,
            row=ReturnIn,
            import_rows=reference_returns.import_rows,
            place="division_code",
            names={
                "division_code": _PLACE,
                "crop_code": ("crop", "作物", "作物代码", "作物名称", "品种"),
                "quality": ("数据质量",),
                "source_text": ("source", "来源", "资料来源"),
                "days_derived": ("用工为推算",),
            },
        ),
        Kind(
            name="market-prices",
            title="市场价",
            roles=TOWNSHIP,
            row=MarketPriceIn,
            import_rows=market.import_rows,
            place="division_code",
            names={
                "division_code": _PLACE,
                "product_code": ("product", "产品", "产品代码", "产品名称", "品种"),
                "grade_code": ("grade", "等级", "等级代码"),
                "day": ("日期", "date"),
                "price": ("价格", "单价", "市场价"),
                "unit": ("单位", "typed_unit"),
                "source_text": ("source", "来源", "资料来源"),
            },
        ),
    )
}
