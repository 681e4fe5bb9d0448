"""Typed statements about memberships and shares."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work
from registry.memberships.model import Membership, MembershipFilter, MembershipRow, ShareRow

q = Queries("memberships")
Q = sql.queries("memberships")


class MembershipId(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a membership that was written."""

    membership_id: UUID


async def memberships(
    work: Work, wanted: MembershipFilter, place: Places | None, after: UUID | None, limit: int
) -> list[Membership]:
    return await transactions.many(
        work,
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


detail = q("membership_detail", UUID).one(Membership)
membership = q("membership_row", UUID).one(MembershipRow)
memberships_of = q("memberships_of", Collection[str], Collection[UUID]).many(MembershipRow)


async def add_memberships(work: Work, rows: Collection[MembershipRow]) -> set[UUID]:
    if not rows:
        return set()
    added = await transactions.many(work, MembershipId, Q["add_memberships"], transactions.rows_json(rows))
    return {row.membership_id for row in added}


async def change_memberships(work: Work, rows: Collection[MembershipRow]) -> set[UUID]:
    if not rows:
        return set()
    written = await transactions.many(
        work, MembershipId, Q["change_memberships"], transactions.rows_json(rows)
    )
    return {row.membership_id for row in written}


async def bump(work: Work, row: MembershipRow) -> bool:
    """Raises the version; False outside the write scope."""
    return bool(
        await transactions.run(
            work, Q["bump_membership"], row.county_code, row.membership_id, work.act.now, work.act.actor
        )
    )


shares_of = q("shares_of", Collection[str], Collection[UUID]).many(ShareRow)


async def add_shares(work: Work, rows: Sequence[ShareRow]) -> None:
    if rows:
        await transactions.run(work, Q["add_shares"], transactions.rows_json(rows))


async def change_shares(work: Work, rows: Sequence[ShareRow]) -> int:
    return await transactions.run(work, Q["change_shares"], transactions.rows_json(rows)) if rows else 0
