"""Registering, step 3, 哪些农户: households ticked or pasted, with area, plan and displaced crop."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.contracts import annex_lines, kinds, page_queries, page_sync, queries
from registry.contracts.facts import nearest_seasons
from registry.contracts.inputs import Number
from registry.contracts.model import (
    METHOD_NAMES,
    ComponentRow,
    ContractRow,
    ParticipantRow,
    paying_households,
)
from registry.contracts.page_queries import GradeChoice
from registry.contracts.page_rows import AnnexForm, Crops, typed
from registry.contracts.page_steps import Draft, Write, attempt, draft, pressed, rows_sent, show_step
from registry.contracts.page_sync import SyncCounts
from registry.divisions.model import parents
from registry.households import service as households
from registry.households.model import HouseholdFilter, HouseholdItem
from registry.kernel import money
from registry.kernel.errors import Mistake
from registry.kernel.forms.form_state import FormState, Problem
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.pages import parse_query, typed_values
from registry.kernel.http.web import AnyRequest
from registry.kernel.money import UNIT_NAMES
from registry.kernel.types import ShortText
from registry.kernel.work import Act, Work
from registry.reference.model import Season

PAGE: Final = 30
CHOSEN: Final = "chosen"
SHORT_METHODS: Final = (
    ("replaced_crop", "与原来作物比"),
    ("price_premium", "只比价格"),
    ("own_history", "与往年比"),
)


class AnnexQuery(Struct, frozen=True, kw_only=True):
    """Which households the page shows. `only`: "chosen" for those in the annex. `saved`: what was done."""

    component: Number | None = None
    q: Annotated[ShortText, Meta(title="查找")] | None = None
    only: Annotated[ShortText, Meta(title="只看")] | None = None
    after: str | None = None
    saved: Annotated[str, Meta(pattern="^[0-9]{1,4}(-[0-9]{1,4}){2}$|^1$")] | None = None

    def address(self, contract_id: UUID, after: str | None = None, saved: str = "") -> str:
        said = {"component": self.component, "q": self.q, "only": self.only, "after": after, "saved": saved}
        query = urlencode([(name, str(value)) for name, value in said.items() if value])
        return f"/contracts/{contract_id}/edit/annex" + (f"?{query}" if query else "")


class RowsForm(FormState, frozen=True, kw_only=True):
    """A form whose error summary names the household of each mistake. `who`: names by pointer of the row."""

    who: dict[str, str]

    def problems(self) -> list[Problem]:
        found = super().problems()
        if not self.mistakes:
            return found
        return [self._named(one, problem) for one, problem in zip(self.mistakes, found, strict=True)]

    def _named(self, one: Mistake, problem: Problem) -> Problem:
        who = self.who.get("/".join(one.pointer.split("/")[:3]), "")
        return replace(problem, message=f"{who}：{problem.message}") if who else problem


class Flow(Struct, frozen=True, kw_only=True):
    """A component households are paid under, in words, and the page of its households."""

    number: int
    name: str
    sentence: str
    href: str
    current: bool


class Shown(Struct, frozen=True, kw_only=True):
    """A household of the page and its row there."""

    row: int
    household: HouseholdItem


class AnnexPage(Draft, frozen=True, kw_only=True):
    """The third step. Totals are those of the whole component."""

    query: AnnexQuery
    action: str
    flows: Sequence[Flow]
    component: int
    product_name: str
    seasons: Sequence[Season]
    rows: Sequence[Shown]
    defaults: dict[str, str]
    methods: Sequence[tuple[str, str]]
    short_methods: Sequence[tuple[str, str]]
    crops: Sequence[str]
    units: Sequence[tuple[str, str]]
    households: int
    lines: int
    area_mu: Decimal
    planned_kg: Decimal
    next_cursor: str
    first_href: str
    why_not: str


@get("/contracts/{contract_id:uuid}/edit/annex", include_in_schema=False)
async def annex_page(
    request: AnyRequest, reader: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Response[Any]:
    """The households of the village with the lines of the annex."""
    return show_step(request, "annex", await _page(request, reader, contract_id, FormState()))


@post("/contracts/{contract_id:uuid}/edit/annex", include_in_schema=False, status_code=303)
async def save_annex(
    request: AnyRequest, writer: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Redirect:
    """Saves the rows of the page and the pasted block; redirects to the step the button names."""

    async def shown(form: FormState) -> Response[Any]:
        return show_step(request, "annex", await _page(request, writer, contract_id, form))

    done = await attempt(request, writer, AnnexForm, lambda form: _check(writer, contract_id, form), shown)
    if await pressed(request, "_check"):
        return Redirect(f"/contracts/{contract_id}/edit/check?saved=1", status_code=303)
    query = parse_query(request, AnnexQuery)
    after = (await typed_values(request)).get("_next") or query.after
    summary = f"{done.added}-{done.changed}-{done.removed}"
    return Redirect(query.address(contract_id, after, summary), status_code=303)


async def _check(work: Work, contract_id: UUID, form: AnnexForm) -> Write[SyncCounts]:
    return partial(page_sync.write, work, await page_sync.check(work, contract_id, form))


async def _page(request: AnyRequest, work: Work, contract_id: UUID, form: FormState) -> AnnexPage:
    query = parse_query(request, AnnexQuery)
    base = await draft(work, contract_id, form, _done(query.saved))
    contract = base.contract
    known = paying_households(await annex_lines.current_components(work, contract))
    chosen = next((one for one in known if one.number == query.component), known[0] if known else None)
    stored = {} if chosen is None else await page_sync.lines_of(work, contract, chosen)
    crops = Crops(await page_queries.crop_names(work))
    grades = await page_queries.grades_to_offer(work)
    sent = {row: form.value(f"rows-{row}-household_id") for row in rows_sent(form, "rows")}
    # A form shown again has the rows it was sent with, whatever the register holds by now.
    again = await _sent_again(work, contract, sent) if sent else None
    rows, after = (again, None) if again else await _rows(work, contract, stored, query)
    placed = {one.row: stored[k] for one in rows if (k := one.household.household_id) in stored}
    fields = {name: getattr(base, name) for name in Draft.__struct_fields__}
    return AnnexPage(
        **fields | {"form": _form(base.form, rows)},
        query=query,
        action=query.address(contract_id, query.after),
        flows=[_flow(one, chosen, contract_id, grades) for one in known],
        component=chosen.number if chosen else 0,
        product_name=(chosen.product_name or "") if chosen else "",
        seasons=[] if chosen is None else await _seasons(work, contract, chosen),
        rows=rows,
        defaults={"method": "replaced_crop", **typed(placed, crops)},
        methods=tuple(METHOD_NAMES.items()),
        short_methods=SHORT_METHODS,
        crops=tuple(crops.names.values()),
        units=tuple((unit, name) for unit, name in UNIT_NAMES.items() if unit in ("kg", "jin")),
        households=await households.count(work, _filter(contract, work.act, query)),
        lines=len(stored),
        area_mu=money.total([row.area_mu for row in stored.values() if row.area_mu is not None]),
        planned_kg=money.total([row.planned_kg for row in stored.values() if row.planned_kg is not None]),
        next_cursor=after or "",
        first_href=query.address(contract_id) if query.after else "",
        why_not=_why_not(contract, chosen),
    )


async def _seasons(work: Work, contract: ContractRow, component: ComponentRow) -> list[Season]:
    """The seasons of the component's product within the term, of the nearest division upward that has any."""
    product, chain = component.product_code or "", parents(contract.village_code)
    found = await queries.seasons(work, [product], list(chain), contract.starts_on, contract.ends_on)
    return nearest_seasons(found, contract.village_code).get(product, [])


