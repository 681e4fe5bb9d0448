"""The household statement (明白卡): the same document on screen and on paper."""

from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.kernel.http.callers import VIEWERS, admits
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from registry.reports import service


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


router = Router(path="/", opt=admits(read=VIEWERS), route_handlers=[statement_page], include_in_schema=False)
