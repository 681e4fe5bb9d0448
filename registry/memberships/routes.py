"""Memberships and shares over REST."""

from datetime import date, datetime
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.callers import REGISTRARS, VIEWERS, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work
from registry.memberships import service
from registry.memberships.model import (
    Membership,
    MembershipFilter,
    MembershipIn,
    MembershipPatch,
    ShareIn,
    SharePatch,
)


@get("/memberships")
async def list_memberships(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    organization: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    on: FromQuery[date | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[Membership]]:
    """Memberships with their shares

    `division`: of households in the subtree of a division or area. `on`: only those running that day.
    """
    count, after = row_limit(limit), after_keys(cursor, tuple[UUID])
    wanted = MembershipFilter(
        today=reader.act.today,
        division=division,
        organization_id=organization,
        household_id=household,
        on=on,
        updated_since=updated_since,
    )
    rows = await service.memberships(reader, wanted, after[0] if after else None, count + 1)
    return listed(request, cut_keys(rows, count, lambda row: (row.membership_id,)))


@get("/memberships/{membership_id:uuid}")
async def get_membership(
    request: AnyRequest, reader: NamedDependency[Work], membership_id: FromPath[UUID]
) -> Response[Membership]:
    """One membership with its shares"""
    found = await service.detail(reader, membership_id)
    return versioned(request, found, found.version)


@post("/memberships")
async def create_membership(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[MembershipIn],
) -> Response[Membership]:
    """A household joins a cooperative or collective, with its shares"""
    made = await service.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/memberships/{membership_id:uuid}")
async def change_membership(
    request: AnyRequest,
    writer: NamedDependency[Work],
    membership_id: FromPath[UUID],
    data: JSONBody[MembershipPatch],
) -> Response[Membership]:
    """Change the days of a membership; a last day ends it (needs If-Match)"""
    made = await service.change(writer, membership_id, data, require_if_match(request))
    return versioned(request, made, made.version)


@post("/memberships/{membership_id:uuid}/shares")
async def create_share(
    request: AnyRequest,
    writer: NamedDependency[Work],
    membership_id: FromPath[UUID],
    data: JSONBody[ShareIn],
) -> Response[Membership]:
    """A further share of the membership"""
    made = await service.add_share(writer, membership_id, data)
    return versioned(request, made, made.version, 201)


@patch("/memberships/{membership_id:uuid}/shares/{membership_share_id:uuid}")
async def change_share(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    membership_id: FromPath[UUID],
    membership_share_id: FromPath[UUID],
    data: JSONBody[SharePatch],
) -> Response[Membership]:
    """Change a share's amount or last day; If-Match names the share's own version"""
    version = require_if_match(request)
    made = await service.change_share(
        writer, membership_id, share_id=membership_share_id, patch=data, version=version
    )
    return versioned(request, made, made.version)


router = Router(
    path="/api/v1",
    opt=admits(read=VIEWERS, write=REGISTRARS),
    route_handlers=[
        list_memberships,
        get_membership,
        create_membership,
        change_membership,
        create_share,
        change_share,
    ],
)
