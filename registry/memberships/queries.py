"""Typed statements about memberships and shares."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.kernel.web import Act
from registry.memberships.model import Membership, MembershipFilter, MembershipRow, ShareRow

Q = sql.queries("memberships")


class MembershipId(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a membership that was written."""

    membership_id: UUID


async def memberships(
    conn: Conn, wanted: MembershipFilter, place: Places | None, after: UUID | None, limit: int
) -> list[Membership]:
    return await db.many(
        conn,
        Membership,
        Q["membership_list"],
        place and list(place.counties),
        place and place.firsts,
        place and place.lasts,
        wanted.organization_id,
        wanted.household_id,
        wanted.on,
        wanted.updated_since,
        after,
        limit,
    )


async def detail(conn: Conn, membership_id: UUID) -> Membership:
    return await db.one(conn, Membership, Q["membership_detail"], membership_id)


async def membership(conn: Conn, membership_id: UUID) -> MembershipRow:
    return await db.one(conn, MembershipRow, Q["membership_row"], membership_id)


async def memberships_of(
    conn: Conn, counties: Collection[str], households: Collection[UUID]
) -> list[MembershipRow]:
    return await db.many(conn, MembershipRow, Q["memberships_of"], list(counties), list(households))


async def add_memberships(conn: Conn, rows: Collection[MembershipRow]) -> set[UUID]:
    if not rows:
        return set()
    added = await db.many(conn, MembershipId, Q["add_memberships"], db.rows_json(rows))
    return {row.membership_id for row in added}


async def change_memberships(conn: Conn, rows: Collection[MembershipRow]) -> set[UUID]:
    if not rows:
        return set()
    written = await db.many(conn, MembershipId, Q["change_memberships"], db.rows_json(rows))
    return {row.membership_id for row in written}


async def bump(conn: Conn, act: Act, row: MembershipRow) -> bool:
    """Raises the version; False outside the write scope."""
    return bool(
        await db.run(conn, Q["bump_membership"], row.county_code, row.membership_id, act.now, act.actor)
    )


async def shares_of(conn: Conn, counties: Collection[str], memberships: Collection[UUID]) -> list[ShareRow]:
    return await db.many(conn, ShareRow, Q["shares_of"], list(counties), list(memberships))


async def add_shares(conn: Conn, rows: Sequence[ShareRow]) -> None:
    if rows:
        await db.run(conn, Q["add_shares"], db.rows_json(rows))


async def change_shares(conn: Conn, rows: Sequence[ShareRow]) -> int:
    return await db.run(conn, Q["change_shares"], db.rows_json(rows)) if rows else 0
