"""Typed statements about households, persons, headcounts and tags. Land and yearly figures have their own."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.households.model import (
    Candidate,
    HeadcountRow,
    Household,
    HouseholdFilter,
    HouseholdItem,
    HouseholdRow,
    HouseholdTagRow,
    KnownTag,
    PersonRow,
    PlaceRow,
)
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.text.pinyin import search_term
from registry.kernel.work import Work

q = Queries("households")
Q = sql.queries("households")


class HouseholdId(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a household that was written."""

    household_id: UUID


async def places(work: Work, codes: Collection[str]) -> dict[str, PlaceRow]:
    found = await transactions.many(work, PlaceRow, Q["places"], list(codes))
    return {place.division_code: place for place in found}


async def add_households(work: Work, rows: Iterable[HouseholdRow]) -> set[UUID]:
    added = await transactions.many(work, HouseholdId, Q["add_households"], transactions.rows_json(rows))
    return {row.household_id for row in added}


async def change_households(work: Work, rows: Iterable[HouseholdRow]) -> set[UUID]:
    written = await transactions.many(work, HouseholdId, Q["change_households"], transactions.rows_json(rows))
    return {row.household_id for row in written}


async def bump(work: Work, county_code: str, ids: Collection[UUID], now: datetime, actor: str) -> set[UUID]:
    """Raises the version of these households; answers those the caller may write."""
    written = await transactions.many(
        work, HouseholdId, Q["bump_households"], county_code, list(ids), now, actor
    )
    return {row.household_id for row in written}


async def hold(work: Work, county_code: str, ids: Collection[UUID]) -> set[UUID]:
    """Locks these households; answers those the caller may write."""
    held = await transactions.many(work, HouseholdId, Q["hold_households"], county_code, list(ids))
    return {row.household_id for row in held}


household = q("household_by_id", UUID).one(HouseholdRow)
households = q("households_by_ids", Collection[str], Collection[UUID]).many(HouseholdRow)
detail = q("household_detail", UUID, date).one(Household)


async def listed(
    work: Work,
    wanted: HouseholdFilter,
    place: Places | None,
    after: tuple[str, str, UUID] | None,
    limit: int,
) -> list[HouseholdItem]:
    """At most `limit` households after the one named by village code, number and id."""
    village, number, last = after or (None, None, None)
    return await transactions.many(
        work,
        HouseholdItem,
        Q["household_list"],
        place and list(place.counties),
        place and place.firsts,
        place and place.lasts,
        wanted.day,
        wanted.search or None,
        search_term(wanted.search or "") or None,
        wanted.tag,
        wanted.valid_on,
        wanted.updated_since,
        village,
        number,
        last,
        limit,
        list(wanted.tails),
    )


async def counted(work: Work, wanted: HouseholdFilter, place: Places | None) -> int:
    return await transactions.value(
        work,
        int,
        Q["household_count"],
        place and list(place.counties),
        place and place.firsts,
        place and place.lasts,
        wanted.day,
        wanted.search or None,
        search_term(wanted.search or "") or None,
        wanted.tag,
        wanted.valid_on,
        wanted.updated_since,
        list(wanted.tails),
    )


items = q("household_items", str, Collection[UUID], date).many(HouseholdItem)


async def candidates(
    work: Work, villages: Collection[str], numbers: Collection[str], names: Collection[str]
) -> list[Candidate]:
    counties = sorted({village[:6] for village in villages})
    return await transactions.many(
        work, Candidate, Q["candidates"], counties, list(villages), list(numbers), list(names)
    )


async def add_persons(work: Work, rows: Sequence[PersonRow]) -> None:
    if rows:
        await transactions.run(work, Q["add_persons"], transactions.rows_json(rows))


person = q("person_by_id", UUID).one(PersonRow)
persons_of = q("persons_of", Collection[str], Collection[UUID]).many(PersonRow)


async def change_person(work: Work, row: PersonRow) -> bool:
    return bool(await transactions.run(work, Q["change_person"], transactions.rows_json([row])))


clear_head = q("clear_head", str, UUID, datetime, str).run()


async def add_headcounts(work: Work, rows: Sequence[HeadcountRow]) -> None:
    if rows:
        await transactions.run(work, Q["add_headcounts"], transactions.rows_json(rows))


headcounts_of = q("headcounts_of", str, UUID).many(HeadcountRow)
standing_headcounts = q("standing_headcounts", Collection[str], Collection[UUID]).many(HeadcountRow)


async def supersede_headcounts(work: Work, rows: Sequence[HeadcountRow], now: datetime) -> None:
    if rows:
        counties = sorted({row.county_code for row in rows})
        await transactions.run(
            work, Q["supersede_headcounts"], counties, [row.headcount_id for row in rows], now
        )


known_tags = q("known_tags").many(KnownTag)


async def add_tags(work: Work, rows: Sequence[HouseholdTagRow]) -> None:
    if rows:
        await transactions.run(work, Q["add_tags"], transactions.rows_json(rows))


tags_of = q("tags_of", str, UUID).many(HouseholdTagRow)
standing_tags = q("standing_tags", Collection[str], Collection[UUID]).many(HouseholdTagRow)


async def supersede_tag(work: Work, row: HouseholdTagRow, now: datetime) -> bool:
    return bool(await transactions.run(work, Q["supersede_tag"], row.county_code, row.household_tag_id, now))
