"""Memberships: joining, changing, leaving, shares. The import is imports.py."""

from uuid import UUID

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.households import service as households
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.work import Work
from registry.memberships import new_rows, queries
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
    work: Work, wanted: MembershipFilter, after: UUID | None, limit: int
) -> list[Membership]:
    """Memberships in order of their ids, `limit` at most, following `after`."""
    division = wanted.division
    place = await divisions.readable(work, division, wanted.on or wanted.today) if division else None
    return await queries.memberships(work, wanted, place, after, limit)


async def detail(work: Work, membership_id: UUID) -> Membership:
    """A membership with its shares; NotFound."""
    return await queries.detail(work, membership_id)


async def create(work: Work, new: MembershipIn) -> Membership:
    """A household joins. Invalid for an unknown household or an organisation without members, Conflict if
    it is a member on one of these days."""
    village = await households.village_of(work, new.household_id)
    mistakes = await _organization_mistakes(work, new.organization_id)
    if village is None:
        mistakes.append(household_unknown())
    if mistakes or village is None:
        raise Invalid(mistakes)
    row = new_rows.membership(work.act, village, new)
    await _refuse_overlap(work, row)
    if not await queries.add_memberships(work, [row]):
        raise records.already_exists("membership_open_key")
    audit.created(work, "membership", [row.membership_id])
    await queries.add_shares(work, [new_rows.share(work.act, row, share) for share in new.shares])
    return await queries.detail(work, row.membership_id)


async def change(work: Work, membership_id: UUID, patch: MembershipPatch, version: int) -> Membership:
    """Changes the days of a membership. NotFound, Stale, Invalid, Conflict with another of the household."""
    before = await queries.membership(work, membership_id)
    records.require_version(before, version)
    wanted = records.changed(before, work.act, records.given_fields(patch))
    if wanted is not before:
        mistakes = list(days_mistakes(wanted.valid_from, wanted.valid_to, "/valid_to"))
        if mistakes:
            raise Invalid(mistakes)
        await _refuse_overlap(work, wanted)
        await audit.watch(work, "membership", membership_id)
        if not await queries.change_memberships(work, [wanted]):
            raise records.why_not_written(before, await queries.membership(work, membership_id))
    return await queries.detail(work, membership_id)


async def add_share(work: Work, membership_id: UUID, new: ShareIn) -> Membership:
    """A further share. NotFound, Invalid outside the membership's days."""
    row = await _changing(work, membership_id)
    mistakes = list(share_mistakes(row.valid_from, row.valid_to, new, ""))
    if mistakes:
        raise Invalid(mistakes)
    await queries.add_shares(work, [new_rows.share(work.act, row, new)])
    return await queries.detail(work, membership_id)


async def change_share(
    work: Work, membership_id: UUID, *, share_id: UUID, patch: SharePatch, version: int
) -> Membership:
    """Changes a share's amount or last day; `version` is the share's. NotFound, Stale, Invalid."""
    row = await _changing(work, membership_id)
    shares = await queries.shares_of(work, [row.county_code], [membership_id])
    before = next((share for share in shares if share.membership_share_id == share_id), None)
    if before is None:
        raise NotFound
    records.require_version(before, version)
    wanted = records.changed(before, work.act, records.given_fields(patch))
    mistakes = list(days_mistakes(wanted.valid_from, wanted.valid_to, "/valid_to"))
    if mistakes:
        raise Invalid(mistakes)
    if wanted is not before:
        await queries.change_shares(work, [wanted])
    return await queries.detail(work, membership_id)


async def _changing(work: Work, membership_id: UUID) -> MembershipRow:
    """The membership, its version raised and its row locked; NotFound outside the write scope."""
    row = await queries.membership(work, membership_id)
    if not await queries.bump(work, row.county_code, membership_id, work.act.now, work.act.actor):
        raise NotFound
    await audit.watch(work, "membership", membership_id)
    return row


async def _organization_mistakes(work: Work, organization_id: UUID) -> list[Mistake]:
    found = (await organizations.by_ids(work, [organization_id])).get(organization_id)
    return [*organization_mistakes(found, "/organization_id")]


async def _refuse_overlap(work: Work, row: MembershipRow) -> None:
    others = await queries.memberships_of(work, [row.county_code], [row.household_id])
    other = overlapping(row, others)
    if other is not None:
        until = f"至 {other.valid_to}" if other.valid_to else "起"
        told = f"这户自 {other.valid_from} {until}已是该组织的成员，不能重复登记。"
        raise Conflict(told, code="membership.overlap", pointer="/valid_from")
