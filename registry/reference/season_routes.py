"""Seasons over REST."""

from datetime import date, datetime
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.web import (
    AnyRequest,
    Page,
    after,
    cut,
    listed,
    require_if_match,
    row_limit,
    versioned,
)
from registry.kernel.types import CodeWord, PlaceCode, Year
from registry.kernel.work import Work
from registry.reference import seasons
from registry.reference.model import SeasonIn, SeasonPatch, SeasonRow


@get("/seasons")
async def list_seasons(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    product: FromQuery[CodeWord | None] = None,
    year: FromQuery[Year | None] = None,
    on: FromQuery[date | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[SeasonRow]]:
    """Seasons of products

    `division`: of the subtree of a division or area. `on`: seasons that hold the day.
    """
    count = row_limit(limit)
    rows = await seasons.seasons(
        reader,
        today=reader.act.today,
        division=division,
        product=product,
        year=year,
        on=on,
        updated_since=updated_since,
        after=after(cursor)[1],
        limit=count + 1,
    )
    return listed(request, cut(rows, count, lambda row: (None, row.season_id)))


@get("/seasons/{season_id:uuid}")
async def get_season(
    request: AnyRequest, reader: NamedDependency[Work], season_id: FromPath[UUID]
) -> Response[SeasonRow]:
    """A season"""
    found = await seasons.season(reader, season_id)
    return versioned(request, found, found.version)


@post("/seasons")
async def create_season(
    request: AnyRequest, *, writer: NamedDependency[Work], data: JSONBody[SeasonIn]
) -> Response[SeasonRow]:
    """Register a season; its year is that of its last day"""
    made = await seasons.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/seasons/{season_id:uuid}")
async def change_season(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    season_id: FromPath[UUID],
    data: JSONBody[SeasonPatch],
) -> Response[SeasonRow]:
    """Change a season's name or days"""
    made = await seasons.change(writer, season_id, data, require_if_match(request))
    return versioned(request, made, made.version)


handlers = (list_seasons, get_season, create_season, change_season)
