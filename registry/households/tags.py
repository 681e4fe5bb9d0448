"""Tags and headcounts of a household. Neither is updated in place: a correction supersedes a row."""

from uuid import UUID

import msgspec

from registry.audit import service as audit
from registry.households import new_rows, queries
from registry.households.inputs import HeadcountIn, HouseholdTagIn, TagEnd, order_mistakes
from registry.households.model import HeadcountRow, HouseholdRow, HouseholdTagRow
from registry.households.rules import tag_mistakes
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.types import new_id
from registry.kernel.work import Work


async def changing(work: Work, household_id: UUID) -> HouseholdRow:
    """The household, its version raised, its row locked until the end; NotFound outside the write scope."""
    row = await queries.household(work, household_id)
    if not await queries.bump(work, row.county_code, [household_id], work.act.now, work.act.actor):
        raise NotFound
    await audit.watch(work, "household", household_id)
    return row


async def headcounts(work: Work, household_id: UUID) -> list[HeadcountRow]:
    """All counts of a household, latest day first, superseded ones after what replaced them."""
    row = await queries.household(work, household_id)
    return await queries.headcounts_of(work, row.county_code, household_id)


async def record_headcount(work: Work, household_id: UUID, new: HeadcountIn) -> HeadcountRow:
    """Records a count; the same day's earlier one is superseded, an equal one stays as it is. Gains held
    against an average per person are looked at again."""
    row = await changing(work, household_id)
    made = new_rows.headcount(work.act, row, new)
    standing = await queries.standing_headcounts(work, [row.county_code], [household_id])
    earlier = [count for count in standing if count.counted_on == new.counted_on]
    if earlier and new_rows.same_count(earlier[0], made):
        return earlier[0]
    await queries.supersede_headcounts(work, earlier, work.act.now)
    await queries.add_headcounts(work, [made])
    work.touch_every_year(row.county_code, household_id)
    return made


async def tags(work: Work, household_id: UUID) -> list[HouseholdTagRow]:
    """All tags of a household, superseded rows too."""
    row = await queries.household(work, household_id)
    return await queries.tags_of(work, row.county_code, household_id)


async def add_tag(work: Work, household_id: UUID, new: HouseholdTagIn) -> HouseholdTagRow:
    """Tags the household. Invalid for an unknown tag, Conflict if it has the tag on one of these days."""
    row = await changing(work, household_id)
    known = await queries.known_tags(work)
    mistakes = list(tag_mistakes(known, [("/tag_code", new.tag_code, new.valid_from)]))
    if mistakes:
        raise Invalid(mistakes)
    standing = await queries.standing_tags(work, [row.county_code], [household_id])
    if new_rows.overlapping(standing, new.tag_code, new.valid_from, new.valid_to):
        raise Conflict(
            "这户在这段时间已经有这个标签，请先修改原标签的截止日期。",
            code="tag.overlap",
            pointer="/valid_from",
        )
    made = new_rows.tag(work.act, row, new)
    await queries.add_tags(work, [made])
    return made


async def end_tag(work: Work, household_id: UUID, household_tag_id: UUID, ending: TagEnd) -> HouseholdTagRow:
    """Gives a tag its last day by a new row. NotFound for a superseded one, Invalid before its first day."""
    row = await changing(work, household_id)
    standing = await queries.standing_tags(work, [row.county_code], [household_id])
    found = next((tag for tag in standing if tag.household_tag_id == household_tag_id), None)
    if found is None:
        raise NotFound
    mistakes: list[Mistake] = list(order_mistakes(found.valid_from, ending.valid_to))
    if mistakes:
        raise Invalid(mistakes)
    if not await queries.supersede_tag(work, found.county_code, found.household_tag_id, work.act.now):
        raise NotFound
    made = msgspec.structs.replace(
        found,
        household_tag_id=new_id(),
        valid_to=ending.valid_to,
        recorded_at=work.act.now,
        created_by=work.act.actor,
        source=work.act.source,
        import_batch_id=work.act.import_batch_id,
    )
    await queries.add_tags(work, [made])
    return made
