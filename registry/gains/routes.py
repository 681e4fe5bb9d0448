"""Gain lines over REST: the list, one line, its explanation."""

from typing import Literal
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.gains import service
from registry.gains.listing import Explanation, GainLine, LineFilter
from registry.kernel.http.callers import VIEWERS, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, row_limit
from registry.kernel.text.periods import PeriodText, parse_period
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work


@get("/gains")
async def list_gain_lines(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    period: FromQuery[PeriodText | None] = None,
    household: FromQuery[UUID | None] = None,
    contract: FromQuery[UUID | None] = None,
    result: FromQuery[Literal["complete", "incomplete"] | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[GainLine]]:
    """Gain lines that stand now, with their parts

    `division`: the subtree of a division or area. `period`: lines recognised in that year, quarter or month.
    `result`: only complete or only incomplete lines.
    """
    count, after = row_limit(limit), after_keys(cursor, tuple[UUID])
    wanted = LineFilter(
        division=division,
        period=parse_period(period) if period else None,
        household_id=household,
        contract_id=contract,
        state=result,
        after=after[0] if after else None,
    )
    rows = await service.lines(reader, wanted, reader.act.today, count + 1)
    return listed(request, cut_keys(rows, count, lambda line: (line.gain_line_id,)))


@get("/gains/{gain_line_id:uuid}")
async def get_gain_line(reader: NamedDependency[Work], gain_line_id: FromPath[UUID]) -> GainLine:
    """One gain line, superseded ones included"""
    return await service.line(reader, gain_line_id, reader.act.today)


@get("/gains/{gain_line_id:uuid}/explain")
async def explain_gain_line(reader: NamedDependency[Work], gain_line_id: FromPath[UUID]) -> Explanation:
    """How a line came about: a tree from the gain to its parts, rates with sources, weigh tickets"""
    return await service.explain(reader, gain_line_id)


router = Router(
    path="/api/v1",
    opt=admits(read=VIEWERS),
    route_handlers=[list_gain_lines, get_gain_line, explain_gain_line],
)
