"""Consents of a household's members over REST."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.households import consents
from registry.households.consents_model import Consent, ConsentIn, Withdrawal
from registry.kernel.http.web import AnyRequest, Page, versioned
from registry.kernel.work import Work

PATH: Final = "/households/{household_id:uuid}/members/{person_id:uuid}/consents"


@get(PATH)
async def list_consents(
    reader: NamedDependency[Work], household_id: FromPath[UUID], person_id: FromPath[UUID]
) -> Page[Consent]:
    """What a person has consented to be passed on, withdrawn and former consents included"""
    return Page(items=await consents.listed(reader, household_id, person_id))


@post(PATH)
async def create_consent(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[ConsentIn],
) -> Response[Consent]:
    """Record a person's separate consent: which fields, to whom, for which purpose, until when"""
    made = await consents.give(writer, household_id, person_id, data)
    return versioned(request, made, made.version, 201)


@post(f"{PATH}/{{consent_id:uuid}}/withdraw", status_code=200)
async def withdraw_consent(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    consent_id: FromPath[UUID],
    data: JSONBody[Withdrawal],
) -> Response[Consent]:
    """Withdraw a consent: from that day nothing is passed on by it"""
    made = await consents.withdraw(
        writer, household_id, person_id=person_id, consent_id=consent_id, said=data
    )
    return versioned(request, made, made.version)


handlers = (list_consents, create_consent, withdraw_consent)
