"""Frameworks over REST."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.contracts import frameworks, views
from registry.contracts.inputs import FrameworkIn, FrameworkPatch
from registry.contracts.views import FrameworkView
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
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work


@get("/frameworks")
async def list_frameworks(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    buyer: FromQuery[UUID | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[FrameworkView]]:
    """Frameworks that touch a division or area, newest first"""
    count = row_limit(limit)
    rows = await frameworks.listed(
        reader,
        division=division,
        buyer_id=buyer,
        updated_since=updated_since,
        before=after(cursor)[1],
        limit=count + 1,
    )
    shown = await views.framework_views(reader, rows)
    return listed(request, cut(shown, count, lambda row: (None, row.framework_id)))


@get("/frameworks/{framework_id:uuid}")
async def get_framework(
    request: AnyRequest, reader: NamedDependency[Work], framework_id: FromPath[UUID]
) -> Response[FrameworkView]:
    """A framework with its components"""
    found = await views.framework(reader, framework_id)
    return versioned(request, found, found.version)


@post("/frameworks")
async def create_framework(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[FrameworkIn],
) -> Response[FrameworkView]:
    """Register a framework over the villages of a division

    Contracts made under it copy its term, buyer and components. It names organisations only.
    """
    made = await frameworks.create(writer, data)
    found = await views.framework(writer, made.framework_id)
    return versioned(request, found, found.version, 201)


@patch("/frameworks/{framework_id:uuid}")
async def change_framework(
    request: AnyRequest,
    writer: NamedDependency[Work],
    framework_id: FromPath[UUID],
    data: JSONBody[FrameworkPatch],
) -> Response[FrameworkView]:
    """Change a framework (needs If-Match); contracts already made under it keep their copies"""
    await frameworks.change(writer, framework_id, data, require_if_match(request))
    found = await views.framework(writer, framework_id)
    return versioned(request, found, found.version)


handlers = [list_frameworks, get_framework, create_framework, change_framework]
