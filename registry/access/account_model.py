"""What clients send and see of accounts, grants and tokens, and which place a role takes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.access.model import GrantRow, Status, TokenRow, Username
from registry.kernel.errors import Mistake
from registry.kernel.http.callers import ROLES, Access, Role
from registry.kernel.types import AreaCode, DivisionCode, ShortText

RESERVED: Final = frozenset({"local", "system", "anonymous", "registry", "operator", "demo", "unknown"})
"""Names under which the program itself acts; in the trail nobody else may be mistaken for it."""
DAYS: Final = 90
"""How long a token is valid unless said otherwise."""
MOST_DAYS: Final = 365
_DIVISIONS: Final = frozenset({"province", "prefecture", "county", "township", "village"})
FITTING: Final[Mapping[Role, frozenset[str]]] = {
    "cadre": frozenset({"village"}),
    "clerk": frozenset({"township"}),
    "county": frozenset({"province", "prefecture", "county", "area"}),
    "auditor": _DIVISIONS | {"area"},
    "partner": frozenset({"collective", "enterprise", "individual_business", "cooperative", "other"}),
    "admin": frozenset(),
}
"""Which levels of divisions, areas or kinds of organisations a role is granted with (domain.md 2)."""
NEEDS: Final[Mapping[Role, str]] = {
    "cadre": "村干部要填所在村的 12 位区划代码",
    "clerk": "乡镇经办要填乡镇的 12 位区划代码",
    "county": "县区经办要填县区及以上的区划代码，或片区代码（Q 加数字）",
    "auditor": "审计人员要填区划代码，或片区代码（Q 加数字）",
    "partner": "合作企业要填企业或合作社，不能是政府机构",
    "admin": "系统管理员没有业务数据，不填区划、片区和组织",
}

RoleOf = Annotated[Role, Meta(title="身份", extra={"labels": ROLES})]
DisplayName = Annotated[ShortText, Meta(title="姓名或单位", examples=["示范村干部"])]
ValidFrom = Annotated[date, Meta(title="开始日期")]
ValidTo = Annotated[date, Meta(title="截止日期")]


class GrantIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role with its division, area or organisation. Without `valid_from` it begins today."""

    role: RoleOf
    division_code: Annotated[DivisionCode, Meta(title="区划代码")] | None = None
    area_code: Annotated[AreaCode, Meta(title="片区代码")] | None = None
    organization_id: Annotated[UUID, Meta(title="组织")] | None = None
    valid_from: ValidFrom | None = None
    valid_to: ValidTo | None = None

    def mistakes(self) -> Iterator[Mistake]:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield Mistake("/valid_to", "order", "截止日期不能早于开始日期，请核对", "ends before it begins")

    @property
    def place(self) -> str:
        """What it names, as text: for the trail."""
        return self.division_code or self.area_code or str(self.organization_id or "")


class Place(Struct, frozen=True, kw_only=True):
    """A division, area or organisation. kind: its level, "area" or its kind; valid: exists that day."""

    name: str
    kind: str
    valid: bool


class NamedPlace(Struct, frozen=True, kw_only=True):
    """A place that is called so. above: the division it lies in, "" for areas and organisations."""

    code: str
    name: str
    above: str
    kind: str


def place_mistakes(new: GrantIn, place: Place | None) -> Iterator[Mistake]:
    """Whether the place of a grant exists and fits its role. `place`: what was found under its code."""
    given = {
        "division_code": new.division_code,
        "area_code": new.area_code,
        "organization_id": new.organization_id,
    }
    named = [name for name, value in given.items() if value is not None]
    pointer = f"/{named[0]}" if named else "/role"
    needs = NEEDS[new.role]
    if len(named) > 1 or bool(named) != bool(FITTING[new.role]):
        yield Mistake(pointer, "grant.place", f"{needs}，请核对", "names exactly the place its role needs")
    elif named and (place is None or not place.valid):
        yield Mistake(
            pointer, "grant.unknown", f"没有这个区划、片区或组织，或者已撤销；{needs}", "does not exist"
        )
    elif place is not None and place.kind not in FITTING[new.role]:
        say = f"“{place.name}”不适合这个身份：{needs}"
        yield Mistake(pointer, "grant.unfitting", say, "does not fit the role")


class AccountIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account; the user name stays for ever."""

    username: Username
    display_name: DisplayName

    def mistakes(self) -> Iterator[Mistake]:
        if self.username in RESERVED:
            say = "这个用户名留给系统使用，请换一个"
            yield Mistake("/username", "account.reserved", say, "is kept for the system")


class AccountPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Disabling an account ends its sessions and tokens at once."""

    display_name: DisplayName | UnsetType = UNSET
    status: Annotated[Status, Meta(title="状态")] | UnsetType = UNSET


class ResetIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """drop_totp: also stop asking for codes, for somebody who lost the device."""

    drop_totp: bool = False


class TokenIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token for a program, acting under one grant."""

    name: Annotated[ShortText, Meta(title="用途", examples=["示范数据平台"])]
    account_grant_id: Annotated[UUID, Meta(title="身份")]
    access: Annotated[Access, Meta(title="权限", extra={"labels": {"read": "只读", "write": "可读写"}})] = (
        "read"
    )
    days: Annotated[int, Meta(title="有效天数", ge=1, le=MOST_DAYS, extra={"suffixes": ("天",)})] = DAYS


class AccountItem(Struct, frozen=True, kw_only=True):
    """An account in a list, with the roles it has today."""

    account_id: UUID
    username: str
    display_name: str
    status: Status
    roles: tuple[Role, ...]
    must_change_password: bool
    has_totp: bool
    created_at: datetime
    updated_at: datetime
    version: int


class GrantOut(Struct, frozen=True, kw_only=True):
    """A grant as clients see it."""

    account_grant_id: UUID
    role: Role
    division_code: str | None
    area_code: str | None
    organization_id: UUID | None
    place_name: str
    valid_from: date
    valid_to: date | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: GrantRow) -> "GrantOut":
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class Account(Struct, frozen=True, kw_only=True):
    """An account with its grants, revoked ones last. Never its password or secret."""

    account_id: UUID
    username: str
    display_name: str
    status: Status
    must_change_password: bool
    has_totp: bool
    grants: tuple[GrantOut, ...]
    created_at: datetime
    updated_at: datetime
    version: int


class FirstPassword(Struct, frozen=True, kw_only=True):
    """The only time a first password is told; it has to be changed at the next login."""

    account: Account
    first_password: str


class NewToken(Struct, frozen=True, kw_only=True):
    """The only time a token is told. prefix: what lists show of it."""

    token: TokenRow
    text: str
