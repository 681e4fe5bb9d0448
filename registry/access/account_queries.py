"""Typed statements about accounts, grants and tokens (accounts.sql)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from registry.access.account_model import AccountItem, GrantIn, NamedPlace, Place
from registry.access.model import AccountRow, GrantRow, TokenRow
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("accounts")


class Administrator(msgspec.Struct, frozen=True, kw_only=True):
    """An active account that administrates."""

    account_id: UUID
    username: str


class NewTokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """The row to insert. token_hash as hexadecimal text with \\x in front."""

    api_token_id: UUID
    account_id: UUID
    account_grant_id: UUID
    name: str
    prefix: str
    token_hash: str
    access: str
    expires_at: datetime
    created_at: datetime
    created_by: str


_add_accounts = q("add_accounts", Sequence[AccountRow]).run()


async def add_account(work: Work, row: AccountRow) -> bool:
    """False if somebody has the name."""
    return await _add_accounts(work, [row]) == 1


account = q("account_by_id", UUID).one(AccountRow)
named = q("account_by_username", str).maybe(AccountRow)
listed = q("accounts_listed", str | None, date, str | None, int).many(AccountItem)
counted = q("accounts_counted", str | None).value(int)


_set_password = q("set_password", UUID, int, str, datetime, bool, str).run()


async def set_password(
    work: Work, row: AccountRow, password_hash: str, now: datetime, actor: str, *, must_change: bool
) -> bool:
    """False if the account was changed since `row` was read."""
    return await _set_password(work, row.account_id, row.version, password_hash, now, must_change, actor) == 1


rehash = q("rehash_password", UUID, str, str).run()


_change_account = q("change_account", UUID, int, tuple[str, str], datetime, str).run()


async def change_account(work: Work, row: AccountRow) -> bool:
    """Stores display name and status of `row`, which carries the version it was read at."""
    given = (row.display_name, row.status.value)
    written = await _change_account(work, row.account_id, row.version, given, row.updated_at, row.updated_by)
    return written == 1


lock_administrators = q("lock_administrators", date).many(Administrator)


_set_totp = q("set_totp", UUID, bytes, int).run()


async def set_totp(work: Work, account_id: UUID, secret: bytes, key_version: int) -> bool:
    return await _set_totp(work, account_id, secret, key_version) == 1


_confirm_totp = q("confirm_totp", UUID, datetime, str).run()


async def confirm_totp(work: Work, account_id: UUID, now: datetime, actor: str) -> bool:
    return await _confirm_totp(work, account_id, now, actor) == 1


_take_totp_step = q("take_totp_step", UUID, int).run()


async def take_totp_step(work: Work, account_id: UUID, step: int) -> bool:
    return await _take_totp_step(work, account_id, step) == 1


_drop_totp = q("drop_totp", UUID, datetime, str).run()


async def drop_totp(work: Work, account_id: UUID, now: datetime, actor: str) -> bool:
    return await _drop_totp(work, account_id, now, actor) == 1


add_grants = q("add_grants", Iterable[GrantRow]).run()
grants = q("grants_of_accounts", Collection[UUID]).many(GrantRow)
grant = q("grant_by_id", UUID).one(GrantRow)


_revoke_grant = q("revoke_grant", UUID, datetime, str).run()


async def revoke_grant(work: Work, account_grant_id: UUID, now: datetime, actor: str) -> bool:
    return await _revoke_grant(work, account_grant_id, now, actor) == 1


_grant_place = q("grant_place", str | None, str | None, UUID | None, date).many(Place)


async def place(work: Work, new: GrantIn, day: date) -> Place | None:
    """What a grant that names one place would name."""
    found = await _grant_place(work, new.division_code, new.area_code, new.organization_id, day)
    return found[0] if len(found) == 1 else None


places_named = q("places_named", str, date).many(NamedPlace)
organization_of = q("organization_of_credit_code", str).value(UUID)
"""NotFound if no organisation has it."""


_add_tokens = q("add_tokens", Sequence[NewTokenRow]).run()


async def add_token(work: Work, row: NewTokenRow) -> None:
    await _add_tokens(work, [row])


tokens = q("tokens_of_account", UUID, datetime).many(TokenRow)
tokens_of_prefix = q("token_by_prefix", str).many(TokenRow)
revoke_token = q("revoke_token", UUID, UUID | None, datetime, str).one(TokenRow)
"""NotFound if it is revoked already, or not this account's."""
revoke_tokens = q("revoke_tokens", UUID, UUID | None, datetime, str).run()
