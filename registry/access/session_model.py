"""What a session is made of. How it is kept is sessions.py."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

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
