"""The page on which a roster is pasted out of a spreadsheet: looked at first, then stored."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Meta, Struct

from registry.divisions import service as divisions
from registry.divisions.model import DivisionRow
from registry.exchange import service
from registry.exchange.model import ImportReport, Options
from registry.exchange.sheets import BadSheet
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import REGISTRARS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, parse_query, show
from registry.kernel.http.request_limits import LARGE_BYTES
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.imports import ImportKind
from registry.kernel.types import DivisionCode, PlaceCode
from registry.kernel.work import Work

Block = Annotated[str, Meta(min_length=1, max_length=500_000, title="名册", extra={"lines": True})]
COLUMNS: Final = ("户号", "户主姓名", "村民小组", "承包地面积", "户籍人口", "常住人口", "劳动力")
HEADED: Final = ("户号", "户主")
"""A first line that names one of these is a heading; otherwise the columns are those above."""


class PasteQuery(Struct, frozen=True, kw_only=True):
    division: PlaceCode | None = None


class PasteForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A block of lines and the village they belong to. Without `confirmed` it is only looked at."""

    village_code: Annotated[DivisionCode, Meta(title="村", extra={"say": "请从列表中选择"})]
    block: Block
    confirmed: bool = False


class PastePage(Struct, frozen=True, kw_only=True):
    form: FormState
    villages: Sequence[DivisionRow]
    village: str
    columns: Sequence[str]
    report: ImportReport | None
    key: str


@get("/households/paste", include_in_schema=False)
async def paste_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """An empty block."""
    division = parse_query(request, PasteQuery).division
    return await _page(request, reader, FormState(), division=division or "")


@post("/households/paste", include_in_schema=False, status_code=200, request_max_body_size=LARGE_BYTES)
async def paste_roster(request: AnyRequest, writer: NamedDependency[Work]) -> Response[str] | Redirect:
    """Shows the outcome of each line first; stores all of them once confirmed."""

    async def effect(data: PasteForm) -> tuple[PasteForm, ImportReport]:
        return data, await _run(writer, request.app.state["imports"]["households"], data)

    async def shown(form: FormState) -> Response[Any]:
        return await _page(request, writer, form, division=form.value("village_code"))

    data, report = await attempt(request, writer, PasteForm, effect, shown)
    if data.confirmed:
        counts = {"created": report.summary.created, "updated": report.summary.updated}
        query = urlencode({"division": data.village_code, **counts})
        return Redirect(f"/households?{query}", status_code=303)
    typed = FormState(values={"village_code": data.village_code, "block": data.block})
    return await _page(request, writer, typed, division=data.village_code, report=report)


async def _run(work: Work, kind: ImportKind, data: PasteForm) -> ImportReport:
    """Invalid with what is wrong with the block as a whole, or, once confirmed, with every line."""
    options = Options(division=data.village_code, dry_run=not data.confirmed)
    try:
        return await service.run(work, kind, data=sheet(data.block), options=options)
    except BadSheet as error:
        raise Invalid([Mistake(pointer="/block", code="paste.sheet", message=error.detail)]) from error


def sheet(block: str) -> bytes:
    """The block as a table with headings, as bytes of a file."""
    first = next((line for line in block.splitlines() if line.strip()), "")
    headed = any(word in first for word in HEADED)
    return (block if headed else "\t".join(COLUMNS) + "\n" + block).encode()


async def _page(
    request: AnyRequest,
    work: Work,
    form: FormState,
    *,
    division: str,
    report: ImportReport | None = None,
) -> Response[str]:
    found = await divisions.villages_of(work, f"{division[:9]}000", work.act.today) if division else []
    writable = await divisions.write_scope(work)
    villages = [one for one in found if writable.covers(one.division_code)]
    page = PastePage(
        form=form,
        villages=villages,
        village=division,
        columns=COLUMNS,
        report=report,
        key=str(uuid4()),
    )
    crumbs = (Link("农户", f"/households?division={division}" if division else "/households"),)
    return show("exchange/paste.html", page, frame(request, *crumbs))


router = Router(
    path="/",
    opt=admits(read=REGISTRARS, write=REGISTRARS),
    route_handlers=[paste_page, paste_roster],
    include_in_schema=False,
)
