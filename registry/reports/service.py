"""Loads what a document shows: the page and the REST answer are made of the same object."""

from uuid import UUID

from registry.gains import accounts
from registry.households import service as households
from registry.kernel.errors import NotFound
from registry.kernel.fill import fill
from registry.kernel.work import Work
from registry.reports.statement import HouseholdStatement, statement


async def household_statement(work: Work, household_id: UUID, year: int | None) -> HouseholdStatement:
    """The statement of a year, else of the latest with lines. NotFound for a household out of scope or a year
    without lines."""
    household = await households.detail(work, household_id, work.act.today)
    found = await accounts.accounts(work, household.county_code, household_id, work.act.today)
    chosen = year if year is not None else max(found.years, default=None)
    if chosen is None or chosen not in found.years:
        raise NotFound("这户在这一年没有参与合同，没有明白卡可看。")
    return fill(
        HouseholdStatement,
        household,
        statement(found.of(chosen), chosen),
        village_name=found.village_name,
        years=found.years,
        as_of=work.act.today,
    )