def _form(form: FormState, rows: Sequence[Shown]) -> RowsForm:
    who = {f"/rows/{one.row}": f"{one.household.number} {one.household.head_name or ''}" for one in rows}
    return RowsForm(**{name: getattr(form, name) for name in FormState.__struct_fields__}, who=who)


def _done(saved: str | None) -> str:
    """What was just saved, in words."""
    if saved is None or "-" not in saved:
        return ""
    counts = zip(saved.split("-"), ("新增", "修改", "移出"), strict=True)
    said = [f"{verb} {int(count)} 户" for count, verb in counts if int(count)]
    return "，".join(said) or "没有改动"


def _why_not(contract: ContractRow, chosen: ComponentRow | None) -> str:
    if chosen is None:
        return "第二步还没有付给农户的价款"
    return "" if contract.starts_on and contract.ends_on else "第二步还没有填合同的起止日期"


def _flow(
    one: ComponentRow, chosen: ComponentRow | None, contract_id: UUID, grades: Sequence[GradeChoice]
) -> Flow:
    names = {grade.grade_code: grade.name for grade in grades if grade.product_code == one.product_code}
    return Flow(
        number=one.number,
        name=one.product_name or "",
        sentence=kinds.sentence(one.terms, names),
        href=AnnexQuery(component=one.number).address(contract_id),
        current=chosen is not None and chosen.number == one.number,
    )


def _filter(contract: ContractRow, act: Act, query: AnnexQuery) -> HouseholdFilter:
    day = contract.starts_on or act.today
    return HouseholdFilter(day=day, division=contract.village_code, search=query.q, valid_on=day)


async def _rows(
    work: Work, contract: ContractRow, stored: dict[UUID, ParticipantRow], query: AnnexQuery
) -> tuple[list[Shown], str | None]:
    """The households of the page and the cursor of the next one."""
    if query.only == CHOSEN:
        return await _chosen(work, contract, stored, query)
    after = after_keys(query.after, tuple[str, str, UUID])
    found = await households.listed(work, _filter(contract, work.act, query), after, PAGE + 1)
    page = cut_keys(found, PAGE, lambda one: (one.village_code, one.number, one.household_id))
    return [Shown(row=row, household=one) for row, one in enumerate(page.items)], page.next_cursor


async def _sent_again(work: Work, contract: ContractRow, sent: dict[int, str]) -> list[Shown]:
    ids: dict[int, UUID] = {}
    for row, text in sent.items():
        try:
            ids[row] = UUID(text)
        except ValueError:
            continue
    known = await households.summaries(work, contract.county_code, list(ids.values()), work.act.today)
    return [Shown(row=row, household=known[key]) for row, key in ids.items() if key in known]


async def _chosen(
    work: Work, contract: ContractRow, stored: dict[UUID, ParticipantRow], query: AnnexQuery
) -> tuple[list[Shown], str | None]:
    (line,) = after_keys(query.after, tuple[int]) or (0,)
    later = sorted((row for row in stored.values() if row.line_no > line), key=lambda row: row.line_no)
    page = cut_keys(later, PAGE, lambda row: (row.line_no,))
    ids = [row.household_id for row in page.items]
    known = await households.summaries(work, contract.county_code, ids, work.act.today)
    shown = [Shown(row=row, household=known[key]) for row, key in enumerate(ids) if key in known]
    return shown, page.next_cursor


handlers = [annex_page, save_annex]
