"""A household's year line by line: each line with its parts, its tickets and readable names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.gains import listing_queries, service
from registry.gains.flags import UNKNOWN, Baseline, YearFlags, YearLine, year_flags
from registry.gains.listing import AccountFacts, GainLine, GainRow, LineNames, Listed, TicketRow
from registry.gains.rows import PartRow
from registry.kernel.work import Work


class Account(Struct, frozen=True, kw_only=True):
    """One line of a household's year."""

    line: GainLine
    names: LineNames
    parts: Sequence[PartRow]
    tickets: Sequence[TicketRow]


class Accounts(Struct, frozen=True, kw_only=True):
    """A household's current lines, by year and in the order in which they are recognised."""

    village_name: str
    lines: Sequence[Account]

    @property
    def years(self) -> list[int]:
        """Years with lines, latest first."""
        return sorted({account.line.year for account in self.lines}, reverse=True)

    def of(self, year: int) -> list[Account]:
        return [account for account in self.lines if account.line.year == year]


async def accounts(work: Work, county_code: str, household_id: UUID, today: date) -> Accounts:
    """All of a household in one statement. NotFound for a household out of scope."""
    facts = await listing_queries.household_accounts(work, county_code, household_id)
    crops = {crop.crop_code: crop.name for crop in facts.crops}
    names = {row.gain_line_id: row for row in facts.names}
    tickets = {row.delivery_id: row for row in facts.tickets}
    flagged = _flags(facts, today)
    parts: dict[UUID, list[PartRow]] = defaultdict(list)
    for part in facts.parts:
        parts[part.gain_line_id].append(part)
    return Accounts(
        village_name=facts.village_name,
        lines=[
            _account(
                service.shape(line, parts[line.gain_line_id], flagged[line.year], crops, today),
                names[line.gain_line_id],
                parts[line.gain_line_id],
                tickets,
            )
            for line in facts.lines
        ],
    )


def _flags(facts: AccountFacts, today: date) -> dict[int, YearFlags]:
    """By year (gains.md 7)."""
    against = {row.year: Baseline(amount=row.amount, basis=row.basis) for row in facts.baselines}
    years: dict[int, list[YearLine]] = defaultdict(list)
    for line in facts.lines:
        years[line.year].append(YearLine(recognised=line.recognised_on < today, cash_gain=line.cash_gain))
    return {year: year_flags(own, against.get(year, UNKNOWN)) for year, own in years.items()}


def _account(
    line: GainLine, names: LineNames, parts: Sequence[PartRow], tickets: Mapping[UUID, TicketRow]
) -> Account:
    named = {UUID(one.record_id) for part in parts for one in part.inputs if one.record == "delivery"}
    return Account(
        line=line,
        names=names,
        parts=parts,
        tickets=[row for row in tickets.values() if row.delivery_id in named],
    )


async def rows(work: Work, wanted: Listed) -> list[GainRow]:
    """Lines of a place recognised in a period, by village and household."""
    return await listing_queries.gain_rows(work, wanted)
