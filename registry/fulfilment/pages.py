"""Pages of deliveries: the list, one weigh ticket, entering a table of slips, voiding."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct

from registry.contracts import kinds
from registry.contracts import service as contracts
from registry.contracts.model import ContractRow, ParticipantRow
from registry.divisions import service as divisions
from registry.fulfilment import grid, service
from registry.fulfilment.grid import GridIn
from registry.fulfilment.model import DeliveryDetail, DeliveryFilter, DeliveryRow, Totals, VoidIn
from registry.kernel import money
from registry.kernel.errors import Invalid, Warned
from registry.kernel.fill import fill
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import LINKED, REGISTRARS, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import DivisionCode
from registry.kernel.work import Work
from registry.reference import codes
from registry.reference.model import GradeRow

PAGE: Final = 50
UNITS: Final = tuple(money.UNIT_NAMES.items())
MISSING: Final = {"market_price": "缺当日市场价", "grade_price": "合同没有写这个等级的价格"}


class ListQuery(Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; an empty field narrows nothing."""

    division: DivisionCode | None = None
    contract: Annotated[UUID, Meta(title="合同")] | None = None
    household: Annotated[UUID, Meta(title="农户")] | None = None
    first_day: Annotated[date, Meta(title="起")] | None = None
    last_day: Annotated[date, Meta(title="止")] | None = None
    unpriced: bool | None = None
    totals: bool | None = None
    cursor: str | None = None


class DeliveriesPage(Struct, frozen=True, kw_only=True):
    """totals: None if there are too many tickets to add them up for each page; totals_href asks for them."""

    rows: Sequence[DeliveryRow]
    totals: Totals | None
    totals_href: str
    query: ListQuery
    contract: ContractRow | None
    place_name: str
    missing: dict[str, str]
    units: dict[str, str]
    next_href: str
    first_href: str


class DeliveryPage(Struct, frozen=True, kw_only=True):
    delivery: DeliveryDetail
    form: FormState
    missing: dict[str, str]
    units: dict[str, str]
    key: str


class GridPage(Struct, frozen=True, kw_only=True):
    """The table of inputs of one contract. `prices`: the terms, in a sentence per product."""

    contract: ContractRow
    prices: Sequence[tuple[str, str]]
    products: Sequence[tuple[str, str]]
    members: Sequence[str]
    form: FormState
    units: Sequence[tuple[str, str]]
    grades: Sequence[tuple[str, str]]
    rows: Sequence[int]
    day: date
    key: str


@get("/deliveries", include_in_schema=False)
async def deliveries_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """Weigh tickets, newest day first, voided ones struck through."""
    query = parse_query(request, ListQuery)
    wanted = fill(
        DeliveryFilter,
        query,
        contract_id=query.contract,
        household_id=query.household,
        unpriced=query.unpriced or None,
    )
    after = after_keys(query.cursor, tuple[date, UUID])
    found = await service.deliveries(reader, wanted, after=after, limit=PAGE + 1)
    cut = cut_keys(found, PAGE, lambda row: (row.day, row.delivery_id))
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    summed = query.totals or service.adds_up_quickly(reader, wanted)
    contract = await contracts.contract(reader, query.contract) if query.contract else None
    names = await divisions.names(reader, [query.division] if query.division else [])
    page = DeliveriesPage(
        rows=cut.items,
        totals=await service.deliveries_total(reader, wanted) if summed else None,
        totals_href=f"/deliveries?{urlencode([*kept, ('totals', 'true')])}",
        query=query,
        contract=contract,
        place_name=names.get(query.division or "", ""),
        missing=MISSING,
        units=dict(UNITS),
        next_href=f"/deliveries?{urlencode([*kept, ('cursor', cut.next_cursor)])}" if cut.next_cursor else "",
        first_href=f"/deliveries?{urlencode(kept)}" if query.cursor else "",
    )
    crumbs = [Link(name, f"/divisions/{code}") for code, name in names.items()]
    crumbs += [_contract_link(contract)] if contract else []
    return show("fulfilment/list.html", page, frame(request, *crumbs, place=page.place_name))


@get("/deliveries/{delivery_id:uuid}", include_in_schema=False)
async def delivery_page(
    request: AnyRequest, reader: NamedDependency[Work], delivery_id: FromPath[UUID]
) -> Response[str]:
    """One weigh ticket with its prices, its shares and the warnings it was entered over."""
    return await _ticket(request, reader, delivery_id, FormState())


@post("/deliveries/{delivery_id:uuid}", include_in_schema=False)
async def void_delivery(
    request: AnyRequest,
    writer: NamedDependency[Work],
    delivery_id: FromPath[UUID],
) -> Redirect:
    """Voids the ticket with a reason; it stays visible."""

    async def effect(data: VoidIn) -> DeliveryRow:
        return await service.void(writer, delivery_id, data.reason)

    async def shown(form: FormState) -> Response[Any]:
        return await _ticket(request, writer, delivery_id, form)

    await attempt(request, writer, VoidIn, effect, shown)
    return Redirect(f"/deliveries/{delivery_id}", status_code=303)


