"""Contacts of organisations over REST. No answer but that of a reveal holds a whole number."""

from datetime import date
from typing import Final
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.access import reveals
from registry.kernel.crypto.vault import Vault
from registry.kernel.http.callers import COUNTY, REGISTRARS, VIEWERS, admits
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.web import AnyRequest, Page, Providers, require_if_match, versioned
from registry.kernel.work import Act, Work
from registry.organizations import contacts
from registry.organizations.contacts_model import (
    Contact,
    ContactIn,
    ContactPatch,
    ContactReveal,
    RevealedContact,
)

PATH: Final = "/organizations/{organization_id:uuid}/contacts"
ROLES: Final = admits(read=VIEWERS, write=(*REGISTRARS, *COUNTY))
SECRET: Final = {**ROLES, **UNKEPT}


@get(PATH, opt=ROLES)
async def list_contacts(
    reader: NamedDependency[Work],
    organization_id: FromPath[UUID],
    on: FromQuery[date | None] = None,
) -> Page[Contact]:
    """Whom to reach at an organisation, masked; those of its registering division only

    `on`: valid that day; without it former ones are included.
    """
    return Page(items=await contacts.listed(reader, organization_id, on))


@get(f"{PATH}/{{organization_contact_id:uuid}}", opt=ROLES)
async def get_contact(
    request: AnyRequest,
    reader: NamedDependency[Work],
    organization_id: FromPath[UUID],
    organization_contact_id: FromPath[UUID],
) -> Response[Contact]:
    """A contact of an organisation, masked"""
    found = await contacts.one(reader, organization_id, organization_contact_id)
    return versioned(request, found, found.version)


@post(PATH, opt=SECRET)
async def create_contact(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    vault: NamedDependency[Vault],
    organization_id: FromPath[UUID],
    data: JSONBody[ContactIn],
) -> Response[Contact]:
    """Enter a contact with its phone or bank account number, stored encrypted and answered masked"""
    made = await contacts.create(writer, vault, organization_id, data)
    return versioned(request, made, made.version, 201)


@patch(f"{PATH}/{{organization_contact_id:uuid}}", opt=SECRET)
async def change_contact(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    vault: NamedDependency[Vault],
    organization_id: FromPath[UUID],
    organization_contact_id: FromPath[UUID],
    data: JSONBody[ContactPatch],
) -> Response[Contact]:
    """Change a contact or end it with `valid_to` (needs If-Match)"""
    made = await contacts.change(
        writer,
        vault,
        contact=(organization_id, organization_contact_id),
        patch=data,
        version=require_if_match(request),
    )
    return versioned(request, made, made.version)


@post(f"{PATH}/{{organization_contact_id:uuid}}/reveal", opt=SECRET, status_code=200)
async def reveal_contact(
    request: AnyRequest,
    *,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
    organization_id: FromPath[UUID],
    organization_contact_id: FromPath[UUID],
    data: JSONBody[ContactReveal],
) -> Response[RevealedContact]:
    """Read the whole number of a contact, with a reason

    Each reveal stands in the audit trail; at most 30 an hour for one account.
    """
    async with reveals.revealing(providers, request, act) as work:
        shown = await contacts.reveal(
            work, vault, contact=(organization_id, organization_contact_id), reason=data.reason
        )
    return Response(shown)


handlers = (list_contacts, get_contact, create_contact, change_contact, reveal_contact)
