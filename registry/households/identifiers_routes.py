"""Personal numbers of members over REST. No answer but that of a reveal holds a whole number."""

from typing import Final
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.access import reveals
from registry.households import identifiers
from registry.households.identifiers_model import (
    Bearer,
    FindIn,
    Identifier,
    IdentifierIn,
    Revealed,
    RevealIn,
)
from registry.households.personal_numbers import NumberKind
from registry.kernel.crypto.vault import Vault
from registry.kernel.errors import NotFound
from registry.kernel.http.callers import REGISTRARS, admits
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.web import AnyRequest, Page, Providers, require_if_match, versioned
from registry.kernel.work import Act, Work

PATH: Final = "/households/{household_id:uuid}/members/{person_id:uuid}/identifiers"


@get(PATH)
async def list_identifiers(
    reader: NamedDependency[Work], household_id: FromPath[UUID], person_id: FromPath[UUID]
) -> Page[Identifier]:
    """The ID, phone and bank account numbers of a person, masked"""
    return Page(items=await identifiers.of_person(reader, household_id, person_id))


@put(f"{PATH}/{{kind:str}}")
async def put_identifier(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    vault: NamedDependency[Vault],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    kind: FromPath[NumberKind],
    data: JSONBody[IdentifierIn],
) -> Response[Identifier]:
    """Enter or change a number; it is stored encrypted and answered masked

    ID numbers need a right check digit and birth date; the same ID twice in a household is refused. With
    If-Match only that version is replaced.
    """
    made = await identifiers.put(
        writer,
        vault,
        household_id=household_id,
        person_id=person_id,
        kind=kind,
        new=data,
        version=require_if_match(request) if "if-match" in request.headers else None,
    )
    return versioned(request, made, made.version)


@delete(f"{PATH}/{{kind:str}}", status_code=204)
async def remove_identifier(
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    kind: FromPath[NumberKind],
) -> None:
    """Remove a number"""
    gone = await identifiers.remove(writer, household_id=household_id, person_id=person_id, kinds=[kind])
    if not gone:
        raise NotFound


@post(f"{PATH}/{{kind:str}}/reveal", opt=UNKEPT, status_code=200)
async def reveal_identifier(
    request: AnyRequest,
    *,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    kind: FromPath[NumberKind],
    data: JSONBody[RevealIn],
) -> Response[Revealed]:
    """Read one whole number, with a reason

    Each reveal stands in the audit trail; at most 30 an hour for one account.
    """
    async with reveals.revealing(providers, request, act) as work:
        shown = await identifiers.reveal(
            work,
            vault,
            household_id=household_id,
            person_id=person_id,
            kind=kind,
            reason=data.reason,
        )
    return Response(shown)


@post("/persons:find", opt={**UNKEPT, **admits(write=REGISTRARS)}, status_code=200)
async def find_persons(
    request: AnyRequest,
    *,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
    data: JSONBody[FindIn],
) -> Response[Page[Bearer]]:
    """Persons in your scope that bear a number, given whole in the body

    At most 200 searches an hour for one account. Persons outside your scope are never told of.
    """
    async with reveals.searching(providers, request, act) as work:
        found = await identifiers.find(work, vault, data)
    return Response(Page(items=found))


handlers = (list_identifiers, put_identifier, remove_identifier, reveal_identifier, find_persons)
