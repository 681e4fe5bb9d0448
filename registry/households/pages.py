"""Pages of households: the list. Registering one is `page_new.py`, changing one `page_edit.py`; one household
with its years is gains', pasting a roster exchange's."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from msgspec import Meta, Struct

from registry.divisions import service as divisions
from registry.households import (
    erasure_routes,
    identifiers,
    identifiers_pages,
    page_edit,
    page_new,
    page_queries,
    service,
)
from registry.households.model import HouseholdFilter, HouseholdItem
from registry.households.page_queries import Township
from registry.households.personal_numbers import Sought
from registry.kernel.crypto.vault import Vault
from registry.kernel.http.callers import REGISTRARS, VIEWERS, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import CodeWord, Count, PlaceCode
from registry.kernel.work import Work

PAGE: Final = 50


class ListQuery(Struct, frozen=True, kw_only=True):
    """What the list is narrowed to. `created`, `updated`: what an import that ended here has done."""

    division: PlaceCode | None = None
    q: Annotated[Sought, Meta(title="查找")] | None = None
    tag: Annotated[CodeWord, Meta(title="身份")] | None = None
    cursor: str | None = None
    created: Count | None = None
    updated: Count | None = None

    @property
    def kept(self) -> dict[str, str]:
        """The part of the address that narrows the list."""
        said = {"division": self.division, "q": self.q, "tag": self.tag}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def notice(self) -> str:
        if self.created is None and self.updated is None:
            return ""
        return f"名册已保存：新登记 {self.created or 0} 户，更新 {self.updated or 0} 户。"


class HouseholdsPage(Struct, frozen=True, kw_only=True):
    """The list. `place_name`: the division asked for, "" for all."""

    rows: Sequence[HouseholdItem]
    total: int
    query: ListQuery
    place_name: str
    townships: Sequence[Township]
    listed: bool
    tags: Mapping[str, str]
    villages: Mapping[str, str]
    next_href: str
    first_href: str
    add: str
    export: str


@get("/households", include_in_schema=False)
async def households_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    vault: NamedDependency[Vault],
) -> Response[str]:
    """Households that exist today by village and number, by place, name, number, end of an ID or tag."""
    query = parse_query(request, ListQuery)
    place = await divisions.readable(reader, query.division, reader.act.today) if query.division else None
    page = await _list(reader, vault, query, place.name if place else "")
    crumbs = [Link(place.name, f"/divisions/{place.code}")] if place else []
    return show(
        "households/list.html", page, frame(request, *crumbs, place=page.place_name, notice=query.notice)
    )


async def _list(work: Work, vault: Vault, query: ListQuery, place_name: str) -> HouseholdsPage:
    wanted = HouseholdFilter(
        day=work.act.today,
        division=query.division,
        search=query.q,
        tails=identifiers.tails(vault, query.q),
        tag=query.tag,
        valid_on=work.act.today,
    )
    found = await service.listed(work, wanted, after_keys(query.cursor, tuple[str, str, UUID]), PAGE + 1)
    cut = cut_keys(found, PAGE, lambda row: (row.village_code, row.number, row.household_id))
    townships = await page_queries.villages_to_show(work)
    offered = {one.division_code for town in townships for one in town.villages}
    offered |= {town.code for town in townships}
    following = urlencode(query.kept | {"cursor": cut.next_cursor or ""})
    return HouseholdsPage(
        rows=cut.items,
        total=await service.count(work, wanted),
        query=query,
        place_name=place_name,
        townships=townships,
        listed=query.division is None or query.division in offered,
        tags=await page_queries.tag_labels(work),
        villages=await divisions.names(work, {row.village_code for row in cut.items}),
        next_href=f"/households?{following}" if cut.next_cursor else "",
        first_href=f"/households?{urlencode(query.kept)}" if query.cursor else "",
        add=f"?{urlencode({'division': query.division})}" if query.division else "",
        export=urlencode({**query.kept, "on": str(work.act.today), "format": "csv"}),
    )


router = Router(
    path="/",
    opt=admits(read=VIEWERS, write=REGISTRARS),
    route_handlers=[
        households_page,
        *identifiers_pages.handlers,
        *erasure_routes.page_handlers,
        Router(
            path="/", opt=admits(read=REGISTRARS), route_handlers=[*page_new.handlers, *page_edit.handlers]
        ),
    ],
    include_in_schema=False,
)
