"""Accounts: made, changed, disabled, given another password. Grants are grants.py, one's own is
own_account.py."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from registry.access import account_queries as queries
from registry.access import passwords, sessions
from registry.access.account_model import Account, AccountIn, AccountItem, AccountPatch, GrantOut
from registry.access.model import AccountRow, Status
from registry.access.passwords import InitialPassword
from registry.audit import service as audit
from registry.kernel.db import records
from registry.kernel.errors import Conflict, NotFound, Stale
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work


class LastAdministrator(Conflict):
    """Without an administrator nobody could make one again."""

    code = "account.last_administrator"
    title = "The last administrator stays"
    detail = "这是最后一个在用的系统管理员，不能停用或撤销；请先设好另一个管理员。"


class OwnAccount(Conflict):
    """Administrators decide about others, never about themselves."""

    code = "account.own"
    title = "Not about your own account"
    detail = "不能给自己的账户增减身份，也不能停用自己或重置自己的密码，请由另一位系统管理员办理。"


async def create(
    work: Work, new: AccountIn, *, first: InitialPassword | None = None, must_change: bool = True
) -> tuple[AccountRow, str]:
    """A new account without grants, and its first password, shown only once. Conflict if the name is taken.

    `first`: one that was hashed before.
    """
    first = first or await passwords.first()
    row = AccountRow(
        account_id=new_id(),
        username=new.username,
        display_name=new.display_name,
        status=Status.ACTIVE,
        password_hash=first.hashed,
        password_changed_at=work.act.now,
        must_change_password=must_change,
        created_at=work.act.now,
        created_by=work.act.actor,
        updated_at=work.act.now,
        updated_by=work.act.actor,
    )
    if not await queries.add_account(work, row):
        raise records.already_exists("account_username_key")
    event_changes = {"username": [None, row.username], "display_name": [None, row.display_name]}
    await audit.event(work, kind="account", record_id=str(row.account_id), changes=event_changes)
    return row, first.text


async def change(work: Work, account_id: UUID, patch: AccountPatch, version: int | None = None) -> AccountRow:
    """Another display name or status. Disabling ends sessions and tokens at once, enabling revives none.

    NotFound, Stale, OwnAccount, LastAdministrator.
    """
    row = await queries.account(work, account_id)
    if version is not None and row.version != version:
        raise Stale
    sent = records.given_fields(patch)
    changes = {name: value for name, value in sent.items() if value != getattr(row, name)}
    if not changes:
        return row
    if changes.get("status") is Status.DISABLED:
        await require_another_administrator(work, row)
    wanted = replace(row, **changes, updated_at=work.act.now, updated_by=work.act.actor)
    if not await queries.change_account(work, wanted):
        raise Stale
    if changes.get("status") is Status.DISABLED:
        await sessions.end_all(work, account_id, "disabled", work.act.now)
        await queries.revoke_tokens(work, account_id, None, work.act.now, work.act.actor)
    event_changes: dict[str, list[str | None]] = {
        name: [str(getattr(row, name)), str(value)] for name, value in changes.items()
    }
    await audit.event(work, kind="account", record_id=str(account_id), changes=event_changes)
    return replace(wanted, version=row.version + 1)


async def disable(work: Work, account_id: UUID) -> AccountRow:
    """`change` to disabled."""
    return await change(work, account_id, AccountPatch(status=Status.DISABLED))


async def enable(work: Work, account_id: UUID) -> AccountRow:
    """Sets `change` to active. Its grants are unchanged; sessions and tokens must be created again."""
    return await change(work, account_id, AccountPatch(status=Status.ACTIVE))


async def reset_password(
    work: Work,
    account_id: UUID,
    *,
    first: InitialPassword | None = None,
    drop_totp: bool = False,
    must_change: bool = True,
) -> tuple[AccountRow, str]:
    """A new first password, shown only once; ends every session and every token: an account that may be in
    other hands leaves nothing open. NotFound, Stale; OwnAccount: users change their own with the old one, so
    that a session or token left behind does not become the account."""
    row = await queries.account(work, account_id)
    if work.act.actor == row.username:
        raise OwnAccount
    first = first or await passwords.first()
    if not await queries.set_password(
        work, row, first.hashed, work.act.now, work.act.actor, must_change=must_change
    ):
        raise Stale
    await sessions.end_all(work, account_id, "password", work.act.now)
    await queries.revoke_tokens(work, account_id, None, work.act.now, work.act.actor)
    dropped = drop_totp and await queries.drop_totp(work, account_id, work.act.now, work.act.actor)
    event_changes: dict[str, list[str | None]] = {"password": [None, "reset"]}
    if dropped:
        event_changes["totp"] = ["on", "off"]
    await audit.event(work, kind="account", record_id=str(account_id), changes=event_changes)
    return await queries.account(work, account_id), first.text


async def require_another_administrator(work: Work, row: AccountRow) -> None:
    """OwnAccount for oneself; LastAdministrator if the account is the only active one. Locks the others."""
    if work.act.actor == row.username:
        raise OwnAccount
    await queries.lock_administrators(work, work.act.today)
    # Read again: another transaction may have revoked a grant while this one waited for the locks.
    administrators = {one.account_id for one in await queries.lock_administrators(work, work.act.today)}
    if administrators == {row.account_id}:
        raise LastAdministrator


async def by_name(work: Work, username: str) -> AccountRow:
    """NotFound if nobody has the name."""
    row = await queries.named(work, username)
    if row is None:
        raise NotFound(f"没有叫 {username} 的账户。")
    return row


async def listed(
    work: Work, search: str | None, day: date, after: str | None, limit: int
) -> list[AccountItem]:
    """Accounts by user name with their roles of that day, `limit` at most, following the name `after`."""
    return await queries.listed(work, search, day, after, limit)


async def counted(work: Work, search: str | None) -> int:
    """How many accounts a search finds."""
    return await queries.counted(work, search)


async def detail(work: Work, account_id: UUID) -> Account:
    """An account with its grants; NotFound."""
    row = await queries.account(work, account_id)
    return fill(
        Account,
        row,
        has_totp=row.asks_code,
        grants=tuple(GrantOut.of(grant) for grant in await queries.grants(work, [account_id])),
    )
