"""Organisations and ownership over REST."""

from datetime import date, datetime
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.divisions.register_routes import Routes
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
from registry.kernel.work import Work
from registry.organizations import contacts_routes, ownership, service
from registry.organizations.model import (
    OrganizationIn,
    OrganizationPatch,
    OrganizationQuery,
    OwnershipIn,
    OwnershipOut,
    OwnershipPatch,
)

organizations = Routes(
    register=service.organizations,
    new=OrganizationIn,
    patch=OrganizationPatch,
    query=OrganizationQuery,
    order={"search_key": str, "organization_id": UUID},
    listed=(
        "Organisations in order of their pinyin\n\n"
        "`q`: part of the name, of the credit code, of the pinyin or its initials. `division`: registered\n"
        "in its subtree. `on`: existing on that day."
    ),
    got="An organisation",
    created="Register an organisation",
    changed="Change an organisation; its registering division stays",
)


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
        *organizations.handlers,
        list_ownerships,
        get_ownership,
        create_ownership,
        change_ownership,
        *contacts_routes.handlers,
    ],
)
