"""Typed functions over sql/queries/gains.sql: lines as they are listed, shown and explained."""

from collections.abc import Sequence
from uuid import UUID

from registry.divisions.model import Places
from registry.gains.listing import (
    CropName,
    GainRow,
    LineFilter,
    LineNames,
    Listed,
    PlaceFound,
    SourceRow,
    StoredLine,
    TicketRow,
    YearBaselineRow,
    YearFound,
    YearLineRow,
)
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


async def gain_lines(conn: Conn, wanted: LineFilter, place: Places | None, limit: int) -> list[StoredLine]:
    return await db.many(
        conn,
        StoredLine,
        Q["gain_lines"],
        place.counties if place else None,
        place.firsts if place else None,
        place.lasts if place else None,
        wanted.period.first if wanted.period else None,
        wanted.period.last if wanted.period else None,
        wanted.household_id,
        wanted.contract_id,
        wanted.state,
        wanted.after,
        limit,
    )


async def gain_line_by_id(conn: Conn, gain_line_id: UUID) -> StoredLine:
    return await db.one(conn, StoredLine, Q["gain_line_by_id"], gain_line_id)


async def year_lines_of_households(
    conn: Conn, counties: Codes, households: Ids, years: Sequence[int]
) -> list[YearLineRow]:
    return await db.many(conn, YearLineRow, Q["year_lines_of_households"], counties, households, years)


async def baselines_of_households(
    conn: Conn, counties: Codes, households: Ids, years: Sequence[int]
) -> list[YearBaselineRow]:
    return await db.many(conn, YearBaselineRow, Q["baselines_of_households"], counties, households, years)


async def tickets(conn: Conn, county_code: str, deliveries: Ids) -> list[TicketRow]:
    return await db.many(conn, TicketRow, Q["tickets"], county_code, deliveries)


async def reference_sources(conn: Conn, rows: Ids) -> list[SourceRow]:
    return await db.many(conn, SourceRow, Q["reference_sources"], rows)


async def crop_names(conn: Conn) -> list[CropName]:
    return await db.many(conn, CropName, Q["crop_names"])


async def line_names(conn: Conn, county_code: str, lines: Ids) -> list[LineNames]:
    return await db.many(conn, LineNames, Q["line_names"], county_code, lines)


async def gain_rows(conn: Conn, wanted: Listed) -> list[GainRow]:
    return await db.many(
        conn,
        GainRow,
        Q["gain_rows"],
        wanted.place.counties,
        wanted.place.firsts,
        wanted.place.lasts,
        wanted.period.first,
        wanted.period.last,
        wanted.today,
        wanted.only,
        wanted.limit,
        wanted.offset,
    )


async def latest_year(conn: Conn, place: Places) -> YearFound | None:
    return await db.maybe(conn, YearFound, Q["latest_year"], place.counties, place.firsts, place.lasts)


async def first_township(conn: Conn) -> PlaceFound | None:
    return await db.maybe(conn, PlaceFound, Q["first_township"])
