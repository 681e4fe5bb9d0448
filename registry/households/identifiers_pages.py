"""Pages of what is personal: a household's numbers, masked; one person's numbers and consents, with forms.
A whole number is only in the answer to its reveal."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct

from registry.access import reveals
from registry.divisions import service as divisions
from registry.households import consents, identifiers, members, service
from registry.households.consents_model import FIELDS, Consent, ConsentIn, Field, Withdrawal
from registry.households.identifiers_model import Identifier, IdentifierIn, Revealed
from registry.households.model import Household, Member, PersonRow
from registry.households.personal_numbers import KINDS, NumberKind, Reason, Typed
from registry.kernel.crypto.vault import Vault
from registry.kernel.errors import Invalid
from registry.kernel.forms import form_state
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.pages import attempt, parse_form, show, typed_values
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest, Providers, identity_of
from registry.kernel.work import Act, Work

PERSON: Final = "/households/{household_id:uuid}/members/{person_id:uuid}"


class MemberNumbers(Struct, frozen=True, kw_only=True):
    """A member with the masks of what is kept of it, by kind."""

    member: Member
    masks: Mapping[str, str]


class NumbersPage(Struct, frozen=True, kw_only=True):
    """Context of households/numbers.html."""

    household: Household
    rows: Sequence[MemberNumbers]
    kinds: Mapping[NumberKind, str]


class PersonPage(Struct, frozen=True, kw_only=True):
    """Context of households/person.html. revealed: the whole number, in the answer to its reveal only."""

    household: Household
    person: PersonRow
    form: FormState
    numbers: Sequence[Identifier]
    kinds: Mapping[NumberKind, str]
    kept: Sequence[tuple[str, str]]
    revealed: Revealed | None
    consents: Sequence[Consent]
    fields: Mapping[Field, str]
    receivers: Sequence[tuple[str, str]]
    today: date


class NumberForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Annotated[NumberKind, Meta(title="种类", extra={"labels": KINDS})]
    value: Typed
    source_date: Annotated[date, Meta(title="资料日期")] | None = None


class RevealForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    what: Annotated[NumberKind, Meta(title="要看的号码", extra={"labels": KINDS})]
    reason: Reason


class RemoveForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: NumberKind


@get("/households/{household_id:uuid}/numbers")
async def numbers_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
) -> Response[str]:
    """The household's members with the masks of their numbers."""
    household = await service.detail(reader, household_id, reader.act.today)
    masks: dict[UUID, dict[str, str]] = {}
    for one in await identifiers.listed(reader, household_id):
        masks.setdefault(one.person_id, {})[one.kind] = one.mask
    rows = [MemberNumbers(member=one, masks=masks.get(one.person_id, {})) for one in household.members]
    page = NumbersPage(household=household, rows=rows, kinds=KINDS)
    return show("households/numbers.html", page, frame(request, *await _crumbs(reader, household)))


@get(f"{PERSON}/numbers")
async def person_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Response[str]:
    """One person's numbers and consents."""
    return await person(request, reader, (household_id, person_id))


@post(f"{PERSON}/numbers", opt=UNKEPT)
async def save_number(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    vault: NamedDependency[Vault],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Redirect:
    """Stores a number; on a mistake the input is in the form of this answer again, nowhere else."""

    async def effect(data: NumberForm) -> None:
        new = IdentifierIn(value=data.value, source_date=data.source_date)
        await identifiers.put(
            writer, vault, household_id=household_id, person_id=person_id, kind=data.kind, new=new
        )

    async def shown(form: FormState) -> Response[Any]:
        return await person(request, writer, (household_id, person_id), form)

    await attempt(request, writer, NumberForm, effect, shown)
    return _back(household_id, person_id)


@post(f"{PERSON}/numbers/remove", opt=UNKEPT)
async def remove_number(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Redirect:
    """Removes a number; one that is gone already is no mistake."""
    data = await parse_form(request, RemoveForm)
    await identifiers.remove(writer, household_id=household_id, person_id=person_id, kinds=[data.kind])
    return _back(household_id, person_id)


@post(f"{PERSON}/numbers/reveal", opt=UNKEPT, status_code=200)
async def reveal_number(
    request: AnyRequest,
    *,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Response[str]:
    """Shows one whole number once, after a reason was given."""
    who = (household_id, person_id)
    try:
        data = await parse_form(request, RevealForm)
    except Invalid as error:
        form = form_state.with_errors(await typed_values(request), error)
        async with providers.reader(identity_of(request), act) as work:
            page = await person(request, work, who, form)
        page.status_code = error.status
        return page
    async with reveals.revealing(providers, request, act) as work:
        found = await identifiers.reveal(
            work,
            vault,
            household_id=household_id,
            person_id=person_id,
            kind=data.what,
            reason=data.reason,
        )
        return await person(request, work, who, revealed=found)


@post(f"{PERSON}/consents")
async def save_consent(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Redirect:
    """Records a consent."""

    async def effect(data: ConsentIn) -> None:
        await consents.give(writer, household_id, person_id, data)

    async def shown(form: FormState) -> Response[Any]:
        return await person(request, writer, (household_id, person_id), form)

    await attempt(request, writer, ConsentIn, effect, shown)
    return _back(household_id, person_id)


@post(f"{PERSON}/consents/{{consent_id:uuid}}/withdraw")
async def end_consent(
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    consent_id: FromPath[UUID],
) -> Redirect:
    """Withdraws a consent from today on."""
    await consents.withdraw(
        writer, household_id, person_id=person_id, consent_id=consent_id, said=Withdrawal()
    )
    return _back(household_id, person_id)


def _back(household_id: UUID, person_id: UUID) -> Redirect:
    return Redirect(f"/households/{household_id}/members/{person_id}/numbers", status_code=303)


async def person(
    request: AnyRequest,
    work: Work,
    who: tuple[UUID, UUID],
    form: FormState | None = None,
    *,
    revealed: Revealed | None = None,
) -> Response[str]:
    """The page of one person (ids of household and person), with a form as it was typed."""
    household = await service.detail(work, who[0], work.act.today)
    numbers = await identifiers.of_person(work, *who)
    receivers = await consents.receivers(work, household.county_code, household.household_id)
    page = PersonPage(
        household=household,
        person=await members.member(work, *who),
        form=form or FormState(),
        numbers=numbers,
        kinds=KINDS,
        kept=[(one.kind, KINDS[one.kind]) for one in numbers],
        revealed=revealed,
        consents=await consents.listed(work, *who),
        fields=FIELDS,
        receivers=[(str(one.organization_id), one.name) for one in receivers],
        today=work.act.today,
    )
    crumbs = await _crumbs(work, household)
    crumbs.append(Link("证件、电话和账号", f"/households/{household.household_id}/numbers"))
    return show("households/person.html", page, frame(request, *crumbs, section="/households"))


async def _crumbs(work: Work, household: Household) -> list[Link]:
    names = await divisions.names(work, [household.village_code])
    crumbs = [Link(name, f"/divisions/{code}") for code, name in names.items()]
    crumbs.append(Link("农户", f"/households?division={household.village_code}"))
    crumbs.append(Link(household.head_name or household.number, f"/households/{household.household_id}"))
    return crumbs


handlers = (
    numbers_page,
    person_page,
    save_number,
    remove_number,
    reveal_number,
    save_consent,
    end_consent,
)
