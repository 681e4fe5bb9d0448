"""Pages of a place: the township overview, the village with its linkage drawn, and the way to them."""

from collections.abc import Mapping, Sequence
from typing import Final

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from registry.contracts.kinds import product
from registry.divisions import service as divisions
from registry.divisions.model import Places, parents
from registry.kernel.http.callers import EVERYBODY, VIEWERS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest, caller_of
from registry.kernel.text.periods import PeriodText, of_year
from registry.kernel.text.periods import parse_period as period_of
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work
from registry.reference import codes
from registry.summaries import charts, definitions, queries, service
from registry.summaries.flows import Link as FlowLink
from registry.summaries.flows import linkage
from registry.summaries.linkage import Picture, draw
from registry.summaries.model import Asked, Label, Summary
from registry.summaries.overview import Sentence, VillageRow, class_parts, sentence, village_rows

START: Final[Mapping[str, str]] = {"partner": "/contracts", "admin": "/users"}


class Home(Struct, frozen=True, kw_only=True):
    """The townships to choose from."""

    townships: Sequence[Label]


class Overview(Struct, frozen=True, kw_only=True):
    """A township, county or area in a period."""

    summary: Summary
    label: str
    years: Sequence[int]
    sentence: Sentence
    rows: Sequence[VillageRow]
    total: VillageRow
    strip: charts.Strip | None
    stacked: charts.Stacked | None
    definitions: Sequence[definitions.Definition]
    successors: Sequence[Link]


class Village(Struct, frozen=True, kw_only=True):
    """A village in a period: who is linked to whom, and what came of it."""

    summary: Summary
    label: str
    years: Sequence[int]
    sentence: Sentence
    total: VillageRow
    picture: Picture | None
    links: Sequence[FlowLink]
    strip: charts.Strip | None
    definitions: Sequence[definitions.Definition]


class PeriodQuery(Struct, frozen=True, kw_only=True):
    """The period asked for; none: the latest year with lines."""

    period: PeriodText | None = None


@get("/", include_in_schema=False, opt=admits(read=EVERYBODY))
async def home(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str] | Redirect:
    """Where each role begins: the place of its grant, a partner its contracts, an administrator the accounts;
    without a place the only township, or the townships to choose from."""
    caller = caller_of(request)
    start = START.get(caller.role or "") if caller else None
    if start is None and caller and caller.place_code:
        start = f"/divisions/{caller.place_code}"
    if start is not None:
        return Redirect(start, status_code=303)
    found = await service.townships(reader)
    if len(found) == 1:
        return Redirect(f"/divisions/{found[0].key}", status_code=303)
    return show("summaries/home.html", Home(townships=found), frame(request))


@get("/divisions/{code:str}", include_in_schema=False)
async def place_page(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    code: FromPath[PlaceCode],
) -> Response[str]:
    """A village with its linkage; any other division or area as an overview of its villages."""
    place = await divisions.readable(reader, code, reader.act.today)
    years = await service.years(reader, place)
    period = parse_query(request, PeriodQuery).period
    wanted = period_of(period) if period else of_year(years[0] if years else reader.act.today.year)
    asked = Asked(place=place, period=wanted, today=reader.act.today, by="village")
    shown = frame(request, *await _crumbs(reader, place), place=place.name, section="/")
    if place.level == "village":
        return show("summaries/village.html", await _village(reader, asked, years), shown)
    return show("summaries/overview.html", await _overview(reader, asked, years), shown)


async def _crumbs(work: Work, place: Places) -> list[Link]:
    """From the township down to the place itself."""
    above = [code for code in parents(place.code) if code != place.code] if place.level else []
    names = await divisions.names(work, above[:1])
    chain = [Link(names[code], f"/divisions/{code}") for code in above[:1] if code in names]
    return [*(chain if place.level == "village" else []), Link(place.name, f"/divisions/{place.code}")]


async def _overview(work: Work, asked: Asked, years: Sequence[int]) -> Overview:
    report = await service.report(work, asked)
    names = await divisions.names(work, asked.place.successors)
    return Overview(
        summary=report.summary,
        label=asked.period.label,
        years=years,
        sentence=sentence(report.summary),
        rows=village_rows(report.summary),
        total=VillageRow.of(asked.place.code, "合计", report.summary.indicators, report.summary.counts),
        strip=charts.strip(report.gains),
        stacked=charts.stacked(class_parts(report.summary.indicators)),
        definitions=definitions.ALL,
        successors=[Link(name, f"/divisions/{code}") for code, name in names.items()],
    )


async def _village(work: Work, asked: Asked, years: Sequence[int]) -> Village:
    report = await service.report(work, asked)
    code, year = asked.place.code, asked.period.last.year
    flows = await queries.flows_of_village(work, code, asked.period, asked.today)
    graded = await codes.grades_of(work, {found for flow in flows if (found := product(flow.terms))})
    drawn = linkage(
        flows,
        await queries.group_flows_of_village(work, code, year),
        await queries.component_amounts_of_village(work, code, year),
        f"/households?division={code}",
        {product: {grade.grade_code: grade.name for grade in own} for product, own in graded.items()},
    )
    return Village(
        summary=report.summary,
        label=asked.period.label,
        years=years,
        sentence=sentence(report.summary),
        total=VillageRow.of(code, asked.place.name, report.summary.indicators, report.summary.counts),
        picture=draw(drawn.boxes, drawn.edges),
        links=drawn.links,
        strip=charts.strip(report.gains),
        definitions=definitions.ALL,
    )


router = Router(
    path="/", opt=admits(read=VIEWERS), route_handlers=[home, place_page], include_in_schema=False
)
