"""A household's year line by line: each line with its parts, its tickets and readable names."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.gains import listing_queries, queries, service
from registry.gains.listing import GainLine, GainRow, LineNames, Listed, TicketRow
from registry.gains.rows import PartRow
from registry.kernel.work import Work


class Account(Struct, frozen=True, kw_only=True):
    """One line of a household's year."""

    line: GainLine
    names: LineNames
    parts: Sequence[PartRow]
    tickets: Sequence[TicketRow]


async def accounts(work: Work, county_code: str, household_id: UUID, year: int, today: date) -> list[Account]:
    """The household's current lines of a year, in the order in which they are recognised."""
    lines = await service.lines_of_household(work, household_id, year, today)
    ids = [line.gain_line_id for line in lines]
    parts = await queries.parts_of_lines(work, county_code, ids)
    names = {row.gain_line_id: row for row in await listing_queries.line_names(work, county_code, ids)}
    delivered = {UUID(one.record_id) for part in parts for one in part.inputs if one.record == "delivery"}
    tickets = {
        row.delivery_id: row for row in await listing_queries.tickets(work, county_code, sorted(delivered))
    }
    return [_account(line, names[line.gain_line_id], parts, tickets) for line in lines]


def _account(
    line: GainLine, names: LineNames, parts: Sequence[PartRow], tickets: dict[UUID, TicketRow]
) -> Account:
    own = [part for part in parts if part.gain_line_id == line.gain_line_id]
    named = {UUID(one.record_id) for part in own for one in part.inputs if one.record == "delivery"}
    return Account(
        line=line,
        names=names,
        parts=own,
        tickets=[row for row in tickets.values() if row.delivery_id in named],
    )


async def rows(work: Work, wanted: Listed) -> list[GainRow]:
    """Lines of a place recognised in a period, by village and household."""
    return await listing_queries.gain_rows(work, wanted)
