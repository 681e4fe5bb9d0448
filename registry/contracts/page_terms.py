"""Registering, step 2, 约定什么: the term, and per flow of goods who pays whom at which price."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.contracts import annex_lines, drafts, page_queries, parties_and_components, queries
from registry.contracts.inputs import ROLE_NAMES, ComponentIn, ContractPatch, End, Start, order_mistakes
from registry.contracts.kinds import KINDS
from registry.contracts.kinds.kind import Kind, Registered
from registry.contracts.model import ContractRow, PartyRow
from registry.contracts.page_components import ComponentForm, component, pointers, typed
from registry.contracts.page_queries import GradeChoice
from registry.contracts.page_steps import (
    Draft,
    Write,
    attempt,
    draft,
    pressed,
    rows_sent,
    show_again,
    show_step,
    write_draft,
)
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.web import AnyRequest
from registry.kernel.money import UNIT_NAMES
from registry.kernel.types import Version
from registry.kernel.work import Work


class AgreedForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second step as typed."""

    version: Version | None = None
    starts_on: Start | None = None
    ends_on: End | None = None
    components: Annotated[list[ComponentForm], Meta(max_length=20, title="价款")] = []


class TermsPage(Draft, frozen=True, kw_only=True):
    """The second step. `cards`: the kind of each component there is room for; roles named by parties."""

    payers: Sequence[tuple[str, str]]
    payees: Sequence[tuple[str, str]]
    products: Sequence[tuple[str, str]]
    grades: Mapping[str, Sequence[GradeChoice]]
    kinds: Mapping[str, Kind]
    units: Sequence[tuple[str, str]]
    defaults: dict[str, str]
    cards: Sequence[str]
    stored: int


@get("/contracts/{contract_id:uuid}/edit/terms", include_in_schema=False)
async def terms_page(
    request: AnyRequest, reader: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Response[Any]:
    """The second step of a draft as it was saved."""
    return show_step(request, "terms", await _page(reader, contract_id, FormState()))


@post("/contracts/{contract_id:uuid}/edit/terms", include_in_schema=False, status_code=303)
async def save_terms(
    request: AnyRequest, writer: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Redirect:
    """Saves the second step; the buttons that ask for more fields only show the form again."""

    async def shown(form: FormState) -> Response[Any]:
        return show_step(request, "terms", await _page(writer, contract_id, form))

    if await pressed(request, "_more") or await pressed(request, "_grades"):
        await show_again(request, shown)
    await attempt(request, writer, AgreedForm, lambda form: _check(writer, contract_id, form), shown)
    return Redirect(f"/contracts/{contract_id}/edit/annex?saved=1", status_code=303)


async def _check(work: Work, contract_id: UUID, form: AgreedForm) -> Write[ContractRow]:
    cards = [card for card in form.components if not card.remove and not card.terms.blank]
    made = [(card, found) for card in cards if (found := component(card)) is not None]
    wanted = _numbered([one for _, one in made])
    where = pointers([card for card, _ in made])
    known = await parties_and_components.registered(work, [one.terms for one in wanted])
    mistakes = [
        *order_mistakes(form.starts_on, form.ends_on),
        *(mistake for card in cards for mistake in card.missing()),
        *where.moved(_mistakes(wanted, known)),
    ]
    if mistakes:
        raise Invalid(list({(one.pointer, one.code): one for one in mistakes}.values()))
    patch = ContractPatch(starts_on=form.starts_on, ends_on=form.ends_on, components=wanted)
    with where.applied():
        checked = await drafts.check_change(work, contract_id, patch, form.version or 0, known)
    return partial(write_draft, work, checked, where)


def _mistakes(wanted: Sequence[ComponentIn], known: Registered) -> list[Mistake]:
    """What cannot be agreed, and products and grades that are not there."""
    found = [
        replace(mistake, pointer=f"/components/{index}{mistake.pointer}")
        for index, one in enumerate(wanted)
        for mistake in one.mistakes()
    ]
    return [*found, *parties_and_components.product_mistakes([one.terms for one in wanted], known)]


def _numbered(wanted: Sequence[ComponentIn]) -> list[ComponentIn]:
    """New components are numbered after the existing ones: a number is never reused."""
    last = max((one.number for one in wanted if one.number is not None), default=0)
    numbers = count(last + 1)
    return [one if one.number is not None else replace(one, number=next(numbers)) for one in wanted]


async def _page(work: Work, contract_id: UUID, form: FormState) -> TermsPage:
    base = await draft(work, contract_id, form)
    stored = await annex_lines.current_components(work, base.contract)
    parties = await queries.parties(work, base.contract.key)
    grades: dict[str, list[GradeChoice]] = {}
    for grade in await page_queries.grades_to_offer(work):
        grades.setdefault(grade.product_code, []).append(grade)
    payers = _roles(parties)
    return TermsPage(
        **{name: getattr(base, name) for name in Draft.__struct_fields__},
        payers=payers,
        payees=[*payers, ("household", "农户")],
        products=[(one.product_code, one.name) for one in await page_queries.products_to_offer(work)],
        grades=grades,
        kinds=KINDS,
        units=tuple(UNIT_NAMES.items()),
        defaults={
            **_first_card(payers),
            **typed(stored, {code: [one.grade_code for one in found] for code, found in grades.items()}),
        },
        cards=_cards(form, [one.kind for one in stored]),
        stored=len(stored),
    )


def _roles(parties: Sequence[PartyRow]) -> list[tuple[str, str]]:
    """The roles there are parties in, each with who that is."""
    found: dict[str, list[str]] = {}
    for one in parties:
        found.setdefault(one.role, []).append(one.name or one.signed_name)
    return [(role, f"{ROLE_NAMES[role]}：{'、'.join(names)}") for role, names in found.items()]


def _first_card(payers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The plain contract, offered: the buyer pays the household."""
    if "buyer" not in dict(payers):
        return {}
    return {"components-0-payer_role": "buyer", "components-0-payee_role": "household"}


def _cards(form: FormState, stored: Sequence[str]) -> list[str]:
    """The kinds of the cards that are filled, at least one; asking for more gives one more, of that kind."""
    first = next(iter(KINDS))
    rows = max([len(stored), 1, *(row + 1 for row in rows_sent(form, "components"))])
    kept = dict(enumerate(stored))
    found = [form.value(f"components-{row}-terms-kind", kept.get(row, first)) for row in range(rows)]
    if "_more" in form.values:
        found.append(form.value("_more"))
    return [code if code in KINDS else first for code in found]


handlers = [terms_page, save_terms]
