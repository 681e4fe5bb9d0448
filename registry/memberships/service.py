"""Memberships: joining, changing, leaving, shares. The import is imports.py."""

from uuid import UUID

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.households import service as households
from registry.kernel import records
from registry.kernel.db import Conn
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.web import Act
from registry.memberships import making, queries
from registry.memberships.imports import import_rows
from registry.memberships.model import (
    Membership,
    MembershipFilter,
    MembershipIn,
    MembershipPatch,
    MembershipRow,
    ShareIn,
    SharePatch,
    days_mistakes,
    household_unknown,
    organization_mistakes,
    overlapping,
    share_mistakes,
)
from registry.organizations import service as organizations

__all__ = ["add_share", "change", "change_share", "create", "detail", "import_rows", "memberships"]


async def memberships(
    conn: Conn, wanted: MembershipFilter, after: UUID | None, limit: int
) -> list[Membership]:
    """Memberships in order of their ids, `limit` at most, following `after`."""
    division = wanted.division
    place = await divisions.readable(conn, division, wanted.on or wanted.today) if division else None
    return await queries.memberships(conn, wanted, place, after, limit)


async def detail(conn: Conn, membership_id: UUID) -> Membership:
    """A membership with its shares; NotFound."""
    return await queries.detail(conn, membership_id)


async def create(conn: Conn, act: Act, new: MembershipIn) -> Membership:
    """A household joins. Invalid for an unknown household or an organisation without members, Conflict if
    it is a member on one of these days."""
    village = await households.village_of(conn, new.household_id)
    mistakes = await _organization_mistakes(conn, new.organization_id)
    if village is None:
        mistakes.append(household_unknown())
    if mistakes or village is None:
        raise Invalid(mistakes)
    row = making.membership(act, village, new)
    await _refuse_overlap(conn, row)
    if not await queries.add_memberships(conn, [row]):
        raise records.taken("membership_open_key")
    audit.made(conn, act, "membership", [row.membership_id])
    await queries.add_shares(conn, [making.share(act, row, share) for share in new.shares])
    return await queries.detail(conn, row.membership_id)


async def change(
    conn: Conn, act: Act, membership_id: UUID, patch: MembershipPatch, version: int
) -> Membership:
    """Changes the days of a membership. NotFound, Stale, Invalid, Conflict with another of the household."""
    before = await queries.membership(conn, membership_id)
    records.expect(before, version)
    wanted = records.changed(before, act, records.sent(patch))
    if wanted is not before:
        mistakes = list(days_mistakes(wanted.valid_from, wanted.valid_to, "/valid_to"))
        if mistakes:
            raise Invalid(mistakes)
        await _refuse_overlap(conn, wanted)
        await audit.watch(conn, act, "membership", membership_id)
        if not await queries.change_memberships(conn, [wanted]):
            raise records.refused(before, await queries.membership(conn, membership_id))
    return await queries.detail(conn, membership_id)


async def add_share(conn: Conn, act: Act, membership_id: UUID, new: ShareIn) -> Membership:
    """A further share. NotFound, Invalid outside the membership's days."""
    row = await _changing(conn, act, membership_id)
    mistakes = list(share_mistakes(row.valid_from, row.valid_to, new, ""))
    if mistakes:
        raise Invalid(mistakes)
    await queries.add_shares(conn, [making.share(act, row, new)])
    return await queries.detail(conn, membership_id)


async def change_share(
    conn: Conn, act: Act, membership_id: UUID, *, share_id: UUID, patch: SharePatch, version: int
) -> Membership:
    """Changes a share's amount or last day; `version` is the share's. NotFound, Stale, Invalid."""
    row = await _changing(conn, act, membership_id)
    shares = await queries.shares_of(conn, [row.county_code], [membership_id])
    before = next((share for share in shares if share.membership_share_id == share_id), None)
    if before is None:
        raise NotFound
    records.expect(before, version)
    wanted = records.changed(before, act, records.sent(patch))
    mistakes = list(days_mistakes(wanted.valid_from, wanted.valid_to, "/valid_to"))
    if mistakes:
        raise Invalid(mistakes)
    if wanted is not before:
        await queries.change_shares(conn, [wanted])
    return await queries.detail(conn, membership_id)


async def _changing(conn: Conn, act: Act, membership_id: UUID) -> MembershipRow:
    """The membership, its version raised and its row locked; NotFound outside the write scope."""
    row = await queries.membership(conn, membership_id)
    if not await queries.bump(conn, act, row):
        raise NotFound
    await audit.watch(conn, act, "membership", membership_id)
    return row


async def _organization_mistakes(conn: Conn, organization_id: UUID) -> list[Mistake]:
    found = (await organizations.by_ids(conn, [organization_id])).get(organization_id)
    return [*organization_mistakes(found, "/organization_id")]


async def _refuse_overlap(conn: Conn, row: MembershipRow) -> None:
    others = await queries.memberships_of(conn, [row.county_code], [row.household_id])
    other = overlapping(row, others)
    if other is not None:
        until = f"至 {other.valid_to}" if other.valid_to else "起"
        told = f"这户自 {other.valid_from} {until}已是该组织的成员，不能重复登记。"
        raise Conflict(told, code="membership.overlap", pointer="/valid_from")
