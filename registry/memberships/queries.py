"""Typed statements about memberships and shares."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from registry.divisions.model import PlaceCodes, Places
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work
from registry.memberships.model import Membership, MembershipFilter, MembershipRow, ShareRow

q = Queries("memberships")


_membership_list = q(
    "membership_list",
    PlaceCodes | None,
    UUID | None,
    UUID | None,
    date | None,
    datetime | None,
    tuple[UUID | None, int],
).many(Membership)


async def memberships(
    work: Work, wanted: MembershipFilter, place: Places | None, after: UUID | None, limit: int
) -> list[Membership]:
    organization, household = wanted.organization_id, wanted.household_id
    codes = place.codes if place else None
    on, since = wanted.on, wanted.updated_since
    return await _membership_list(work, codes, organization, household, on, since, (after, limit))


detail = q("membership_detail", UUID).one(Membership)
membership = q("membership_row", UUID).one(MembershipRow)
memberships_of = q("memberships_of", Collection[str], Collection[UUID]).many(MembershipRow)


add_memberships = q("add_memberships", Sequence[MembershipRow]).values(UUID)
change_memberships = q("change_memberships", Sequence[MembershipRow]).values(UUID)
bump = q("bump_membership", str, UUID, datetime, str).run()
"""Raises the version; nothing outside the write scope."""
shares_of = q("shares_of", Collection[str], Collection[UUID]).many(ShareRow)


add_shares = q("add_shares", Sequence[ShareRow]).run()
change_shares = q("change_shares", Sequence[ShareRow]).run()
