"""Erasing a person over REST and on its page."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect
from msgspec import Struct

from registry.households import erasure, identifiers_pages
from registry.households.erasure import EraseIn
from registry.households.model import PersonRow
from registry.households.personal_numbers import Reason
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.pages import attempt
from registry.kernel.http.web import AnyRequest, versioned
from registry.kernel.work import Work


class EraseForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On the person's page, beside other forms."""

    erase_reason: Reason


@post("/households/{household_id:uuid}/members/{person_id:uuid}/erase", status_code=200)
async def erase_person(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[EraseIn],
) -> Response[PersonRow]:
    """Erase a person on request: numbers, consents, name and relation

    409 `person.kept` names the contract that has to be kept with the person's name, until ten years after its
    end. Numbers can be removed one by one before that. 409 `person.in_draft` names a draft contract that the
    household or person has to be taken out of first.
    """
    made = await erasure.erase(writer, household_id, person_id, data.reason)
    return versioned(request, made, made.version)


@post("/households/{household_id:uuid}/members/{person_id:uuid}/erase")
async def erase_on_page(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Redirect:
    """Erases the person, or shows on its page which contract prevents it."""

    async def effect(data: EraseForm) -> None:
        await erasure.erase(writer, household_id, person_id, data.erase_reason)

    async def shown(form: FormState) -> Response[Any]:
        return await identifiers_pages.person(request, writer, (household_id, person_id), form)

    await attempt(request, writer, EraseForm, effect, shown)
    return Redirect(f"/households/{household_id}/numbers", status_code=303)


handlers = (erase_person,)
page_handlers = (erase_on_page,)
