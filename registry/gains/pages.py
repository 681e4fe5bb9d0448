"""Pages of gains: the lines behind a figure, what explains one line, a household with its years."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Meta, Struct

from registry.divisions import service as divisions
from registry.gains import accounts, service
from registry.gains.accounts import Account, Accounts
from registry.gains.listing import Explanation, GainLine, GainRow, Listed
from registry.gains.wording import BASELINE_NAMES, missing_sentence, sum_sentence
from registry.households import service as households
from registry.households.model import Household
from registry.kernel import money
from registry.kernel.http.callers import VIEWERS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest, caller_of
from registry.kernel.text.periods import PeriodText, of_year
from registry.kernel.text.periods import parse_period as period_of
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work

Only: TypeAlias = Literal["losing", "incomplete", "provisional"]
PAGE: Final = 100
ONLY_LABELS: Final = {
    "losing": "少挣的农户",
    "incomplete": "数据不全的明细",
    "provisional": "产季未结束的明细",
}


class Lines(Struct, frozen=True, kw_only=True):
    """Lines recognised in a place and period."""

    division: str
    place_name: str
    period: str
    label: str
    only: str
    only_labels: dict[str, str]
    rows: Sequence[GainRow]
    missing: dict[UUID, str]
    total: int
    first: int
    next_href: str
    first_href: str


class Explained(Struct, frozen=True, kw_only=True):
    """One line and the tree that explains it."""

    line: GainLine
    household: Household
    tree: Explanation
    formula: str
    effects: Sequence[tuple[str, Decimal]]


class Year(Struct, frozen=True, kw_only=True):
    """A household's year: sums of the lines that are complete, and how many are not."""

    year: int
    receipts: Decimal | None
    gain: Decimal | None
    adjusted_gain: Decimal | None
    flags: tuple[str, ...]
    baseline: str
    unknown: int
    provisional: int


class HouseholdPage(Struct, frozen=True, kw_only=True):
    """A household: its record, its years, and the lines of the latest."""

    household: Household
    village_name: str
    years: Sequence[Year]
    accounts: Sequence[Account]
    year: int | None


class LinesQuery(Struct, frozen=True, kw_only=True):
    """What the list is asked for; an empty field is not asked."""

    division: PlaceCode | None = None
    period: PeriodText | None = None
    only: Only | None = None
    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


@get("/gains", include_in_schema=False)
async def lines_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """The rows behind a figure of the overview."""
    query = parse_query(request, LinesQuery)
    caller = caller_of(request)
    own = caller.place_code if caller else None
    code = query.division or own or await service.default_place(reader)
    place = await divisions.readable(reader, code, reader.act.today)
    latest = await service.latest_year(reader, place) or reader.act.today.year
    wanted = period_of(query.period) if query.period else of_year(latest)
    asked = Listed(
        place=place, period=wanted, today=reader.act.today, only=query.only, limit=PAGE, offset=query.offset
    )
    page = _lines(asked, await accounts.rows(reader, asked), await service.crop_names(reader))
    crumb = Link(place.name, f"/divisions/{code}")
    return show("gains/list.html", page, frame(request, crumb, place=place.name))


def _lines(asked: Listed, rows: Sequence[GainRow], crops: Mapping[str, str]) -> Lines:
    query = {"division": asked.place.code, "period": asked.period.text}
    query |= {"only": asked.only} if asked.only else {}
    total, following = (rows[0].total if rows else 0), asked.offset + PAGE
    more = urlencode(query | {"offset": str(following)})
    gaps = {row.gain_line_id: [missing_sentence(gap, crops) for gap in row.missing] for row in rows}
    return Lines(
        division=asked.place.code,
        place_name=asked.place.name,
        period=asked.period.text,
        label=asked.period.label,
        only=asked.only or "",
        only_labels=ONLY_LABELS,
        rows=rows,
        missing={key: "；".join(said) for key, said in gaps.items()},
        total=total,
        first=asked.offset + 1,
        next_href=f"/gains?{more}" if following < total else "",
        first_href=f"/gains?{urlencode(query)}" if asked.offset else "",
    )


@get("/gains/{gain_line_id:uuid}", include_in_schema=False)
async def explain_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    gain_line_id: FromPath[UUID],
) -> Response[str]:
    """How one line came about, down to the weigh ticket."""
    line = await service.line(reader, gain_line_id, reader.act.today)
    household = await households.detail(reader, line.household_id, reader.act.today)
    effects = (("产量", line.yield_effect), ("价格", line.price_effect), ("成本", line.cost_effect))
    page = Explained(
        line=line,
        household=household,
        tree=await service.explain(reader, gain_line_id),
        formula=sum_sentence(line.parts, line.cash_gain),
        effects=[(name, amount) for name, amount in effects if amount is not None],
    )
    crumbs = (
        Link(household.head_name or household.number, f"/households/{household.household_id}"),
        Link(f"{line.year} 年明细", request.url.path),
    )
    return show("gains/detail.html", page, frame(request, *crumbs))


@get("/households/{household_id:uuid}", include_in_schema=False)
async def household_page(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    year: FromQuery[int | None] = None,
) -> Response[str]:
    """A household: who it is, and what its contracts brought it year by year."""
    household = await households.detail(reader, household_id, reader.act.today)
    found = await accounts.accounts(reader, household.county_code, household_id, reader.act.today)
    village, chosen = found.village_name, year or max(found.years, default=None)
    page = HouseholdPage(
        household=household,
        village_name=village,
        years=_years(found),
        accounts=[] if chosen is None else found.of(chosen),
        year=chosen,
    )
    crumbs = (
        Link(village, f"/divisions/{household.village_code}"),
        Link("农户", f"/households?division={household.village_code}"),
    )
    return show("gains/household.html", page, frame(request, *crumbs, place=village))


def _years(known: Accounts) -> list[Year]:
    """Years of a household, latest first."""
    found = []
    for year in known.years:
        own = [account.line for account in known.of(year)]
        settled = [line for line in own if not line.provisional and line.cash_gain is not None]
        adjusted = [o.labour_adjusted_gain for o in settled if o.labour_adjusted_gain is not None]
        found.append(
            Year(
                year=year,
                receipts=_sum([line.receipts for line in settled]),
                gain=_sum([line.cash_gain for line in settled]),
                adjusted_gain=_sum(adjusted) if len(adjusted) == len(settled) else None,
                flags=own[0].flags if not own[0].provisional else (),
                baseline=BASELINE_NAMES[own[0].baseline],
                unknown=sum(line.cash_gain is None and not line.provisional for line in own),
                provisional=sum(line.provisional for line in own),
            )
        )
    return found


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return money.total(known) if known else None


router = Router(
    path="/",
    opt=admits(read=VIEWERS),
    route_handlers=[lines_page, explain_page, household_page],
    include_in_schema=False,
)
