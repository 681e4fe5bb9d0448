"""Divisions over REST. Areas are `area_routes.py`, figures of a division `statistic_routes.py`."""

from datetime import date, datetime

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.divisions import area_routes, service, statistic_routes
from registry.divisions.model import (
    DivisionDetail,
    DivisionEnd,
    DivisionIn,
    DivisionPatch,
    DivisionRow,
    Level,
)
from registry.kernel.http.callers import ADMIN, COUNTY, EVERYBODY, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import DivisionCode, PlaceCode
from registry.kernel.work import Work


@get("/divisions")
async def list_divisions(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    level: FromQuery[Level | None] = None,
    on: FromQuery[date | None] = None,
    q: FromQuery[str | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[DivisionRow]]:
    """Divisions in order of their codes

    `division`: only the subtree of a division or area, what it took over included. `on`: only those valid on
    that day. `q`: part of the name.
    """
    count, after = row_limit(limit), after_keys(cursor, tuple[str])
    rows = await service.divisions(
        reader,
        today=reader.act.today,
        division=division,
        level=level,
        on=on,
        name=q or None,
        updated_since=updated_since,
        after=after[0] if after else None,
        limit=count + 1,
    )
    return listed(request, cut_keys(rows, count, lambda row: (row.division_code,)))


@get("/divisions/{division_code:str}")
async def get_division(
    request: AnyRequest, reader: NamedDependency[Work], division_code: FromPath[DivisionCode]
) -> Response[DivisionDetail]:
    """A division with those above it, its successors and predecessors

    An obsolete code answers as it stood and names its successors.
    """
    found = await service.division(reader, division_code)
    return versioned(request, found, found.version)


@post("/divisions")
async def create_division(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[DivisionIn],
) -> Response[DivisionDetail]:
    """Register a division; its level and parent follow from the code"""
    made = await service.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/divisions/{division_code:str}")
async def change_division(
    request: AnyRequest,
    writer: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    data: JSONBody[DivisionPatch],
) -> Response[DivisionDetail]:
    """Change a division's name or dates; codes are never rewritten"""
    made = await service.change(writer, division_code, data, require_if_match(request))
    return versioned(request, made, made.version)


@post("/divisions/{division_code:str}/end", status_code=200)
async def end_division(
    request: AnyRequest,
    writer: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    data: JSONBody[DivisionEnd],
) -> Response[DivisionDetail]:
    """End a division and name who takes it over (needs If-Match)

    Records keep the old code; scopes and sums of the successors include them. What several take over is
    divided by its villages: end those with their own successors, too.
    """
    made = await service.end(writer, division_code, data, require_if_match(request))
    return versioned(request, made, made.version)


router = Router(
    path="/api/v1",
    opt=admits(read=EVERYBODY, write=ADMIN),
    route_handlers=[
        list_divisions,
        get_division,
        create_division,
        change_division,
        end_division,
        *area_routes.handlers,
        Router(path="/", opt=admits(write=COUNTY), route_handlers=statistic_routes.handlers),
    ],
)
