"""The page of one contract: who agreed what, the annex, what has happened, findings, versions, filing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta, Struct

from registry.contracts import page_queries, queries, views
from registry.contracts.inputs import ROLE_NAMES
from registry.contracts.model import FILING_STEPS, METHOD_NAMES, ParticipantRow
from registry.contracts.page_queries import DeliveredProduct, PaidComponent
from registry.contracts.page_rows import Crops
from registry.contracts.page_words import FILING_TONES, FILING_WORDS, STATUS_TONES, crumbs, status_word
from registry.contracts.queries import FindingRow
from registry.contracts.views import ContractView
from registry.kernel import money
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work

LINES: Final = 60
FINDINGS: Final = 10
DONE: Final[Mapping[str, str]] = {
    "signed": "合同已签订，从开始日期起计算。",
    "completed": "合同已完成。",
    "terminated": "合同已终止。",
    "cancelled": "合同已取消。",
    "filed": "备案情况已更新。",
}


class ContractQuery(Struct, frozen=True, kw_only=True):
    """The part of the annex shown follows line `after`; `findings`: "all" shows every one."""

    after: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    findings: str | None = None
    done: str | None = None


class Line(Struct, frozen=True, kw_only=True):
    """An annex line with what was delivered on it, kg, and its share of the plan in percent."""

    row: ParticipantRow
    displaced: str
    delivered_kg: Decimal
    share: Decimal | None


class Progress(Struct, frozen=True, kw_only=True):
    """What was delivered of a product in a season against what is planned for each."""

    product: DeliveredProduct
    planned_kg: Decimal | None
    share: Decimal | None


class Money(Struct, frozen=True, kw_only=True):
    """What the tickets come to under a component."""

    who: str
    paid: PaidComponent


class ContractPage(Struct, frozen=True, kw_only=True):
    """A contract as a clerk reads it."""

    view: ContractView
    state: str
    status_tone: str
    filing_word: str
    filing_tone: str
    roles: Mapping[str, str]
    methods: Mapping[str, str]
    lines: Sequence[Line]
    several: bool
    households: int
    area_mu: Decimal
    planned_kg: Decimal
    happened: Sequence[Progress]
    money: Sequence[Money]
    findings: Sequence[FindingRow]
    hidden_findings: int
    can_file: bool
    next_href: str
    first_href: str


@get("/contracts/{contract_id:uuid}", include_in_schema=False)
async def contract_page(
    request: AnyRequest, reader: NamedDependency[Work], contract_id: FromPath[UUID]
) -> Response[str]:
    """A contract with everything that belongs to it."""
    query = parse_query(request, ContractQuery)
    view = await views.contract_view(reader, contract_id, reader.act.today)
    page = await _page(reader, view, query)
    links = crumbs(view.village_code, view.village_name, Link(view.title, f"/contracts/{contract_id}"))
    notice = DONE.get(query.done or "", "")
    return show("contracts/detail.html", page, frame(request, *links, place=view.village_name, notice=notice))


async def _page(work: Work, view: ContractView, query: ContractQuery) -> ContractPage:
    rows = await queries.participants(work, view, work.act.today, after_line=query.after, limit=LINES + 1)
    shown, more = rows[:LINES], len(rows) > LINES
    paid = await page_queries.paid_by_component(work, view.key)
    delivered = await page_queries.delivered_by_product(work, view.key)
    annexes = [one.annex for one in view.components if one.annex is not None]
    return ContractPage(
        view=view,
        state=status_word(view, work.act.today),
        status_tone=STATUS_TONES[view.status],
        filing_word=FILING_WORDS[view.filing_state],
        filing_tone=FILING_TONES[view.filing_state],
        roles=ROLE_NAMES,
        methods=METHOD_NAMES,
        lines=await _lines(work, view, shown, Counter(one.product_code for one in delivered)),
        several=len(annexes) > 1,
        households=sum(one.households for one in annexes),
        area_mu=money.total([one.area_mu for one in annexes if one.area_mu is not None]),
        planned_kg=money.total([one.planned_kg for one in annexes if one.planned_kg is not None]),
        happened=[_progress(one, view) for one in delivered],
        money=[
            Money(who=_flow(one.payer_role, one.payee_role), paid=paid[one.component_id])
            for one in view.components
            if one.component_id in paid
        ],
        findings=view.findings if query.findings == "all" else view.findings[:FINDINGS],
        hidden_findings=0 if query.findings == "all" else max(len(view.findings) - FINDINGS, 0),
        can_file=view.status != "cancelled" and bool(FILING_STEPS[view.filing_state]),
        next_href=_address(view, {"after": str(shown[-1].line_no)}) if more else "",
        first_href=_address(view, {}) if query.after else "",
    )


async def _lines(
    work: Work, view: ContractView, rows: Sequence[ParticipantRow], seasons: Mapping[str, int]
) -> list[Line]:
    """Annex lines with what was delivered in all seasons. `seasons`: how many had deliveries, by product;
    what is planned is planned for each."""
    products = {one.component_id: one.product_code or "" for one in view.components}
    delivered = await page_queries.delivered_by_household(work, view, {row.household_id for row in rows})
    crops = Crops(await page_queries.crop_names(work))
    found = []
    for row in rows:
        product = products.get(row.component_id, "")
        kilograms = delivered.get((row.household_id, product), Decimal("0.00"))
        planned = (row.planned_kg or Decimal(0)) * seasons.get(product, 1)
        share = money.percent2(kilograms, planned)
        found.append(Line(row=row, displaced=crops.text(row), delivered_kg=kilograms, share=share))
    return found


def _progress(one: DeliveredProduct, view: ContractView) -> Progress:
    planned = [
        component.annex.planned_kg
        for component in view.components
        if component.annex is not None and component.product_code == one.product_code
    ]
    known = [amount for amount in planned if amount is not None]
    total = money.total(known) if known else None
    return Progress(
        product=one, planned_kg=total, share=None if not total else money.percent2(one.net_kg, total)
    )


def _flow(payer: str, payee: str) -> str:
    return f"{ROLE_NAMES.get(payer, payer)}付给{ROLE_NAMES.get(payee, payee)}"


def _address(view: ContractView, parameters: Mapping[str, str]) -> str:
    query = urlencode(parameters)
    return f"/contracts/{view.contract_id}" + (f"?{query}#annex" if query else "#annex")


handlers = [contract_page]
