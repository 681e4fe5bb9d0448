"""The page that registers a household. JSON is `routes.py`."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Struct

from registry.divisions import service as divisions
from registry.households import page_queries, service
from registry.households.inputs import HouseholdFields, HouseholdIn
from registry.households.model import Household
from registry.households.page_queries import Township
from registry.kernel.forms.form_inputs import Input, inputs_of
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, pairs, parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work

MEMBERS: Final = 5
"""Rows for further members."""


def completed(sent: dict[Any, Any], today: date) -> dict[Any, Any]:
    """The body as the form has it: counts and tags are of the counting day, today if none is given."""
    count = dict(sent.get("headcount", {}))
    day = str(count.get("counted_on") or today)
    tags = {index: {**tag, "valid_from": day} for index, tag in sent.get("tags", {}).items()}
    if any(count.get(name) for name in ("registered", "resident", "labour")):
        return {**sent, "tags": tags, "headcount": {**count, "counted_on": day}}
    return {**sent, "tags": tags, "headcount": ""}


class NewQuery(Struct, frozen=True, kw_only=True):
    """Where the household shall be; the one registered just before."""

    division: PlaceCode | None = None
    saved: UUID | None = None


class NewPage(Struct, frozen=True, kw_only=True):
    form: FormState
    townships: Sequence[Township]
    village: str
    tags: Sequence[tuple[str, str]]
    own: Sequence[Input]
    rows: Sequence[int]
    today: date
    back: str
    key: str


@get("/households/new", include_in_schema=False)
async def new_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """An empty form."""
    query = parse_query(request, NewQuery)
    notice = ""
    if query.saved:
        before = await service.detail(reader, query.saved, reader.act.today)
        notice = f"已登记 {before.number} {before.head_name}。请接着登记下一户。"
    return await _page(request, reader, FormState(), village=query.division or "", notice=notice)


@post("/households/new", include_in_schema=False)
async def register(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    """Registers the household, or shows all mistakes and warnings at once."""

    async def effect(data: HouseholdIn) -> Household:
        return await service.create(writer, data)

    async def shown(form: FormState) -> Response[Any]:
        return await _page(request, writer, form, village=form.value("village_code"))

    made = await attempt(
        request, writer, HouseholdIn, effect, shown, completed=lambda sent: completed(sent, writer.act.today)
    )
    if dict(await pairs(request)).get("_next"):
        following = f"/households/new?division={made.village_code}&saved={made.household_id}"
        return Redirect(following, status_code=303)
    return Redirect(f"/households/{made.household_id}", status_code=303)


async def _page(
    request: AnyRequest, work: Work, form: FormState, *, village: str, notice: str = ""
) -> Response[str]:
    names = await divisions.names(work, [village])
    page = NewPage(
        form=form,
        townships=await page_queries.villages_to_offer(work, work.act.today),
        village=village,
        tags=await page_queries.tags_to_offer(work, work.act.today),
        own=inputs_of(HouseholdFields),
        rows=range(1, MEMBERS + 1),
        today=work.act.today,
        back=f"/households?division={village}" if village in names else "/households",
        key=str(uuid4()),
    )
    crumbs = [Link(name, f"/divisions/{code}") for code, name in names.items()]
    return show("households/new.html", page, frame(request, *crumbs, Link("农户", page.back), notice=notice))


handlers = (new_page, register)
