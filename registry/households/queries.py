"""Typed statements about households, persons, headcounts and tags. Land and yearly figures have their own."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

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
from registry.kernel.db.scope import Reach
from registry.kernel.db.statements import Queries
from registry.kernel.text.pinyin import search_term
from registry.kernel.work import Work

q = Queries("households")
_Wanted: TypeAlias = tuple[date, str | None, date | None, datetime | None]
"""A day, tag, a day of validity, changed since."""
_Text: TypeAlias = tuple[str, str | None, tuple[bytes, ...]]
"""Text and its pinyin, hashes of the ends of ID numbers."""
After: TypeAlias = tuple[str, str, UUID] | None
"""Village code, number and id."""


places = q("places", Collection[str]).by(PlaceRow, lambda row: row.division_code)
add_households = q("add_households", Sequence[HouseholdRow]).values(UUID)
change_households = q("change_households", Sequence[HouseholdRow]).values(UUID)
bump = q("bump_households", str, Collection[UUID], datetime, str).values(UUID)
"""Raises the version of these households; answers those the caller may write."""
hold = q("hold_households", str, Collection[UUID]).values(UUID)
"""Locks these households; answers those the caller may write."""
household = q("household_by_id", UUID).one(HouseholdRow)
households = q("households_by_ids", Collection[str], Collection[UUID]).many(HouseholdRow)
detail = q("household_detail", UUID, date).one(Household)


_household_list = q("household_list", Reach, _Wanted, After, int).many(HouseholdItem)
_household_count = q("household_count", Reach, _Wanted).value(int)
_households_found = q("households_found", Reach, _Wanted, _Text, After, int).many(HouseholdItem)
_households_found_count = q("households_found_count", Reach, _Wanted, _Text).value(int)


async def listed(
    work: Work, wanted: HouseholdFilter, place: Places | None, after: After, limit: int
) -> list[HouseholdItem]:
    """At most `limit` households after the one named by village code, number and id."""
    reach, text = _reach(work, place), _text(wanted)
    if text is None:
        return await _household_list(work, reach, _wanted(wanted), after, limit)
    return await _households_found(work, reach, _wanted(wanted), text, after, limit)


async def counted(work: Work, wanted: HouseholdFilter, place: Places | None) -> int:
    reach, text = _reach(work, place), _text(wanted)
    if text is None:
        return await _household_count(work, reach, _wanted(wanted))
    return await _households_found_count(work, reach, _wanted(wanted), text)


def _reach(work: Work, place: Places | None) -> Reach:
    return place.reach if place else work.read.reach


def _wanted(wanted: HouseholdFilter) -> _Wanted:
    return wanted.day, wanted.tag, wanted.valid_on, wanted.updated_since


def _text(wanted: HouseholdFilter) -> _Text | None:
    if not wanted.search:
        return None
    return wanted.search, search_term(wanted.search) or None, wanted.tails


items = q("household_items", str, Collection[UUID], date).many(HouseholdItem)


_candidates = q("candidates", Collection[str], Collection[str], Collection[str], Collection[str]).many(
    Candidate
)


async def candidates(
    work: Work, villages: Collection[str], numbers: Collection[str], names: Collection[str]
) -> list[Candidate]:
    counties = sorted({village[:6] for village in villages})
    return await _candidates(work, counties, villages, numbers, names)


add_persons = q("add_persons", Sequence[PersonRow]).run()
person = q("person_by_id", UUID).one(PersonRow)
persons_of = q("persons_of", Collection[str], Collection[UUID]).many(PersonRow)


change_person = q("change_person", Sequence[PersonRow]).run()
clear_head = q("clear_head", str, UUID, datetime, str).run()


add_headcounts = q("add_headcounts", Sequence[HeadcountRow]).run()
headcounts_of = q("headcounts_of", str, UUID).many(HeadcountRow)
standing_headcounts = q("standing_headcounts", Collection[str], Collection[UUID]).many(HeadcountRow)


_supersede_headcounts = q("supersede_headcounts", Collection[str], Collection[UUID], datetime).run()


async def supersede_headcounts(work: Work, rows: Sequence[HeadcountRow], now: datetime) -> None:
    if rows:
        counties = sorted({row.county_code for row in rows})
        await _supersede_headcounts(work, counties, [row.headcount_id for row in rows], now)


known_tags = q("known_tags").many(KnownTag)


add_tags = q("add_tags", Sequence[HouseholdTagRow]).run()
tags_of = q("tags_of", str, UUID).many(HouseholdTagRow)
standing_tags = q("standing_tags", Collection[str], Collection[UUID]).many(HouseholdTagRow)


supersede_tag = q("supersede_tag", str, UUID, datetime).run()
