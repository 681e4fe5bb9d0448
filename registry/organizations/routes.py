"""Organisations and ownership over REST."""

from datetime import date, datetime
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.callers import COUNTY, EVERYBODY, REGISTRARS, admits
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
from registry.organizations import contacts_routes, ownership, service
from registry.organizations.model import (
    Kind,
    OrganizationIn,
    OrganizationPatch,
    OrganizationRow,
    OwnershipIn,
    OwnershipOut,
    OwnershipPatch,
)


@get("/organizations")
async def list_organizations(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    kind: FromQuery[Kind | None] = None,
    on: FromQuery[date | None] = None,
    q: FromQuery[str | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[OrganizationRow]]:
    """Organisations in order of their pinyin

    `q`: part of the name, of the credit code, of the pinyin or its initials. `division`: registered in its
    subtree. `on`: existing on that day.
    """
    count = row_limit(limit)
    rows = await service.organizations(
        reader,
        today=reader.act.today,
        division=division,
        kind=kind,
        on=on,
        text=q,
        updated_since=updated_since,
        after=after(cursor),
        limit=count + 1,
    )
    return listed(request, cut(rows, count, lambda row: (row.search_key, row.organization_id)))


@get("/organizations/{organization_id:uuid}")
async def get_organization(
    request: AnyRequest, reader: NamedDependency[Work], organization_id: FromPath[UUID]
) -> Response[OrganizationRow]:
    """An organisation"""
    found = await service.organization(reader, organization_id)
    return versioned(request, found, found.version)


@post("/organizations")
async def create_organization(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[OrganizationIn],
) -> Response[OrganizationRow]:
    """Register an organisation"""
    made = await service.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/organizations/{organization_id:uuid}")
async def change_organization(
    request: AnyRequest,
    writer: NamedDependency[Work],
    organization_id: FromPath[UUID],
    data: JSONBody[OrganizationPatch],
) -> Response[OrganizationRow]:
    """Change an organisation; its registering division stays"""
    made = await service.change(writer, organization_id, data, require_if_match(request))
    return versioned(request, made, made.version)


@get("/ownerships")
async def list_ownerships(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    organization_id: FromQuery[UUID | None] = None,
    on: FromQuery[date | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[OwnershipOut]]:
    """Which organisation holds how much of which

    `organization_id`: shares held of it or by it. `on`: held on that day.
    """
    count = row_limit(limit)
    rows = await ownership.ownerships(
        reader,
        organization_id=organization_id,
        on=on,
        updated_since=updated_since,
        after=after(cursor)[1],
        limit=count + 1,
    )
    return listed(request, cut(rows, count, lambda row: (None, row.ownership_id)))


@get("/ownerships/{ownership_id:uuid}")
async def get_ownership(
    request: AnyRequest, reader: NamedDependency[Work], ownership_id: FromPath[UUID]
) -> Response[OwnershipOut]:
    """A share of an organisation in another"""
    found = await ownership.ownership(reader, ownership_id)
    return versioned(request, found, found.version)


@post("/ownerships")
async def create_ownership(
    request: AnyRequest, writer: NamedDependency[Work], data: JSONBody[OwnershipIn]
) -> Response[OwnershipOut]:
    """Record a share of an organisation in another"""
    made = await ownership.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/ownerships/{ownership_id:uuid}")
async def change_ownership(
    request: AnyRequest,
    writer: NamedDependency[Work],
    ownership_id: FromPath[UUID],
    data: JSONBody[OwnershipPatch],
) -> Response[OwnershipOut]:
    """Change a share or end it (`valid_to`)"""
    made = await ownership.change(writer, ownership_id, data, require_if_match(request))
    return versioned(request, made, made.version)


router = Router(
    path="/api/v1",
    opt=admits(read=EVERYBODY, write=(*REGISTRARS, *COUNTY)),
    route_handlers=[
        list_organizations,
        get_organization,
        create_organization,
        change_organization,
        list_ownerships,
        get_ownership,
        create_ownership,
        change_ownership,
        *contacts_routes.handlers,
    ],
)
