"""Households: register, read, find, change, end. Members, counts and tags are members.py and tags.py; land is
land.py, yearly figures yearly.py, the import of a roster roster.py."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.divisions.model import Places
from registry.households import locking, namesakes, new_rows, queries
from registry.households.directory import Directory
from registry.households.inputs import HouseholdEnd, HouseholdIn, HouseholdPatch, order_mistakes
from registry.households.land import create_land_uses
from registry.households.land_model import NewLandUse
from registry.households.model import (
    Candidate,
    Household,
    HouseholdFilter,
    HouseholdItem,
    HouseholdReference,
    HouseholdRow,
)
from registry.households.parcels import create_parcels, parcel_mistakes
from registry.households.roster import import_rows
from registry.households.rules import tag_mistakes, village_mistakes
from registry.kernel import findings
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound, Warned
from registry.kernel.findings import Accepted, RecordWarnings
from registry.kernel.work import Work

__all__ = [
    "change",
    "count",
    "create",
    "create_land_uses",
    "detail",
    "end",
    "find",
    "import_rows",
    "listed",
    "summaries",
    "village_of",
]


async def detail(work: Work, household_id: UUID, day: date) -> Household:
    """A household with head, members, latest count and tags on that day; NotFound."""
    return await queries.detail(work, household_id, day)


async def listed(
    work: Work, wanted: HouseholdFilter, after: tuple[str, str, UUID] | None, limit: int
) -> list[HouseholdItem]:
    """Households by village and number, `limit` at most, following `after` (both and the id)."""
    return await queries.listed(work, wanted, await _place(work, wanted), after, limit)


async def count(work: Work, wanted: HouseholdFilter) -> int:
    """How many households a list would show in all."""
    return await queries.counted(work, wanted, await _place(work, wanted))


async def _place(work: Work, wanted: HouseholdFilter) -> Places | None:
    return await divisions.readable(work, wanted.division, wanted.day) if wanted.division else None


async def summaries(
    work: Work, county_code: str, ids: Collection[UUID], day: date
) -> dict[UUID, HouseholdItem]:
    """Number, head, land, latest count and tags of households of one county; missing ids are left out."""
    found = await queries.items(work, county_code, set(ids), day)
    return {item.household_id: item for item in found}


async def village_of(work: Work, household_id: UUID) -> str | None:
    """The village of a household; None if it is missing or out of scope."""
    try:
        return (await queries.household(work, household_id)).village_code
    except NotFound:
        return None


async def find(work: Work, sought: Sequence[HouseholdReference], day: date) -> list[Candidate | Mistake]:
    """The household of each number or name, in order, or why it cannot be found.

    By number (a name beside it must belong to that household), else by the head's name, else by a
    member's. A Mistake points at /number or /name.
    """
    candidates = await queries.candidates(
        work,
        {one.village_code for one in sought},
        {one.number for one in sought if one.number is not None},
        {"".join(one.name.split()) for one in sought if one.name} | {one.name for one in sought if one.name},
    )
    directory = Directory(candidates)
    return [directory.pick(one, day) for one in sought]


async def create(work: Work, new: HouseholdIn) -> Household:
    """Registers a household with members, count, tags and land. Invalid with all mistakes, Warned about
    areas and namesakes, Conflict if the number is taken."""
    home = await _home(work, new)
    places = await queries.places(work, [new.village_code])
    tags = [(f"/tags/{i}/tag_code", tag.tag_code, tag.valid_from) for i, tag in enumerate(new.tags)]
    mistakes = [
        *village_mistakes(new.village_code, new.valid_from or work.act.today, places),
        *([] if home or new.home_household_id is None else [_unknown_home()]),
        *tag_mistakes(await queries.known_tags(work), tags),
        *await parcel_mistakes(work, new.village_code, new.parcels, "/parcels"),
    ]
    if mistakes:
        raise Invalid(mistakes)
    others = await queries.candidates(work, {new.village_code}, set(), {namesakes.head_name(new)})
    alike = list(namesakes.namesake_warnings(new, others, work.act.today))
    row = new_rows.household(work.act, new, home, places[new.village_code].valid_from)
    if not await queries.add_households(work, [row]):
        raise records.already_exists("household_number_key")
    audit.created(work, "household", [row.household_id])
    try:
        await _add_parts(work, row, new)
    except Warned as about_land:
        raise Warned([*alike, *about_land.warnings]) from about_land
    await _keep(work, row, findings.accept(alike, new.overrides))
    return await queries.detail(work, row.household_id, work.act.today)


async def _keep(work: Work, row: HouseholdRow, accepted: Sequence[Accepted]) -> None:
    kept = RecordWarnings(
        village_code=row.village_code,
        record_kind="household",
        record_id=row.household_id,
        accepted=accepted,
    )
    await findings.store(work, [kept], actor=work.act.actor, now=work.act.now)


async def _add_parts(work: Work, row: HouseholdRow, new: HouseholdIn) -> None:
    await queries.add_persons(work, [new_rows.person(work.act, row, member) for member in new.members])
    if new.headcount:
        await queries.add_headcounts(work, [new_rows.headcount(work.act, row, new.headcount)])
    await queries.add_tags(work, [new_rows.tag(work.act, row, tag) for tag in new.tags])
    await create_parcels(work, row, new.parcels)
    uses = [
        NewLandUse(household_id=row.household_id, use=use, pointer=f"/land_uses/{index}")
        for index, use in enumerate(new.land_uses)
    ]
    await create_land_uses(work, row.village_code, uses, new.overrides)


async def change(work: Work, household_id: UUID, patch: HouseholdPatch, version: int) -> Household:
    """Changes the household's own columns. NotFound, Stale, Conflict if the number is taken."""
    row = await _current(work, household_id, version)
    await _store(work, row, records.changed(row, work.act, records.given_fields(patch)))
    return await queries.detail(work, household_id, work.act.today)


async def end(work: Work, household_id: UUID, ending: HouseholdEnd, version: int) -> Household:
    """The household's last day. NotFound, Stale, Invalid, Conflict if it has ended already."""
    row = await _current(work, household_id, version)
    if row.valid_to is not None:
        raise Conflict(f"这户已于 {row.valid_to} 销户或迁出，不能再终止一次。", code="household.ended")
    mistakes = list(order_mistakes(row.valid_from, ending.valid_to))
    if mistakes:
        raise Invalid(mistakes)
    changes = {"valid_to": ending.valid_to, "end_kind": ending.end_kind}
    await _store(work, row, records.changed(row, work.act, changes))
    return await queries.detail(work, household_id, work.act.today)


async def _current(work: Work, household_id: UUID, version: int) -> HouseholdRow:
    """The household as it is now and is going to be changed."""
    row = await queries.household(work, household_id)
    records.require_version(row, version)
    await locking.lock_and_watch(work, row.county_code, [household_id])
    return row


async def _store(work: Work, row: HouseholdRow, wanted: HouseholdRow) -> None:
    if wanted is not row and not await queries.change_households(work, [wanted]):
        raise records.why_not_written(row, await queries.household(work, row.household_id))


async def _home(work: Work, new: HouseholdIn) -> str | None:
    """The county of the household's record in its own village, if it can be read."""
    if new.home_household_id is None:
        return None
    try:
        return (await queries.household(work, new.home_household_id)).county_code
    except NotFound:
        return None


def _unknown_home() -> Mistake:
    return Mistake(
        pointer="/home_household_id", code="household.unknown", message="找不到原村的这一户，请从列表中选取"
    )
