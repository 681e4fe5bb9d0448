"""Statements of organisations and ownership, typed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work
from registry.organizations.model import Held, Kind, OrganizationRow, OwnershipOut, OwnershipRow

q = Queries("organizations")
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


async def organizations(work: Work, wanted: OrganizationFilter, limit: int) -> list[OrganizationRow]:
    key, last_id = wanted.after
    return await transactions.many(
        work,
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


organizations_by_id = q("organizations_by_id", Collection[UUID]).many(OrganizationRow)
organizations_by_code = q("organizations_by_code", Collection[str], Collection[str], Collection[str]).many(
    OrganizationRow
)


async def add_organizations(work: Work, rows: Sequence[OrganizationRow]) -> list[str]:
    written = await transactions.many(work, _Id, Q["add_organizations"], transactions.rows_json(rows))
    return [str(row.organization_id) for row in written]


async def change_organizations(work: Work, rows: Sequence[OrganizationRow]) -> list[str]:
    written = await transactions.many(work, _Id, Q["change_organizations"], transactions.rows_json(rows))
    return [str(row.organization_id) for row in written]


async def ownerships(
    work: Work,
    *,
    organization_id: UUID | None,
    on: date | None,
    updated_since: datetime | None,
    after: UUID | None,
    limit: int,
) -> list[OwnershipOut]:
    return await transactions.many(
        work, OwnershipOut, Q["ownerships"], organization_id, on, updated_since, after, limit
    )


ownership_by_id = q("ownership_by_id", UUID).one(OwnershipOut)
lock_owned = q("lock_owned", UUID).value(str)
held_of = q("held_of", UUID).many(Held)
add_ownerships = q("add_ownerships", Sequence[OwnershipRow]).run()
change_ownerships = q("change_ownerships", Sequence[OwnershipRow]).run()
