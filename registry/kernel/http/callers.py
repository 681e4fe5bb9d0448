"""The caller, its role, and the roles a route admits. Finding and admitting callers is access/."""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.types import NO_COUNTY

Role: TypeAlias = Literal["cadre", "clerk", "county", "partner", "auditor", "admin"]
Access: TypeAlias = Literal["read", "write"]

ROLES: Final[Mapping[Role, str]] = {
    "cadre": "村干部",
    "clerk": "乡镇经办",
    "county": "县区经办",
    "partner": "合作企业",
    "auditor": "审计人员",
    "admin": "系统管理员",
}
REGISTRARS: Final[tuple[Role, ...]] = ("cadre", "clerk")
"""Who registers households, contracts and what happens under them."""
TOWNSHIP: Final[tuple[Role, ...]] = ("clerk", "county")
"""Who keeps market prices, planted areas and seasons."""
COUNTY: Final[tuple[Role, ...]] = ("county",)
"""Who keeps reference rows, indices and division statistics."""
ADMIN: Final[tuple[Role, ...]] = ("admin",)
"""Who keeps accounts, divisions, areas and code lists; no business data."""
VIEWERS: Final[tuple[Role, ...]] = ("cadre", "clerk", "county", "auditor")
"""Who sees households and what they gain, each in its scope."""
LINKED: Final[tuple[Role, ...]] = (*VIEWERS, "partner")
"""Who sees contracts and deliveries: a partner its own."""
EVERYBODY: Final[tuple[Role, ...]] = (*LINKED, "admin")
"""Who sees what is public: divisions, organisations, code lists, prices."""
MAY: Final[Mapping[str, tuple[Role, ...]]] = {
    "register": REGISTRARS,
    "price": TOWNSHIP,
    "see_households": VIEWERS,
    "see_places": VIEWERS,
    "see_contracts": LINKED,
}
"""What pages offer to whom; the routes decide all the same."""

OPEN: Final[Mapping[str, Any]] = {"open": True}
"""`opt` of a route that asks nobody who it is: health, static files, documentation, the login itself."""
SIGNED_IN: Final[Mapping[str, Any]] = {"signed_in": True}
"""`opt` of a route for every signed-in user, in any role or with none chosen yet: one's own account."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who a request acts for: an account under one of its grants, by a session or a token.

    role is None while a session has not chosen among several grants. place_code: the division or area of the
    grant, None for a partner and an administrator. csrf: what forms of this session carry, "" for a token.
    """

    username: str
    display_name: str
    role: Role | None
    read: Scope = Scope.EMPTY
    write: Scope = Scope.EMPTY
    place_code: str | None = None
    place_name: str = ""
    access: Access = "write"
    csrf: str = ""
    must_change_password: bool = False
    must_set_totp: bool = False
    several: bool = False
    account_id: UUID | None = None
    account_grant_id: UUID | None = None
    organization_id: UUID | None = None
    session_id: UUID | None = None
    api_token_id: UUID | None = None

    @property
    def identity(self) -> Identity:
        """What the transaction enters with. A read-only token has nothing it may write."""
        return Identity(
            actor=self.username,
            read=self.read,
            write=self.write if self.access == "write" else Scope.EMPTY,
        )

    @property
    def county_code(self) -> str:
        """The first six digits of the grant's division; 000000 above county level, for areas and partners."""
        code = self.place_code or ""
        return code[:6] if code.isdecimal() and code[4:6] != "00" else NO_COUNTY


ANONYMOUS: Final = Identity(actor="anonymous", read=Scope.EMPTY, write=Scope.EMPTY)
"""Whom a transaction of an open route acts for: sees and writes no village's row."""


def admits(read: tuple[Role, ...] | None = None, write: tuple[Role, ...] | None = None) -> dict[str, Any]:
    """`opt` of a handler or router: the roles that may ask (GET, HEAD) and that may change (otherwise).

    What is not given is inherited from the router around; a route that ends without either is refused at
    start. A POST that changes nothing (a search, a dry run) still counts as a change.
    """
    given = {"read": read, "write": write}
    return {name: roles for name, roles in given.items() if roles is not None}


def admitted(opt: Mapping[str, Any], method: str) -> tuple[Role, ...]:
    """The roles a route admits for a method; KeyError if it declares none."""
    roles: tuple[Role, ...] = opt["read" if method in ("GET", "HEAD") else "write"]
    return roles
