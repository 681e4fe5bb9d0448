"""Typed statements about accounts, grants and tokens (accounts.sql)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from registry.access.account_model import AccountItem, GrantIn, Place
from registry.access.model import AccountRow, GrantRow, TokenRow
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("accounts")
Q = sql.queries("accounts")


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


async def add_account(work: Work, row: AccountRow) -> bool:
    """False if somebody has the name."""
    return await transactions.run(work, Q["add_accounts"], transactions.rows_json([row])) == 1


account = q("account_by_id", UUID).one(AccountRow)
named = q("account_by_username", str).maybe(AccountRow)
listed = q("accounts_listed", str | None, date, str | None, int).many(AccountItem)
counted = q("accounts_counted", str | None).value(int)


async def set_password(
    work: Work, row: AccountRow, password_hash: str, now: datetime, actor: str, *, must_change: bool
) -> bool:
    """False if the account was changed since `row` was read."""
    arguments = (row.account_id, row.version, password_hash, now, must_change, actor)
    return await transactions.run(work, Q["set_password"], *arguments) == 1


rehash = q("rehash_password", UUID, str, str).run()


async def change_account(work: Work, row: AccountRow) -> bool:
    """Stores display name and status of `row`, which carries the version it was read at."""
    return (
        await transactions.run(
            work,
            Q["change_account"],
            row.account_id,
            row.version,
            row.display_name,
            row.status.value,
            row.updated_at,
            row.updated_by,
        )
        == 1
    )


lock_administrators = q("lock_administrators", date).many(Administrator)


async def set_totp(work: Work, account_id: UUID, secret: bytes, key_version: int) -> bool:
    return await transactions.run(work, Q["set_totp"], account_id, secret, key_version) == 1


async def confirm_totp(work: Work, account_id: UUID, now: datetime, actor: str) -> bool:
    return await transactions.run(work, Q["confirm_totp"], account_id, now, actor) == 1


async def take_totp_step(work: Work, account_id: UUID, step: int) -> bool:
    return await transactions.run(work, Q["take_totp_step"], account_id, step) == 1


async def drop_totp(work: Work, account_id: UUID, now: datetime, actor: str) -> bool:
    return await transactions.run(work, Q["drop_totp"], account_id, now, actor) == 1


add_grants = q("add_grants", Iterable[GrantRow]).run()
grants = q("grants_of_accounts", Collection[UUID]).many(GrantRow)
grant = q("grant_by_id", UUID).one(GrantRow)


async def revoke_grant(work: Work, account_grant_id: UUID, now: datetime, actor: str) -> bool:
    return await transactions.run(work, Q["revoke_grant"], account_grant_id, now, actor) == 1


async def place(work: Work, new: GrantIn, day: date) -> Place | None:
    """What a grant that names one place would name."""
    found = await transactions.many(
        work, Place, Q["grant_place"], new.division_code, new.area_code, new.organization_id, day
    )
    return found[0] if len(found) == 1 else None


organization_of = q("organization_of_credit_code", str).value(UUID)
"""NotFound if no organisation has it."""


async def add_token(work: Work, row: NewTokenRow) -> None:
    await transactions.run(work, Q["add_tokens"], transactions.rows_json([row]))


tokens = q("tokens_of_account", UUID, datetime).many(TokenRow)
tokens_of_prefix = q("token_by_prefix", str).many(TokenRow)
revoke_token = q("revoke_token", UUID, UUID | None, datetime, str).one(TokenRow)
"""NotFound if it is revoked already, or not this account's."""
revoke_tokens = q("revoke_tokens", UUID, UUID | None, datetime, str).run()