@get("/contracts/{contract_id:uuid}/deliveries/new", include_in_schema=False, opt=admits(read=REGISTRARS))
async def grid_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    contract_id: FromPath[UUID],
) -> Response[str]:
    """A table of inputs, one row one weigh ticket."""
    return await _grid(request, reader, contract_id, FormState())


@post("/contracts/{contract_id:uuid}/deliveries/new", include_in_schema=False)
async def enter_grid(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
) -> Redirect:
    """Enters all slips of the table, or none."""

    async def effect(data: GridIn) -> None:
        await _enter(writer, contract_id, data)

    async def shown(form: FormState) -> Response[Any]:
        return await _grid(request, writer, contract_id, form)

    await attempt(request, writer, GridIn, effect, shown)
    return Redirect(f"/deliveries?contract={contract_id}", status_code=303)


async def _enter(work: Work, contract_id: UUID, data: GridIn) -> None:
    """Invalid with the mistakes of every row, Warned until each warning has its reason."""
    members = await contracts.annex(work, contract_id, data.day)
    found = grid.read(data, contract_id, members)
    reasons = grid.overrides_of(data.overrides, found.places)
    dry = bool(found.mistakes)
    outcomes = await service.enter(work, found.deliveries, dry_run=dry, overrides=reasons)
    mistakes = [*found.mistakes, *grid.mistakes_of(outcomes, found.places)]
    if mistakes:
        raise Invalid(sorted(mistakes, key=lambda one: _row_of(one.pointer)))
    warnings = grid.warnings_of(outcomes, found.places)
    if warnings:
        raise Warned(warnings)


def _row_of(pointer: str) -> int:
    index = pointer.removeprefix("/rows/").partition("/")[0]
    return int(index) if index.isdecimal() else -1


async def _ticket(request: AnyRequest, work: Work, delivery_id: UUID, form: FormState) -> Response[str]:
    row = await service.get(work, delivery_id)
    page = DeliveryPage(
        delivery=DeliveryDetail.of(row, await service.findings_of(work, row)),
        form=form,
        missing=MISSING,
        units=dict(UNITS),
        key=str(uuid4()),
    )
    contract = await contracts.contract(work, row.contract_id)
    crumbs = (_contract_link(contract), Link("过磅单", f"/deliveries?contract={row.contract_id}"))
    return show("fulfilment/detail.html", page, frame(request, *crumbs))


async def _grid(request: AnyRequest, work: Work, contract_id: UUID, form: FormState) -> Response[str]:
    contract = await contracts.contract(work, contract_id)
    members = await contracts.annex(work, contract_id, work.act.today)
    components = await contracts.pricing_components(work, [contract_id], work.act.today)
    paid = [one for one in components if one.payee_role == "household"]
    graded = await codes.grades_of(work, {one.product_code for one in paid if one.product_code})
    page = GridPage(
        contract=contract,
        prices=[
            (one.product_name or "", kinds.sentence(one.terms, _grade_names(graded, one.product_code)))
            for one in paid
        ],
        products=[(one.product_code or "", one.product_name or "") for one in paid],
        members=_suggestions(members),
        form=form,
        units=UNITS,
        grades=list(dict.fromkeys((g.grade_code, g.name) for own in graded.values() for g in own)),
        rows=range(max(grid.ROWS, _typed_rows(form))),
        day=min(work.act.today, contract.ends_on or work.act.today),
        key=str(uuid4()),
    )
    crumbs = (_contract_link(contract), Link("过磅单", f"/deliveries?contract={contract_id}"))
    return show("fulfilment/grid.html", page, frame(request, *crumbs, section="/deliveries"))


def _grade_names(graded: Mapping[str, Sequence[GradeRow]], product_code: str | None) -> dict[str, str]:
    return {grade.grade_code: grade.name for grade in graded.get(product_code or "", ())}


def _typed_rows(form: FormState) -> int:
    """How many rows of the table something was typed in."""
    indices = [name.split("-")[1] for name in form.values if name.startswith("rows-") and form.values[name]]
    return max((int(index) + 1 for index in indices if index.isdecimal()), default=0)


def _suggestions(members: Sequence[ParticipantRow]) -> list[str]:
    return sorted({grid.label(member) for member in members if not member.withdrawn})


def _contract_link(contract: ContractRow) -> Link:
    return Link(contract.title, f"/contracts/{contract.contract_id}")


router = Router(
    path="/",
    opt=admits(read=LINKED, write=REGISTRARS),
    route_handlers=[deliveries_page, delivery_page, void_delivery, grid_page, enter_grid],
    include_in_schema=False,
)
