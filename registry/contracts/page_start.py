"""Registering, step 1, 谁和谁: the village, what the contract is called, and its parties in roles."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import UNSET, Meta, Struct

from registry.contracts import drafts, page_parties, page_queries, queries
from registry.contracts.inputs import ROLE_NAMES, ContractIn, ContractNumber, ContractPatch, Title
from registry.contracts.model import ContractRow, FrameworkRow
from registry.contracts.page_parties import PartyForm
from registry.contracts.page_queries import OrganizationChoice, VillageChoice
from registry.contracts.page_steps import (
    Draft,
    Write,
    attempt,
    draft,
    new_key,
    pressed,
    rows_sent,
    show_again,
    show_step,
    write_draft,
)
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import DivisionCode, LongText, PlaceCode, Version
from registry.kernel.work import Work

FILING: Final = (("missing", "要备案"), ("not_required", "不需备案"))
SPARE_ROWS: Final = 2


class StartForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first step as typed. Village and framework are those of a new contract only."""

    version: Version | None = None
    village_code: Annotated[DivisionCode, Meta(title="村")] | None = None
    framework_id: Annotated[UUID, Meta(title="框架协议")] | None = None
    title: Title | None = None
    number: ContractNumber | None = None
    filing_state: Annotated[Literal["missing", "not_required"], Meta(title="备案")] | None = None
    note: Annotated[LongText, Meta(title="备注")] | None = None
    parties: Annotated[list[PartyForm], Meta(max_length=50, title="当事方")] = []

    def missing(self, *, new: bool) -> Iterator[Mistake]:
        """What has to be there."""
        if new and self.village_code is None:
            yield Mistake("/village_code", "required", "请选这份合同属于哪个村")
        if self.title is None:
            yield Mistake("/title", "required", "请填合同名称，例如“2022 年辣椒订单收购合同”")


class Choices(Struct, frozen=True, kw_only=True):
    """What the first step offers."""

    roles: Sequence[tuple[str, str]]
    filing: Sequence[tuple[str, str]]
    organizations: Sequence[OrganizationChoice]
    villages: Sequence[VillageChoice]
    frameworks: Sequence[FrameworkRow]


class NewPage(Struct, frozen=True, kw_only=True):
    """The first step of a contract that is not there yet."""

    contract: None
    form: FormState
    key: str
    saved: str
    village_code: str
    choices: Choices
    defaults: dict[str, str]
    rows: int


class StartPage(Draft, frozen=True, kw_only=True):
    """The first step of a draft. `rows`: how many parties there is room for."""

    choices: Choices
    defaults: dict[str, str]
    rows: int


@get("/contracts/new", include_in_schema=False)
async def new_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
) -> Response[Any]:
    """An empty first step, for a village if the address names one."""
    return await _new(request, reader, division or "", FormState())


@post("/contracts/new", include_in_schema=False, status_code=303)
async def create_page(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    """Saves a new draft and goes on to what was agreed."""

    async def shown(form: FormState) -> Response[Any]:
        return await _new(request, writer, form.value("village_code"), form)

    if await pressed(request, "_more"):
        await show_again(request, shown)
    made = await attempt(request, writer, StartForm, lambda form: _check_new(writer, form), shown)
    return Redirect(f"/contracts/{made.contract_id}/edit/terms?saved=1", status_code=303)


@get("/contracts/{contract_id:uuid}/edit/parties", include_in_schema=False)
async def parties_page(
    request: AnyRequest, reader: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Response[Any]:
    """The first step of a draft as it was saved."""
    return show_step(request, "start", await _stored(reader, contract_id, FormState()))


@post("/contracts/{contract_id:uuid}/edit/parties", include_in_schema=False, status_code=303)
async def save_parties(
    request: AnyRequest, writer: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Redirect:
    """Saves the first step of a draft."""

    async def shown(form: FormState) -> Response[Any]:
        return show_step(request, "start", await _stored(writer, contract_id, form))

    if await pressed(request, "_more"):
        await show_again(request, shown)
    await attempt(request, writer, StartForm, lambda form: _check_change(writer, contract_id, form), shown)
    return Redirect(f"/contracts/{contract_id}/edit/terms?saved=1", status_code=303)


async def _check_new(work: Work, form: StartForm) -> Write[ContractRow]:
    named = await page_parties.resolve(work, form.parties, [])
    mistakes = [*form.missing(new=True), *named.mistakes]
    if mistakes or form.village_code is None or form.title is None:
        raise Invalid(mistakes)
    new = fill(
        ContractIn,
        form,
        village_code=form.village_code,
        title=form.title,
        filing_state=form.filing_state or "missing",
        parties=named.parties,
    )
    with named.pointers.applied():
        page_parties.check_twice(named)
        checked = await drafts.check_new(work, new)
    return partial(write_draft, work, checked, named.pointers)


async def _check_change(work: Work, contract_id: UUID, form: StartForm) -> Write[ContractRow]:
    row = await queries.contract(work, contract_id)
    named = await page_parties.resolve(work, form.parties, await queries.parties(work, row.key))
    mistakes = [*form.missing(new=False), *named.mistakes]
    if mistakes or form.title is None:
        raise Invalid(mistakes)
    patch = fill(
        ContractPatch,
        form,
        title=form.title,
        filing_state=UNSET if form.filing_state is None else form.filing_state,
        parties=named.parties,
    )
    with named.pointers.applied():
        page_parties.check_twice(named)
        checked = await drafts.check_change(work, contract_id, patch, form.version or 0)
    return partial(write_draft, work, checked, named.pointers)


async def _new(request: AnyRequest, work: Work, village: str, form: FormState) -> Response[Any]:
    choices = await _choices(work, village, work.act.today)
    page = NewPage(
        contract=None,
        form=form,
        key=new_key(),
        saved="",
        village_code=village,
        choices=choices,
        defaults={"parties-0-role": "buyer", "parties-1-role": "organiser"},
        rows=_rows(form, 0),
    )
    return show("contracts/start.html", page, frame(request, Link("合同", "/contracts")))


async def _stored(work: Work, contract_id: UUID, form: FormState) -> StartPage:
    base = await draft(work, contract_id, form)
    parties = await queries.parties(work, base.contract.key)
    defaults = page_parties.typed(parties)
    choices = await _choices(work, base.contract.village_code, work.act.today)
    return StartPage(
        **{name: getattr(base, name) for name in Draft.__struct_fields__},
        choices=choices,
        defaults=defaults,
        rows=_rows(form, len(parties)),
    )


def _rows(form: FormState, stored: int) -> int:
    """Rows that are filled and some spare ones; asking for more gives more."""
    more = SPARE_ROWS if "_more" in form.values else 0
    return max([stored + SPARE_ROWS, 3, *(row + 1 for row in rows_sent(form, "parties"))]) + more


async def _choices(work: Work, village: str, day: date) -> Choices:
    frameworks = await queries.frameworks(work, queries.FrameworkFilter())
    return Choices(
        roles=[(role, name) for role, name in ROLE_NAMES.items() if role != "household"],
        filing=FILING,
        organizations=await page_queries.organizations_to_offer(work, village, day),
        villages=await page_queries.villages_with_households(work, day),
        frameworks=[one for one in frameworks if one.ends_on >= day],
    )


handlers = [new_page, create_page, parties_page, save_parties]
