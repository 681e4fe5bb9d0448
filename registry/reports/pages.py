"""Documents on screen and on paper: the household statement (明白卡), the weigh ticket (过磅单)."""

from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.kernel.http.callers import LINKED, VIEWERS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from registry.reports import service
from registry.reports.weigh_ticket import weigh_ticket


@get("/households/{household_id:uuid}/statement", include_in_schema=False)
async def statement_page(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    year: FromQuery[int | None] = None,
) -> Response[str]:
    """What the household earned in a year, why it is more or less, and the tickets behind it."""
    page = await service.household_statement(reader, household_id, year)
    crumbs = (Link(page.head_name or page.number, f"/households/{household_id}?year={page.year}"),)
    return show("reports/statement.html", page, frame(request, *crumbs, place=page.village_name))


@get("/deliveries/{delivery_id:uuid}/print", include_in_schema=False, opt=admits(read=LINKED))
async def weigh_ticket_page(
    request: AnyRequest, reader: NamedDependency[Work], delivery_id: FromPath[UUID]
) -> Response[str]:
    """A weigh ticket in three copies on one sheet."""
    return show("reports/weigh_ticket.html", await weigh_ticket(reader, delivery_id), frame(request))


router = Router(
    path="/",
    opt=admits(read=VIEWERS),
    route_handlers=[statement_page, weigh_ticket_page],
    include_in_schema=False,
)
