"""Accounts, their grants and the tokens of programs: rows and pure rules. Sessions are `session_model.py`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from registry.kernel.http.callers import ROLES, Access, Role

TOKEN_START: Final = "cel_"  # noqa: S105 - what tokens begin with, so that a leaked one is recognised
TOKEN_PREFIX: Final = len(TOKEN_START) + 8
"""The public prefix of a token, shown in lists and logs."""


class Status(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"

    @property
    def label(self) -> str:
        return "在用" if self is Status.ACTIVE else "已停用"


def totp_context(account_id: UUID) -> str:
    """What the secret of an account's second factor is bound to when it is sealed."""
    return f"account.totp_secret/{account_id}"


class AccountRow(Struct, frozen=True, kw_only=True):
    """A person or body that signs in. totp_secret: sealed; totp_confirmed_at: since when codes are asked."""

    account_id: UUID
    username: str
    display_name: str
    status: Status
    password_hash: str
    password_changed_at: datetime
    must_change_password: bool
    totp_secret: bytes | None = None
    totp_key_version: int | None = None
    totp_confirmed_at: datetime | None = None
    totp_last_step: int | None = None
    version: int = 1
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str

    @property
    def active(self) -> bool:
        return self.status is Status.ACTIVE

    @property
    def asks_code(self) -> bool:
        """Whether a login needs a code of the user's device."""
        return self.totp_confirmed_at is not None

    def __repr__(self) -> str:
        """Without hash and secret, wherever it may be printed."""
        return f"AccountRow({self.username})"


class GrantRow(Struct, frozen=True, kw_only=True):
    """A role with its division, area or organisation, from a day on until a day. place_name: its name."""

    account_grant_id: UUID
    account_id: UUID
    role: Role
    division_code: str | None = None
    area_code: str | None = None
    organization_id: UUID | None = None
    valid_from: date
    valid_to: date | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    created_at: datetime
    created_by: str
    place_name: str = ""

    @property
    def label(self) -> str:
        """How people name it: 乡镇经办 · 淅河镇."""
        return " · ".join(part for part in (ROLES[self.role], self.place_name) if part)

    def live(self, day: date) -> bool:
        """Whether a request may act under it that day."""
        return (
            self.revoked_at is None
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


class TokenRow(Struct, frozen=True, kw_only=True):
    """A token of a program, without its hash. prefix: its public beginning."""

    api_token_id: UUID
    account_id: UUID
    account_grant_id: UUID
    name: str
    prefix: str
    access: Access
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    created_at: datetime
    created_by: str

    def live(self, now: datetime) -> bool:
        """Whether it still opens anything, its account and grant apart."""
        return self.revoked_at is None and now < self.expires_at


Username = Annotated[
    str,
    Meta(
        title="用户名",
        pattern="^[a-z][a-z0-9_.-]{2,39}$",
        examples=["shifan.cadre"],
        extra={
            "say": "用小写字母开头，只含小写字母、数字和 _ . -，3 到 40 个字符",
            "say_en": "a small letter, then small letters, digits and _ . -, 3 to 40 characters",
        },
    ),
]
