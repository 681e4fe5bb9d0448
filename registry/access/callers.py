"""Finds the caller of a request: by the session's cookie or by a token. Whom a route admits: admission.py."""

import base64
import binascii
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from registry.access import cookies, limits, passwords, secrets, sessions, totp
from registry.access.errors import BadToken
from registry.kernel.db.statements import On, Queries
from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import Access, Caller, Role
from registry.kernel.http.forwarded import subscriber
from registry.kernel.http.request_limits import client_address
from registry.kernel.http.web import AnyRequest, Providers
from registry.kernel.work import CHINA
from registry.settings import Settings

q = Queries("access")
Kind: TypeAlias = Literal["session", "token"]
NOTED: Final = timedelta(minutes=1)
"""How exactly the last use of a session or token is known."""
PER_MINUTE: Final = timedelta(minutes=1)
FAILURES: Final = 60
"""Invalid tokens per minute from one address; then 429 instead of 401."""
_TOKEN_LENGTH: Final = 200
_PLACELESS: Final = Scope(villages=("000000000000",))
"""What belongs to no division: all an administrator sees."""


class CallerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A valid session or token with its account and grant, and what the grant reaches.

    hits: how often a token was used since window_started_at, this time included.
    """

    credential_id: UUID
    access: Access
    used_at: datetime | None
    account_id: UUID
    username: str
    display_name: str
    must_change_password: bool
    password_changed_at: datetime
    has_totp: bool
    account_grant_id: UUID | None
    role: Role | None
    hits: int | None
    window_started_at: datetime | None
    place_code: str | None
    organization_id: UUID | None
    place_name: str
    main_code: str | None
    several: bool
    villages: tuple[str, ...]
    contracts: tuple[UUID, ...]


_session_seen = q("session_seen", UUID, datetime, datetime).run()


async def find(given: Providers, request: AnyRequest) -> Caller | None:
    """Who asks; None without a (valid) session. An Authorization header for us counts before any cookie:
    BadToken if it opens nothing, TooMany if it comes too often."""
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    now = given.clock()
    settings: Settings = request.app.state["settings"]
    if scheme.lower() in ("bearer", "basic"):
        return await _by_token(given, request, scheme.lower(), sent.strip(), now)
    token = cookies.token(request)
    if not token:
        return None
    async with given.short() as conn:
        row = await _found(conn, "session", token, now, settings)
        if row is None:
            return None
        if row.used_at is None or now - row.used_at >= NOTED:
            await _session_seen(conn, row.credential_id, now, now - NOTED)
    return _of_session(row, token, settings, now)


_token_used = q("token_used", UUID, datetime, datetime).run()


async def _by_token(given: Providers, request: AnyRequest, scheme: str, sent: str, now: datetime) -> Caller:
    settings: Settings = request.app.state["settings"]
    username, token = ("", sent) if scheme == "bearer" else _basic(sent)
    async with given.short() as conn:
        row = await _found(conn, "token", token, now, settings)
        if row is None or row.role is None or username not in ("", row.username):
            key = f"token-failed/{subscriber(client_address(request.scope))}"
            await limits.hit(conn, key, now, limit=FAILURES, window=PER_MINUTE)
            raise BadToken
        if row.hits is not None and row.window_started_at is not None:
            window = limits.Window(started_at=row.window_started_at, hits=row.hits)
            limits.check(window, now, limit=settings.token_rate, window=PER_MINUTE)
        if row.used_at is None or now - row.used_at >= NOTED:
            await _token_used(conn, row.credential_id, now, now - NOTED)
    return msgspec.structs.replace(_caller(row), access=row.access, api_token_id=row.credential_id)


_found_caller = q("found_caller", str, bytes, datetime, date, datetime, timedelta).maybe(CallerRow)


async def _found(on: On, kind: Kind, token: str, now: datetime, settings: Settings) -> CallerRow | None:
    if not token or len(token) > _TOKEN_LENGTH:
        return None
    today = now.astimezone(CHINA).date()
    since = now - timedelta(minutes=settings.session_idle_minutes)
    digest = secrets.digest(token)
    return await _found_caller(on, kind, digest, now, today, since, PER_MINUTE)


def _of_session(row: CallerRow, token: str, settings: Settings, now: datetime) -> Caller:
    old = passwords.expired(settings.password_rules, row.password_changed_at, now)
    return msgspec.structs.replace(
        _caller(row),
        csrf=sessions.csrf(token),
        session_id=row.credential_id,
        must_change_password=row.must_change_password or old,
        must_set_totp=totp.required(row.role, settings) and not row.has_totp,
    )


def _caller(row: CallerRow) -> Caller:
    read, write = scopes(row)
    return Caller(
        username=row.username,
        display_name=row.display_name,
        role=row.role,
        read=read,
        write=write,
        place_code=row.place_code,
        place_name=row.place_name,
        several=row.several,
        account_id=row.account_id,
        account_grant_id=row.account_grant_id,
        organization_id=row.organization_id,
    )


def scopes(row: CallerRow) -> tuple[Scope, Scope]:
    """What a grant may read and write. Rows of a county (reference returns, indices) are
    guarded by its range, too."""
    if row.role is None:
        return Scope.EMPTY, Scope.EMPTY
    if row.role == "admin":
        return _PLACELESS, Scope.EMPTY
    if row.role == "partner":
        return Scope(contracts=row.contracts), Scope.EMPTY
    main = Scope.of_division(row.main_code) if row.main_code else Scope.EMPTY
    reached = msgspec.structs.replace(main, villages=row.villages)
    return reached, Scope.EMPTY if row.role == "auditor" else reached


def _basic(sent: str) -> tuple[str, str]:
    """User name and token of a Basic header; ("", "") for one that cannot be read."""
    try:
        text = base64.b64decode(sent.encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return "", ""
    username, _, token = text.partition(":")
    return username, token
