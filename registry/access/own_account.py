"""One's own account: who is asking with a session, the password checked again, the password changed."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from registry.access import account_queries as queries
from registry.access import limits, passwords, sessions
from registry.access.errors import SessionNeeded
from registry.access.model import AccountRow
from registry.access.session_model import Started
from registry.audit import service as audit
from registry.kernel.errors import Invalid, Mistake, Stale
from registry.kernel.http.callers import Caller
from registry.kernel.http.web import AnyRequest, Providers, caller_of
from registry.kernel.work import Act, Work
from registry.settings import Settings

TRIES: Final = 10
WINDOW: Final = timedelta(hours=1)
TOO_OFTEN: Final = "密码试错太多次，请过一会儿再试；忘记密码请联系管理员重置。"
Typed = Annotated[str, Meta(max_length=1000)]


class PasswordForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change of one's own password."""

    old_password: Annotated[Typed, Meta(title="原密码")]
    new_password: Annotated[Typed, Meta(title="新密码")]
    again: Annotated[Typed, Meta(title="再输一遍新密码")]

    def __repr__(self) -> str:
        return "PasswordForm()"


class SignedInAccount(Struct, frozen=True, kw_only=True):
    """A signed-in browser user with account and session."""

    caller: Caller
    account_id: UUID
    session_id: UUID


def require_session(request: AnyRequest) -> SignedInAccount:
    """The caller with a session; SessionNeeded for a token."""
    caller = caller_of(request)
    if caller is None or caller.account_id is None or caller.session_id is None:
        raise SessionNeeded
    return SignedInAccount(caller=caller, account_id=caller.account_id, session_id=caller.session_id)


async def end_session(work: Work, who: SignedInAccount, session_id: UUID) -> None:
    """Ends one of one's own sessions, here or elsewhere. NotFound if it is another's or has ended."""
    await sessions.end(work, session_id, "ended_by_user", work.act.now, account_id=who.account_id)
    await _audit_ended(work, who, 1)


async def end_other_sessions(work: Work, who: SignedInAccount) -> None:
    """Ends every session but this one."""
    ended = await sessions.end_all(work, who.account_id, "ended_by_user", work.act.now, keep=who.session_id)
    await _audit_ended(work, who, ended)


async def _audit_ended(work: Work, who: SignedInAccount, count: int) -> None:
    event_changes: dict[str, list[str | None]] = {"ended_by_user": [None, str(count)]}
    if count:
        await audit.event(work, kind="session", record_id=str(who.account_id), changes=event_changes)


async def checked(
    providers: Providers, act: Act, who: SignedInAccount, password: str, pointer: str
) -> AccountRow:
    """The account, if this is its password. Invalid at `pointer`; TooMany after TRIES an hour."""
    row = await _counted(providers, act, who)
    if not await passwords.fits(row.password_hash, password):
        raise Invalid([_wrong_password(pointer)])
    async with providers.short() as conn:
        await limits.forget(conn, _key(who))
    return row


async def change_password(
    providers: Providers,
    act: Act,
    who: SignedInAccount,
    form: PasswordForm,
    *,
    settings: Settings,
    agent: str,
) -> Started:
    """Another password. Every session of the account ends; the one of this browser goes on under a new token.

    Invalid with all mistakes, TooMany, Stale if the account was changed meanwhile. Hashing is done outside
    the transaction.
    """
    row = await _counted(providers, act, who)
    right = await passwords.fits(row.password_hash, form.old_password)
    mistakes = [] if right else [_wrong_password("/old_password")]
    mistakes += _new_mistakes(form, row.username, settings)
    if mistakes:
        raise Invalid(mistakes)
    hashed = await passwords.hashed(form.new_password)
    async with providers.writer(who.caller.identity, act) as work:
        if not await queries.set_password(work, row, hashed, act.now, act.actor, must_change=False):
            raise Stale
        await sessions.end_all(work, who.account_id, "password", act.now)
        started = await sessions.start(
            work,
            who.account_id,
            who.caller.account_grant_id,
            act.now,
            hours=settings.session_hours,
            address=act.address,
            agent=agent,
        )
        event_changes: dict[str, list[str | None]] = {"password": [None, "changed"]}
        await audit.event(work, kind="account", record_id=str(who.account_id), changes=event_changes)
    async with providers.short() as conn:
        await limits.forget(conn, _key(who))
    return started


def _new_mistakes(form: PasswordForm, username: str, settings: Settings) -> list[Mistake]:
    found = passwords.faults(form.new_password, username, settings.password_rules, "/new_password")
    if passwords.normal(form.new_password) == passwords.normal(form.old_password):
        say = "新密码不能和原密码一样"
        found.append(Mistake("/new_password", "password.same", say, "must differ from the old one"))
    if passwords.normal(form.new_password) != passwords.normal(form.again):
        say = "两遍新密码不一样，请重新输入"
        found.append(Mistake("/again", "password.again", say, "differs from the new password"))
    return found


async def _counted(providers: Providers, act: Act, who: SignedInAccount) -> AccountRow:
    async with providers.short() as conn:
        await limits.hit(conn, _key(who), act.now, limit=TRIES, window=WINDOW, detail=TOO_OFTEN)
        return await queries.account(conn, who.account_id)


def _key(who: SignedInAccount) -> str:
    return f"password/{who.account_id}"


def _wrong_password(pointer: str) -> Mistake:
    return Mistake(pointer, "password.wrong", "密码不对，请检查大小写后重新输入", "is not the password")
