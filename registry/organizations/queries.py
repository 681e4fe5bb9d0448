"""Statements of organisations and ownership, typed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.organizations.model import Held, Kind, OrganizationRow, OwnershipOut, OwnershipRow

Q = sql.queries("organizations")


class OrganizationFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. text: in name or code; spelt: in the pinyin; after: search key and id seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    kind: Kind | None = None
    on: date | None = None
    text: str | None = None
    spelt: str | None = None
    updated_since: datetime | None = None
    after: tuple[str | None, UUID | None] = (None, None)


class _Id(Struct, frozen=True, kw_only=True):
    organization_id: UUID


async def organizations(conn: Conn, wanted: OrganizationFilter, limit: int) -> list[OrganizationRow]:
    key, last_id = wanted.after
    return await db.many(
        conn,
        OrganizationRow,
        Q["organizations"],
        wanted.firsts,
        wanted.lasts,
        wanted.kind,
        wanted.on,
        wanted.text,
        wanted.spelt,
        wanted.updated_since,
        key,
        last_id,
        limit,
    )


async def organizations_by_id(conn: Conn, ids: Collection[UUID]) -> list[OrganizationRow]:
    return await db.many(conn, OrganizationRow, Q["organizations_by_id"], list(ids))


async def organizations_by_code(
    conn: Conn, codes: Collection[str], divisions: Collection[str], names: Collection[str]
) -> list[OrganizationRow]:
    return await db.many(
        conn, OrganizationRow, Q["organizations_by_code"], list(codes), list(divisions), list(names)
    )


async def add_organizations(conn: Conn, rows: Sequence[OrganizationRow]) -> list[str]:
    written = await db.many(conn, _Id, Q["add_organizations"], db.rows_json(rows))
    return [str(row.organization_id) for row in written]


async def change_organizations(conn: Conn, rows: Sequence[OrganizationRow]) -> list[str]:
    written = await db.many(conn, _Id, Q["change_organizations"], db.rows_json(rows))
    return [str(row.organization_id) for row in written]


async def ownerships(
    conn: Conn,
    *,
    organization_id: UUID | None,
    on: date | None,
    updated_since: datetime | None,
    after: UUID | None,
    limit: int,
) -> list[OwnershipOut]:
    return await db.many(
        conn, OwnershipOut, Q["ownerships"], organization_id, on, updated_since, after, limit
    )


async def ownership_by_id(conn: Conn, ownership_id: UUID) -> OwnershipOut:
    return await db.one(conn, OwnershipOut, Q["ownership_by_id"], ownership_id)


async def lock_owned(conn: Conn, organization_id: UUID) -> str:
    return await db.value(conn, str, Q["lock_owned"], organization_id)


async def held_of(conn: Conn, organization_id: UUID) -> list[Held]:
    return await db.many(conn, Held, Q["held_of"], organization_id)


async def add_ownerships(conn: Conn, rows: Sequence[OwnershipRow]) -> int:
    return await db.run(conn, Q["add_ownerships"], db.rows_json(rows))


async def change_ownerships(conn: Conn, rows: Sequence[OwnershipRow]) -> int:
    return await db.run(conn, Q["change_ownerships"], db.rows_json(rows))
