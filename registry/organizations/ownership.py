"""Who holds how much of whom, dated. The shares of an organisation never add up to more than the whole."""

from datetime import date, datetime
from uuid import UUID

from registry.audit import service as audit
from registry.kernel.db import records
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work
from registry.organizations import queries, service
from registry.organizations.model import (
    WHOLE,
    Held,
    OwnershipIn,
    OwnershipOut,
    OwnershipPatch,
    OwnershipRow,
    most_held,
    order_mistakes,
)


async def ownerships(
    work: Work,
    *,
    organization_id: UUID | None = None,
    on: date | None = None,
    updated_since: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[OwnershipOut]:
    """Shares in order of their ids, `limit` at most, following `after`. organization_id: of it or by it."""
    wanted = queries.OwnershipFilter(
        organization_id=organization_id, on=on, updated_since=updated_since, after=after
    )
    return await queries.ownerships(work, wanted, limit)


async def ownership(work: Work, ownership_id: UUID) -> OwnershipOut:
    """NotFound if it does not exist."""
    return await queries.ownership_by_id(work, ownership_id)


async def create(work: Work, new: OwnershipIn) -> OwnershipOut:
    """Records a share. Invalid if an organisation is unknown or more than the whole would be held; Conflict
    if the same two have a share from the same day; NotFound outside the write scope."""
    known = await service.by_ids(work, [new.owner_id, new.owned_id])
    sides = {"/owner_id": new.owner_id, "/owned_id": new.owned_id}
    say, english = "没有这个组织，请从列表中选取", "is no registered organisation"
    unknown = [
        Mistake(at, "organization.unknown", say, english) for at, one in sides.items() if one not in known
    ]
    if unknown:
        raise Invalid(unknown)
    row = fill(
        OwnershipRow,
        new,
        ownership_id=new_id(),
        division_code=known[new.owned_id].division_code,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    await _at_most_whole(work, row)
    if not await queries.add_ownerships(work, [row]):
        raise records.already_exists("ownership_key")
    audit.created(work, "ownership", [row.ownership_id])
    return await queries.ownership_by_id(work, row.ownership_id)


async def change(work: Work, ownership_id: UUID, patch: OwnershipPatch, version: int) -> OwnershipOut:
    """Changes what was sent. NotFound, Stale, Invalid, Conflict."""

    async def write(rows: list[OwnershipOut]) -> int:
        await _at_most_whole(work, rows[0])
        return await queries.change_ownerships(work, rows)

    await audit.watch(work, "ownership", ownership_id)
    return await records.guarded_update(
        await queries.ownership_by_id(work, ownership_id),
        work.act,
        records.given_fields(patch),
        version,
        write=write,
        again=lambda: queries.ownership_by_id(work, ownership_id),
        check=lambda row: order_mistakes(row.valid_from, row.valid_to),
    )


async def _at_most_whole(work: Work, row: OwnershipRow) -> None:
    """Locks the organisation held, so that two shares entered at once are added up too."""
    await queries.lock_owned(work, row.owned_id)
    others = [
        one for one in await queries.held_of(work, row.owned_id) if one.ownership_id != row.ownership_id
    ]
    own = fill(Held, row)
    held = most_held([*others, own])
    if held > WHOLE:
        shown = f"{held.normalize():f}"
        say = f"同一天的持股比例合计达到 {shown}%，不能超过 100%，请核对"
        raise Invalid([Mistake("/percent", "ownership.whole", say, f"adds up to {shown} % on one day")])
