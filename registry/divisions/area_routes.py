"""Areas over REST."""

from datetime import date, datetime

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.divisions import areas
from registry.divisions.area_model import AreaDetail, AreaIn, AreaPatch, AreaRow
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import AreaCode, DivisionCode
from registry.kernel.work import Work


@get("/areas")
async def list_areas(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[DivisionCode | None] = None,
    on: FromQuery[date | None] = None,
    q: FromQuery[str | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[AreaRow]]:
    """Areas in order of their codes

    `division`: only areas that hold it or a division above it. `on`: as of that day. `q`: part of the name.
    """
    count, after = row_limit(limit), after_keys(cursor, tuple[str])
    rows = await areas.areas(
        reader,
        on=on,
        holding=division,
        name=q or None,
        updated_since=updated_since,
        after=after[0] if after else None,
        limit=count + 1,
    )
    return listed(request, cut_keys(rows, count, lambda row: (row.area_code,)))


@get("/areas/{area_code:str}")
async def get_area(
    request: AnyRequest, reader: NamedDependency[Work], area_code: FromPath[AreaCode]
) -> Response[AreaDetail]:
    """An area with the divisions it holds or held"""
    found = await areas.area(reader, area_code)
    return versioned(request, found, found.version)


@post("/areas")
async def create_area(
    request: AnyRequest, writer: NamedDependency[Work], data: JSONBody[AreaIn]
) -> Response[AreaDetail]:
    """Register an area with its divisions"""
    made = await areas.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/areas/{area_code:str}")
async def change_area(
    request: AnyRequest,
    writer: NamedDependency[Work],
    area_code: FromPath[AreaCode],
    data: JSONBody[AreaPatch],
) -> Response[AreaDetail]:
    """Change an area; a sent list of divisions replaces the stored one"""
    made = await areas.change(writer, area_code, data, require_if_match(request))
    return versioned(request, made, made.version)


handlers = (list_areas, get_area, create_area, change_area)
