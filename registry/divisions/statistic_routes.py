"""Official figures of divisions over REST."""

from datetime import datetime

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.divisions import statistics
from registry.divisions.statistic_model import StatisticIn, StatisticPatch, StatisticRow
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import DivisionCode, PlaceCode, Year
from registry.kernel.work import Work


@get("/division-statistics")
async def list_division_statistics(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    year: FromQuery[Year | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[StatisticRow]]:
    """Official figures by division and year: households, rural disposable income per person"""
    count = row_limit(limit)
    rows = await statistics.statistics(
        reader,
        today=reader.act.today,
        division=division,
        year=year,
        updated_since=updated_since,
        after=after_keys(cursor, tuple[str, int]),
        limit=count + 1,
    )
    return listed(request, cut_keys(rows, count, lambda row: (row.division_code, row.year)))


@get("/division-statistics/{division_code:str}/{year:int}")
async def get_division_statistic(
    request: AnyRequest,
    reader: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    year: FromPath[Year],
) -> Response[StatisticRow]:
    """The official figures of a division and year"""
    found = await statistics.statistic(reader, division_code, year)
    return versioned(request, found, found.version)


@post("/division-statistics")
async def create_division_statistic(
    request: AnyRequest, writer: NamedDependency[Work], data: JSONBody[StatisticIn]
) -> Response[StatisticRow]:
    """Record the official figures of a division and year"""
    made = await statistics.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/division-statistics/{division_code:str}/{year:int}")
async def change_division_statistic(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    year: FromPath[Year],
    data: JSONBody[StatisticPatch],
) -> Response[StatisticRow]:
    """Change the official figures of a division and year"""
    version = require_if_match(request)
    made = await statistics.change(writer, (division_code, year), data, version)
    return versioned(request, made, made.version)


handlers = (
    list_division_statistics,
    get_division_statistic,
    create_division_statistic,
    change_division_statistic,
)
