"""Labour day prices, price indices and planted areas over REST."""

from datetime import datetime

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import CodeWord, DivisionCode, PlaceCode, Year
from registry.kernel.work import Work
from registry.reference import figures
from registry.reference.figure_model import (
    IndexKind,
    LabourDayPriceIn,
    LabourDayPricePatch,
    LabourDayPriceRow,
    PlantedAreaIn,
    PlantedAreaPatch,
    PlantedAreaRow,
    PriceIndexIn,
    PriceIndexPatch,
    PriceIndexRow,
)
from registry.reference.figure_queries import FigureFilter


@get("/labour-day-prices")
async def list_labour_day_prices(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[LabourDayPriceRow]]:
    """Labour day prices by year (national, yuan a day)"""
    count, seen = row_limit(limit), after_keys(cursor, tuple[int])
    rows = await figures.labour_day_prices(
        reader, updated_since=updated_since, after=seen[0] if seen else None, limit=count + 1
    )
    return listed(request, cut_keys(rows, count, lambda row: (row.year,)))


@get("/labour-day-prices/{year:int}")
async def get_labour_day_price(
    request: AnyRequest, reader: NamedDependency[Work], year: FromPath[Year]
) -> Response[LabourDayPriceRow]:
    """The labour day price of a year"""
    found = await figures.labour_day_price(reader, year)
    return versioned(request, found, found.version)


@post("/labour-day-prices")
async def create_labour_day_price(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    data: JSONBody[LabourDayPriceIn],
) -> Response[LabourDayPriceRow]:
    """Record the labour day price of a year"""
    made = await figures.create_labour_day_price(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/labour-day-prices/{year:int}")
async def change_labour_day_price(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    year: FromPath[Year],
    data: JSONBody[LabourDayPricePatch],
) -> Response[LabourDayPriceRow]:
    """Change the labour day price of a year"""
    made = await figures.change_labour_day_price(writer, year, data, require_if_match(request))
    return versioned(request, made, made.version)


@get("/price-indices")
async def list_price_indices(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    kind: FromQuery[IndexKind | None] = None,
    year: FromQuery[Year | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[PriceIndexRow]]:
    """Price indices by division, kind and year (previous year = 100)"""
    count = row_limit(limit)
    wanted = FigureFilter(
        what=kind,
        year=year,
        updated_since=updated_since,
        after=after_keys(cursor, tuple[str, str, int]),
        limit=count + 1,
    )
    rows = await figures.price_indices(reader, today=reader.act.today, division=division, wanted=wanted)
    return listed(request, cut_keys(rows, count, lambda row: (row.division_code, row.kind, row.year)))


@get("/price-indices/{division_code:str}/{kind:str}/{year:int}")
async def get_price_index(
    request: AnyRequest,
    reader: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    kind: FromPath[IndexKind],
    year: FromPath[Year],
) -> Response[PriceIndexRow]:
    """The price index of a division, kind and year"""
    found = await figures.price_index(reader, (division_code, kind, year))
    return versioned(request, found, found.version)


@post("/price-indices")
async def create_price_index(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    data: JSONBody[PriceIndexIn],
) -> Response[PriceIndexRow]:
    """Record the price index of a division, kind and year"""
    made = await figures.create_price_index(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/price-indices/{division_code:str}/{kind:str}/{year:int}")
async def change_price_index(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    kind: FromPath[IndexKind],
    year: FromPath[Year],
    data: JSONBody[PriceIndexPatch],
) -> Response[PriceIndexRow]:
    """Change the price index of a division, kind and year"""
    made = await figures.change_price_index(
        writer, (division_code, kind, year), data, require_if_match(request)
    )
    return versioned(request, made, made.version)


@get("/planted-areas")
async def list_planted_areas(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    crop: FromQuery[CodeWord | None] = None,
    year: FromQuery[Year | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[PlantedAreaRow]]:
    """Planted areas by division, crop and year (mu)"""
    count = row_limit(limit)
    wanted = FigureFilter(
        what=crop,
        year=year,
        updated_since=updated_since,
        after=after_keys(cursor, tuple[str, str, int]),
        limit=count + 1,
    )
    rows = await figures.planted_areas(reader, today=reader.act.today, division=division, wanted=wanted)
    return listed(request, cut_keys(rows, count, lambda row: (row.division_code, row.crop_code, row.year)))


@get("/planted-areas/{division_code:str}/{crop_code:str}/{year:int}")
async def get_planted_area(
    request: AnyRequest,
    reader: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    crop_code: FromPath[CodeWord],
    year: FromPath[Year],
) -> Response[PlantedAreaRow]:
    """The planted area of a crop in a division and year"""
    found = await figures.planted_area(reader, (division_code, crop_code, year))
    return versioned(request, found, found.version)


@post("/planted-areas")
async def create_planted_area(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    data: JSONBody[PlantedAreaIn],
) -> Response[PlantedAreaRow]:
    """Record the planted area of a crop in a division and year"""
    made = await figures.create_planted_area(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/planted-areas/{division_code:str}/{crop_code:str}/{year:int}")
async def change_planted_area(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    division_code: FromPath[DivisionCode],
    crop_code: FromPath[CodeWord],
    year: FromPath[Year],
    data: JSONBody[PlantedAreaPatch],
) -> Response[PlantedAreaRow]:
    """Change the planted area of a crop in a division and year"""
    made = await figures.change_planted_area(
        writer, (division_code, crop_code, year), data, require_if_match(request)
    )
    return versioned(request, made, made.version)


labour_day_prices = (
    list_labour_day_prices,
    get_labour_day_price,
    create_labour_day_price,
    change_labour_day_price,
)
price_indices = (list_price_indices, get_price_index, create_price_index, change_price_index)
planted_areas = (list_planted_areas, get_planted_area, create_planted_area, change_planted_area)
