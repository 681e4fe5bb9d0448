"""Reference returns over REST."""

from datetime import datetime
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
from registry.reference import reference_returns
from registry.reference.return_model import Quality, ReturnIn, ReturnOut, ReturnPatch, shown


@get("/reference-returns")
async def list_reference_returns(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    crop: FromQuery[CodeWord | None] = None,
    year: FromQuery[Year | None] = None,
    quality: FromQuery[Quality | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[ReturnOut]]:
    """Returns per mu of crops, by division and year

    `division`: of the subtree of a division or area. Figures are kept as published.
    """
    count = row_limit(limit)
    rows = await reference_returns.reference_returns(
        reader,
        today=reader.act.today,
        division=division,
        crop=crop,
        year=year,
        quality=quality,
        updated_since=updated_since,
        after=after(cursor)[1],
        limit=count + 1,
    )
    page = cut([shown(row) for row in rows], count, lambda row: (None, row.reference_return_id))
    return listed(request, page)


@get("/reference-returns/{reference_return_id:uuid}")
async def get_reference_return(
    request: AnyRequest, reader: NamedDependency[Work], reference_return_id: FromPath[UUID]
) -> Response[ReturnOut]:
    """A reference row with its cash cost and cash income"""
    found = await reference_returns.reference_return(reader, reference_return_id)
    return versioned(request, shown(found), found.version)


@post("/reference-returns")
async def create_reference_return(
    request: AnyRequest, *, writer: NamedDependency[Work], data: JSONBody[ReturnIn]
) -> Response[ReturnOut]:
    """Record a reference row; totals are checked, an identity off by more than 0.05 yuan is refused"""
    made = await reference_returns.create(writer, data)
    return versioned(request, shown(made), made.version, 201)


@patch("/reference-returns/{reference_return_id:uuid}")
async def change_reference_return(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    reference_return_id: FromPath[UUID],
    data: JSONBody[ReturnPatch],
) -> Response[ReturnOut]:
    """Change a reference row; lines that may use it are computed anew"""
    made = await reference_returns.change(writer, reference_return_id, data, require_if_match(request))
    return versioned(request, shown(made), made.version)


handlers = (list_reference_returns, get_reference_return, create_reference_return, change_reference_return)
