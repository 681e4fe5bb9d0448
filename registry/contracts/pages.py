"""Pages of contracts: the list, and the way to the others. One contract is `page_contract.py`, registering
`page_start.py`, `page_terms.py`, `page_annex.py` and `page_check.py`, ending and filing `page_actions.py`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from msgspec import Meta, Struct

from registry.contracts import (
    page_actions,
    page_annex,
    page_check,
    page_contract,
    page_queries,
    page_start,
    page_terms,
)
from registry.contracts.model import Status
from registry.contracts.page_queries import PAGE, ContractLine, ContractSearch, NamedChoice, VillageChoice
from registry.contracts.page_words import (
    FILING_TONES,
    FILING_WORDS,
    STATUS_OPTIONS,
    STATUS_TONES,
    status_word,
)
from registry.divisions import service as divisions
from registry.divisions.model import Places
from registry.kernel import money
from registry.kernel.http.callers import LINKED, REGISTRARS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import PlaceCode, ShortText
from registry.kernel.work import Act, Work

LAST: Final = 1_000_000


class ListQuery(Struct, frozen=True, kw_only=True):
    """The address of the list; unknown names are let pass."""

    division: Annotated[PlaceCode, Meta(title="地区")] | None = None
    organization: Annotated[UUID, Meta(title="组织")] | None = None
    status: Annotated[Status, Meta(title="状态")] | None = None
    q: Annotated[ShortText, Meta(title="查找")] | None = None
    offset: Annotated[int, Meta(ge=0, le=LAST, title="页")] = 0

    def address(self, offset: int = 0) -> str:
        """The same list, from another row on."""
        parameters = {"division": self.division, "organization": self.organization, "status": self.status}
        parameters |= {"q": self.q, "offset": offset or None}  # type: ignore[dict-item]
        query = urlencode([(name, str(value)) for name, value in parameters.items() if value is not None])
        return f"/contracts?{query}" if query else "/contracts"


class ListedRow(ContractLine, frozen=True, kw_only=True):
    """A contract with its state in words."""

    state: str


class ContractList(Struct, frozen=True, kw_only=True):
    """The list with its query bar. `households`, `area_mu`, `planned_kg` add up this page only."""

    query: ListQuery
    place: Places | None
    rows: Sequence[ListedRow]
    total: int
    households: int
    area_mu: Decimal
    planned_kg: Decimal
    villages: Sequence[VillageChoice]
    buyers: Sequence[NamedChoice]
    statuses: Sequence[tuple[str, str]]
    status_tones: dict[str, str]
    filing_words: dict[str, str]
    filing_tones: dict[str, str]
    first: int
    next_href: str
    first_href: str
    new_href: str


@get("/contracts", include_in_schema=False)
async def list_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """Contracts, newest first, by place, party, state or a word."""
    query = parse_query(request, ListQuery)
    place = await divisions.narrowed(reader, query.division, reader.act.today) if query.division else None
    page = await _list(reader, query, place)
    name = place.name if place else ""
    links = [Link(name, f"/divisions/{place.code}")] if place else []
    return show("contracts/list.html", page, frame(request, *links, place=name))


async def _list(work: Work, query: ListQuery, place: Places | None) -> ContractList:
    wanted = ContractSearch(
        place=place,
        status=query.status,
        organization_id=query.organization,
        text=query.q or "",
        offset=query.offset,
    )
    found = await page_queries.contracts_found(work, wanted)
    total = found[0].total if found else 0
    new = f"/contracts/new?division={place.code}" if place and place.level == "village" else "/contracts/new"
    after = query.offset + PAGE
    return ContractList(
        query=query,
        place=place,
        rows=[_row(one, work.act) for one in found],
        total=total,
        households=sum(one.households for one in found),
        area_mu=money.total([one.area_mu for one in found if one.area_mu is not None]),
        planned_kg=money.total([one.planned_kg for one in found if one.planned_kg is not None]),
        villages=await page_queries.villages_to_show(work),
        buyers=await page_queries.contract_buyers(work),
        statuses=STATUS_OPTIONS,
        status_tones=dict(STATUS_TONES),
        filing_words=dict(FILING_WORDS),
        filing_tones=dict(FILING_TONES),
        first=query.offset + 1,
        next_href=query.address(after) if after < total else "",
        first_href=query.address() if query.offset else "",
        new_href=new,
    )


def _row(one: ContractLine, act: Act) -> ListedRow:
    fields = {name: getattr(one, name) for name in ContractLine.__struct_fields__}
    return ListedRow(**fields, state=status_word(one, act.today))


_FORMS = [
    *page_start.handlers,
    *page_terms.handlers,
    *page_annex.handlers,
    *page_check.handlers,
    *page_actions.handlers,
]

router = Router(
    path="/",
    opt=admits(read=LINKED, write=REGISTRARS),
    route_handlers=[
        list_page,
        *page_contract.handlers,
        Router(path="/", opt=admits(read=REGISTRARS), route_handlers=_FORMS),
    ],
    include_in_schema=False,
)
