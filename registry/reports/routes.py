"""Documents over REST: their figures and sentences, for whoever prints or sends them."""

from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.kernel.http.callers import VIEWERS, admits
from registry.kernel.types import Year
from registry.kernel.work import Work
from registry.reports import service
from registry.reports.statement import HouseholdStatement


@get("/households/{household_id:uuid}/statement")
async def get_household_statement(
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    year: FromQuery[Year | None] = None,
) -> HouseholdStatement:
    """The statement (明白卡) of a household and year: figures and sentences as printed

    `year`: the latest with gain lines if left out; 404 for a year without any.
    """
    return await service.household_statement(reader, household_id, year)


router = Router(path="/api/v1", opt=admits(read=VIEWERS), route_handlers=[get_household_statement])
