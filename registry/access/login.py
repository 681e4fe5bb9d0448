"""Signing in with a password: limits before work, the same work for every name, one message for failures."""

import hashlib
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from registry.access import account_queries, limits, passwords, secrets, sessions, totp
from registry.access.errors import LoginFailed
from registry.access.model import AccountRow, GrantRow
from registry.access.session_model import Started
from registry.audit import service as audit
from registry.kernel.crypto.vault import Vault
from registry.kernel.db.statements import On, Queries
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.http.callers import ANONYMOUS
from registry.kernel.http.forwarded import subscriber
from registry.kernel.http.web import Providers
from registry.kernel.work import CHINA, Act, Work

q = Queries("access")
WINDOW: Final = timedelta(minutes=15)
PER_NAME: Final = 10
PER_ADDRESS: Final = 100
TOO_OFTEN: Final = "登录尝试太多，已暂停。请过一会儿再试；忘记密码请联系管理员重置。"
_USERNAME: Final = re.compile(r"[a-z][a-z0-9_.-]{2,39}")
_LONGEST: Final = 1_000


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody typed, and from which program. replaced: the token of the session it has, "" if none."""

    username: str
    password: str
    code: str = ""
    agent: str = ""
    replaced: str = ""

    def __repr__(self) -> str:
        return "Tried()"


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in: with the new session, and the grants to choose from."""

    account: AccountRow
    started: Started
    grants: list[GrantRow]


async def login(providers: Providers, act: Act, tried: Credentials, *, vault: Vault, hours: int) -> SignedIn:
    """A new session of at most `hours`. LoginFailed for whatever is wrong; TooMany, before any hash is
    computed, after ten tries of a name or a hundred from an address within 15 minutes."""
    name = plain_name(tried.username)
    keys = await _counted(providers, act, name)
    account = await _account(providers, name)
    stored = account.password_hash if account and account.active else passwords.DUMMY
    right = await passwords.fits(stored, tried.password[:_LONGEST])
    if account is None or not account.active or not right:
        await _note_failure(providers, act, account)
        raise LoginFailed
    try:
        entered = await _enter(providers, act, account, tried, vault=vault, hours=hours)
    except LoginFailed:
        await _note_failure(providers, act, account)
        raise
    async with providers.short() as conn:
        await limits.forget(conn, keys[1])
        await limits.sweep(conn, act.now)
    if passwords.outdated(account.password_hash):
        anew = await passwords.hashed(tried.password[:_LONGEST])
        async with providers.short() as conn:
            await account_queries.rehash(conn, account.account_id, account.password_hash, anew)
    return entered


_live_grants = q("live_grants", UUID, date).many(GrantRow)


async def grants(on: On, account_id: UUID, now: datetime) -> list[GrantRow]:
    """The grants an account may act under today."""
    return await _live_grants(on, account_id, now.astimezone(CHINA).date())


def plain_name(typed: str) -> str:
    """A user name as it is stored, from what an input method or a phone made of it."""
    return unicodedata.normalize("NFKC", typed[:_LONGEST]).strip().lower()


async def _counted(providers: Providers, act: Act, name: str) -> tuple[str, str]:
    """Counts an attempt for the address and the name; their keys. The name is hashed: people may type
    their password into the wrong field."""
    keys = (
        f"login/address/{subscriber(act.address)}",
        f"login/name/{hashlib.sha256(name.encode()).hexdigest()}",
    )
    async with providers.short() as conn:
        for key, limit in zip(keys, (PER_ADDRESS, PER_NAME), strict=True):
            await limits.hit(conn, key, act.now, limit=limit, window=WINDOW, detail=TOO_OFTEN)
    return keys


_login_account = q("login_account", str).maybe(AccountRow)


async def _account(providers: Providers, name: str) -> AccountRow | None:
    if not _USERNAME.fullmatch(name):
        return None
    async with providers.short() as conn:
        return await _login_account(conn, name)


_end_replaced = q("end_replaced", bytes, datetime).run()


async def _enter(
    providers: Providers, act: Act, account: AccountRow, tried: Credentials, *, vault: Vault, hours: int
) -> SignedIn:
    """The session, in one transaction with its event. LoginFailed if the code is wrong, or the password or
    status was changed while the hash was computed."""
    async with providers.writer(_identity(account), act) as work:
        held = await _login_account(work, account.username)
        if held is None or not held.active or held.password_hash != account.password_hash:
            raise LoginFailed
        if held.asks_code and not await totp.verify(work, vault, held, tried.code, act.now):
            raise LoginFailed
        if tried.replaced:
            await _end_replaced(work, secrets.digest(tried.replaced), act.now)
        found = await grants(work, held.account_id, act.now)
        started = await sessions.start(
            work,
            held.account_id,
            found[0].account_grant_id if len(found) == 1 else None,
            act.now,
            hours=hours,
            address=act.address,
            agent=tried.agent,
        )
        await _note(work, held, "signed_in", found[0].role if len(found) == 1 else "none")
    return SignedIn(account=held, started=started, grants=found)


async def _note_failure(providers: Providers, act: Act, account: AccountRow | None) -> None:
    """A try of a name nobody has is noted without the name: it may be a password."""
    async with providers.writer(_identity(account), act) as work:
        await _note(work, account, "failed", "none")


async def _note(work: Work, account: AccountRow | None, result: str, role: str) -> None:
    acting = work.acting(msgspec.structs.replace(work.act, actor=_identity(account).actor, role=role))
    record_id = str(account.account_id) if account else "unknown"
    await audit.event(acting, kind="session", record_id=record_id, changes={"login": [None, result]})


def _identity(account: AccountRow | None) -> Identity:
    name = account.username if account else ANONYMOUS.actor
    return Identity(actor=name, read=Scope.EMPTY, write=Scope.EMPTY)
