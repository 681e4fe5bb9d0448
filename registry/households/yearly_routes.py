"""A household's recorded incomes and own history over REST."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.households import yearly
from registry.households.yearly_model import (
    IncomeIn,
    IncomePatch,
    IncomeRow,
    OwnHistoryIn,
    OwnHistoryPatch,
    OwnHistoryRow,
)
from registry.kernel.http.web import AnyRequest, Page, require_if_match, versioned
from registry.kernel.types import CodeWord, Year
from registry.kernel.work import Work


@get("/households/{household_id:uuid}/incomes")
async def list_incomes(reader: NamedDependency[Work], household_id: FromPath[UUID]) -> Page[IncomeRow]:
    """Recorded disposable incomes of a household, latest year first"""
    return Page(items=await yearly.incomes(reader, household_id))


@get("/households/{household_id:uuid}/incomes/{year:int}")
async def get_income(
    request: AnyRequest, reader: NamedDependency[Work], household_id: FromPath[UUID], year: FromPath[Year]
) -> Response[IncomeRow]:
    """The income of a year"""
    found = await yearly.income(reader, household_id, year)
    return versioned(request, found, found.version)


@post("/households/{household_id:uuid}/incomes")
async def create_income(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[IncomeIn],
) -> Response[IncomeRow]:
    """Record the income of a year"""
    made = await yearly.add_income(writer, household_id, data)
    return versioned(request, made, made.version, 201)


@patch("/households/{household_id:uuid}/incomes/{year:int}")
async def change_income(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    year: FromPath[Year],
    data: JSONBody[IncomePatch],
) -> Response[IncomeRow]:
    """Change the income of a year (needs If-Match)"""
    version = require_if_match(request)
    made = await yearly.change_income(writer, household_id, year, data, version=version)
    return versioned(request, made, made.version)


@get("/households/{household_id:uuid}/own-history")
async def list_own_history(
    reader: NamedDependency[Work], household_id: FromPath[UUID]
) -> Page[OwnHistoryRow]:
    """What a household grew and earned before its first contract, latest year first"""
    return Page(items=await yearly.own_history(reader, household_id))


@get("/households/{household_id:uuid}/own-history/{crop_code:str}/{year:int}")
async def get_own_history(
    request: AnyRequest,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    crop_code: FromPath[CodeWord],
    year: FromPath[Year],
) -> Response[OwnHistoryRow]:
    """A crop and year before the contract"""
    found = await yearly.own_history_of_year(reader, household_id, crop_code, year)
    return versioned(request, found, found.version)


@post("/households/{household_id:uuid}/own-history")
async def create_own_history(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[OwnHistoryIn],
) -> Response[OwnHistoryRow]:
    """Record a crop and year before the contract: area, cash income in all, own days, evidence"""
    made = await yearly.add_own_history(writer, household_id, data)
    return versioned(request, made, made.version, 201)


@patch("/households/{household_id:uuid}/own-history/{crop_code:str}/{year:int}")
async def change_own_history(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    crop_code: FromPath[CodeWord],
    year: FromPath[Year],
    data: JSONBody[OwnHistoryPatch],
) -> Response[OwnHistoryRow]:
    """Change a crop and year; lines compared with it are computed again (needs If-Match)"""
    version = require_if_match(request)
    made = await yearly.change_own_history(
        writer, household_id, crop_code, year=year, patch=data, version=version
    )
    return versioned(request, made, made.version)


handlers = [
    list_incomes,
    get_income,
    create_income,
    change_income,
    list_own_history,
    get_own_history,
    create_own_history,
    change_own_history,
]
