"""Typed statements about accounts, grants and tokens (accounts.sql)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from registry.access.account_model import AccountItem, GrantIn, Place
from registry.access.model import AccountRow, GrantRow, TokenRow
from registry.kernel import db, sql
from registry.kernel.db import Conn

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


async def add_account(conn: Conn, row: AccountRow) -> bool:
    """False if somebody has the name."""
    return await db.run(conn, Q["add_accounts"], db.rows_json([row])) == 1


async def account(conn: Conn, account_id: UUID) -> AccountRow:
    return await db.one(conn, AccountRow, Q["account_by_id"], account_id)


async def named(conn: Conn, username: str) -> AccountRow | None:
    return await db.maybe(conn, AccountRow, Q["account_by_username"], username)


async def listed(
    conn: Conn, search: str | None, day: date, after: str | None, limit: int
) -> list[AccountItem]:
    return await db.many(conn, AccountItem, Q["accounts_listed"], search, day, after, limit)


async def counted(conn: Conn, search: str | None) -> int:
    return await db.value(conn, int, Q["accounts_counted"], search)


async def set_password(
    conn: Conn, row: AccountRow, password_hash: str, now: datetime, actor: str, *, must_change: bool
) -> bool:
    """False if the account was changed since `row` was read."""
    arguments = (row.account_id, row.version, password_hash, now, must_change, actor)
    return await db.run(conn, Q["set_password"], *arguments) == 1


async def rehash(conn: Conn, account_id: UUID, old: str, new: str) -> None:
    await db.run(conn, Q["rehash_password"], account_id, old, new)


async def change_account(conn: Conn, row: AccountRow) -> bool:
    """Stores display name and status of `row`, which carries the version it was read at."""
    return (
        await db.run(
            conn,
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


async def lock_administrators(conn: Conn, day: date) -> list[Administrator]:
    return await db.many(conn, Administrator, Q["lock_administrators"], day)


async def set_totp(conn: Conn, account_id: UUID, secret: bytes, key_version: int) -> bool:
    return await db.run(conn, Q["set_totp"], account_id, secret, key_version) == 1


async def confirm_totp(conn: Conn, account_id: UUID, now: datetime, actor: str) -> bool:
    return await db.run(conn, Q["confirm_totp"], account_id, now, actor) == 1


async def take_totp_step(conn: Conn, account_id: UUID, step: int) -> bool:
    return await db.run(conn, Q["take_totp_step"], account_id, step) == 1


async def drop_totp(conn: Conn, account_id: UUID, now: datetime, actor: str) -> bool:
    return await db.run(conn, Q["drop_totp"], account_id, now, actor) == 1


async def add_grants(conn: Conn, rows: Iterable[GrantRow]) -> None:
    await db.run(conn, Q["add_grants"], db.rows_json(rows))


async def grants(conn: Conn, account_ids: Collection[UUID]) -> list[GrantRow]:
    return await db.many(conn, GrantRow, Q["grants_of_accounts"], list(account_ids))


async def grant(conn: Conn, account_grant_id: UUID) -> GrantRow:
    return await db.one(conn, GrantRow, Q["grant_by_id"], account_grant_id)


async def revoke_grant(conn: Conn, account_grant_id: UUID, now: datetime, actor: str) -> bool:
    return await db.run(conn, Q["revoke_grant"], account_grant_id, now, actor) == 1


async def place(conn: Conn, new: GrantIn, day: date) -> Place | None:
    """What a grant that names one place would name."""
    found = await db.many(
        conn, Place, Q["grant_place"], new.division_code, new.area_code, new.organization_id, day
    )
    return found[0] if len(found) == 1 else None


async def organization_of(conn: Conn, credit_code: str) -> UUID:
    """NotFound if no organisation has it."""
    return await db.value(conn, UUID, Q["organization_of_credit_code"], credit_code)


async def add_token(conn: Conn, row: NewTokenRow) -> None:
    await db.run(conn, Q["add_tokens"], db.rows_json([row]))


async def tokens(conn: Conn, account_id: UUID, since: datetime) -> list[TokenRow]:
    return await db.many(conn, TokenRow, Q["tokens_of_account"], account_id, since)


async def tokens_of_prefix(conn: Conn, prefix: str) -> list[TokenRow]:
    return await db.many(conn, TokenRow, Q["token_by_prefix"], prefix)


async def revoke_token(
    conn: Conn, api_token_id: UUID, account_id: UUID | None, now: datetime, actor: str
) -> TokenRow:
    """NotFound if it is revoked already, or not this account's."""
    return await db.one(conn, TokenRow, Q["revoke_token"], api_token_id, account_id, now, actor)


async def revoke_tokens(
    conn: Conn, account_id: UUID, account_grant_id: UUID | None, now: datetime, actor: str
) -> int:
    return await db.run(conn, Q["revoke_tokens"], account_id, account_grant_id, now, actor)
