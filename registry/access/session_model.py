"""What a session is made of. How it is kept is sessions.py."""

from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

# User agent fragments, most specific first: each name also occurs in those of its descendants.
BROWSERS: Final = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS: Final = (
    ("Windows", "Windows 电脑"), ("Android", "安卓手机"), ("HarmonyOS", "鸿蒙手机"), ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"), ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip
EndReason: TypeAlias = Literal["logout", "replaced", "password", "grant", "disabled", "ended_by_user"]


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its owner sees it: never the token or its hash."""

    session_id: UUID
    account_id: UUID
    account_grant_id: UUID | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    address: str
    agent: str

    @property
    def browser(self) -> str:
        """Browser and operating system in plain words, so that an unknown one is noticed; else 未知."""
        found = [
            next((said for name, said in known if name in self.agent), "") for known in (SYSTEMS, BROWSERS)
        ]
        return " ".join(filter(None, found)) or "未知"


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """The row to insert: columns of `session`. token_hash as hexadecimal text with \\x in front."""

    session_id: UUID
    account_id: UUID
    account_grant_id: UUID | None
    token_hash: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A session with the token only its browser keeps. expires_at: the absolute end."""

    session_id: UUID
    token: str
    expires_at: datetime
