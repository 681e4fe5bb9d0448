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
from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.kernel.pinyin import search_term

Q = sql.queries("households")


class HouseholdId(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a household that was written."""

    household_id: UUID


async def places(conn: Conn, codes: Collection[str]) -> dict[str, PlaceRow]:
    found = await db.many(conn, PlaceRow, Q["places"], list(codes))
    return {place.division_code: place for place in found}


async def add_households(conn: Conn, rows: Iterable[HouseholdRow]) -> set[UUID]:
    added = await db.many(conn, HouseholdId, Q["add_households"], db.rows_json(rows))
    return {row.household_id for row in added}


async def change_households(conn: Conn, rows: Iterable[HouseholdRow]) -> set[UUID]:
    written = await db.many(conn, HouseholdId, Q["change_households"], db.rows_json(rows))
    return {row.household_id for row in written}


async def bump(conn: Conn, county_code: str, ids: Collection[UUID], now: datetime, actor: str) -> set[UUID]:
    """Raises the version of these households; answers those the caller may write."""
    written = await db.many(conn, HouseholdId, Q["bump_households"], county_code, list(ids), now, actor)
    return {row.household_id for row in written}


async def hold(conn: Conn, county_code: str, ids: Collection[UUID]) -> set[UUID]:
    """Locks these households; answers those the caller may write."""
    held = await db.many(conn, HouseholdId, Q["hold_households"], county_code, list(ids))
    return {row.household_id for row in held}


async def household(conn: Conn, household_id: UUID) -> HouseholdRow:
    return await db.one(conn, HouseholdRow, Q["household_by_id"], household_id)


async def households(conn: Conn, counties: Collection[str], ids: Collection[UUID]) -> list[HouseholdRow]:
    return await db.many(conn, HouseholdRow, Q["households_by_ids"], list(counties), list(ids))


async def detail(conn: Conn, household_id: UUID, day: date) -> Household:
    return await db.one(conn, Household, Q["household_detail"], household_id, day)


async def listed(
    conn: Conn,
    wanted: HouseholdFilter,
    place: Places | None,
    after: tuple[str, str, UUID] | None,
    limit: int,
) -> list[HouseholdItem]:
    """At most `limit` households after the one named by village code, number and id."""
    village, number, last = after or (None, None, None)
    return await db.many(
        conn,
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


async def counted(conn: Conn, wanted: HouseholdFilter, place: Places | None) -> int:
    return await db.value(
        conn,
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


async def items(conn: Conn, county_code: str, ids: Collection[UUID], day: date) -> list[HouseholdItem]:
    return await db.many(conn, HouseholdItem, Q["household_items"], county_code, list(ids), day)


async def candidates(
    conn: Conn, villages: Collection[str], numbers: Collection[str], names: Collection[str]
) -> list[Candidate]:
    counties = sorted({village[:6] for village in villages})
    return await db.many(
        conn, Candidate, Q["candidates"], counties, list(villages), list(numbers), list(names)
    )


async def add_persons(conn: Conn, rows: Sequence[PersonRow]) -> None:
    if rows:
        await db.run(conn, Q["add_persons"], db.rows_json(rows))


async def person(conn: Conn, person_id: UUID) -> PersonRow:
    return await db.one(conn, PersonRow, Q["person_by_id"], person_id)


async def persons_of(conn: Conn, counties: Collection[str], ids: Collection[UUID]) -> list[PersonRow]:
    return await db.many(conn, PersonRow, Q["persons_of"], list(counties), list(ids))


async def change_person(conn: Conn, row: PersonRow) -> bool:
    return bool(await db.run(conn, Q["change_person"], db.rows_json([row])))


async def clear_head(conn: Conn, county_code: str, household_id: UUID, now: datetime, actor: str) -> None:
    await db.run(conn, Q["clear_head"], county_code, household_id, now, actor)


async def add_headcounts(conn: Conn, rows: Sequence[HeadcountRow]) -> None:
    if rows:
        await db.run(conn, Q["add_headcounts"], db.rows_json(rows))


async def headcounts_of(conn: Conn, county_code: str, household_id: UUID) -> list[HeadcountRow]:
    return await db.many(conn, HeadcountRow, Q["headcounts_of"], county_code, household_id)


async def standing_headcounts(
    conn: Conn, counties: Collection[str], ids: Collection[UUID]
) -> list[HeadcountRow]:
    return await db.many(conn, HeadcountRow, Q["standing_headcounts"], list(counties), list(ids))


async def supersede_headcounts(conn: Conn, rows: Sequence[HeadcountRow], now: datetime) -> None:
    if rows:
        counties = sorted({row.county_code for row in rows})
        await db.run(conn, Q["supersede_headcounts"], counties, [row.headcount_id for row in rows], now)


async def known_tags(conn: Conn) -> list[KnownTag]:
    return await db.many(conn, KnownTag, Q["known_tags"])


async def add_tags(conn: Conn, rows: Sequence[HouseholdTagRow]) -> None:
    if rows:
        await db.run(conn, Q["add_tags"], db.rows_json(rows))


async def tags_of(conn: Conn, county_code: str, household_id: UUID) -> list[HouseholdTagRow]:
    return await db.many(conn, HouseholdTagRow, Q["tags_of"], county_code, household_id)


async def standing_tags(
    conn: Conn, counties: Collection[str], ids: Collection[UUID]
) -> list[HouseholdTagRow]:
    return await db.many(conn, HouseholdTagRow, Q["standing_tags"], list(counties), list(ids))


async def supersede_tag(conn: Conn, row: HouseholdTagRow, now: datetime) -> bool:
    return bool(await db.run(conn, Q["supersede_tag"], row.county_code, row.household_tag_id, now))
