"""The household statement (明白卡): the same document on screen and on paper."""

from datetime import date
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from registry.divisions import service as divisions
from registry.gains import accounts, service
from registry.households import service as households
from registry.households.model import Household
from registry.kernel.errors import NotFound
from registry.kernel.http.callers import VIEWERS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from registry.reports.statement import Statement, statement


class StatementPage(Struct, frozen=True, kw_only=True):
    """The text of the printed sheet."""

    household: Household
    village_name: str
    statement: Statement
    printed_on: date


@get("/households/{household_id:uuid}/statement", include_in_schema=False)
async def statement_page(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    year: FromQuery[int | None] = None,
) -> Response[str]:
    """What the household earned in a year, why it is more or less, and the tickets behind it."""
    household = await households.detail(reader, household_id, reader.act.today)
    known = {
        line.year for line in await service.lines_of_household(reader, household_id, None, reader.act.today)
    }
    chosen = year if year is not None else max(known, default=None)
    if chosen not in known:
        raise NotFound("这户在这一年没有参与合同，没有明白卡可看。")
    told = await accounts.accounts(reader, household.county_code, household_id, chosen, reader.act.today)
    names = await divisions.names(reader, [household.village_code])
    page = StatementPage(
        household=household,
        village_name=names[household.village_code],
        statement=statement(told, chosen),
        printed_on=reader.act.today,
    )
    crumbs = (Link(household.head_name or household.number, f"/households/{household_id}?year={chosen}"),)
    return show("reports/statement.html", page, frame(request, *crumbs, place=page.village_name))


router = Router(path="/", opt=admits(read=VIEWERS), route_handlers=[statement_page], include_in_schema=False)
