"""Entries, cost records, completed cost classes and own sales over REST. Deliveries are `routes.py`."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.fulfilment import service
from registry.fulfilment.model import VoidIn
from registry.fulfilment.record_model import (
    CompletionIn,
    CompletionRow,
    CostRecordIn,
    CostRecordRow,
    EntryIn,
    EntryRow,
    OwnSaleIn,
    OwnSaleRow,
    RecordFilter,
)
from registry.kernel.http.web import AnyRequest, Page, after, cut, listed, row_limit, versioned
from registry.kernel.types import DivisionCode
from registry.kernel.work import Work


@get("/entries")
async def list_entries(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[DivisionCode | None] = None,
    contract: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    season: FromQuery[UUID | None] = None,
    voided: FromQuery[bool | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[EntryRow]]:
    """Dated amounts under contracts, newest first, voided ones included unless `voided=false`"""
    wanted = _filter(division, contract, household, season, voided=voided, since=updated_since)
    count = row_limit(limit)
    rows = await service.entries(reader, wanted, after=after(cursor)[1], limit=count + 1)
    return listed(request, cut(rows, count, lambda row: (None, row.entry_id)))


@get("/entries/{entry_id:uuid}")
async def get_entry(
    request: AnyRequest, reader: NamedDependency[Work], entry_id: FromPath[UUID]
) -> Response[EntryRow]:
    """A dated amount"""
    row = await service.entry(reader, entry_id)
    return versioned(request, row, row.version)


@post("/entries", opt={"idempotency": "required"})
async def create_entry(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[EntryIn],
) -> Response[EntryRow]:
    """Enter a dated amount: fee, input advance, deposit, penalty, indemnity

    An input advance is itself the cost record of its class.
    """
    [entry_id] = await service.add_entries(writer, [data])
    row = await service.entry(writer, entry_id)
    return versioned(request, row, row.version, 201)


@post("/entries/{entry_id:uuid}/void", status_code=200)
async def void_entry(
    request: AnyRequest,
    writer: NamedDependency[Work],
    entry_id: FromPath[UUID],
    data: JSONBody[VoidIn],
) -> Response[EntryRow]:
    """Void an amount with a reason; it stays visible"""
    row = await service.void_entry(writer, entry_id, data.reason)
    return versioned(request, row, row.version)


@get("/cost-records")
async def list_cost_records(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[DivisionCode | None] = None,
    contract: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    season: FromQuery[UUID | None] = None,
    voided: FromQuery[bool | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[CostRecordRow]]:
    """What households spent on their annex areas, newest first"""
    wanted = _filter(division, contract, household, season, voided=voided, since=updated_since)
    count = row_limit(limit)
    rows = await service.cost_records(reader, wanted, after=after(cursor)[1], limit=count + 1)
    return listed(request, cut(rows, count, lambda row: (None, row.cost_record_id)))


@get("/cost-records/{cost_record_id:uuid}")
async def get_cost_record(
    request: AnyRequest, reader: NamedDependency[Work], cost_record_id: FromPath[UUID]
) -> Response[CostRecordRow]:
    """A cost record"""
    row = await service.cost_record(reader, cost_record_id)
    return versioned(request, row, row.version)


@post("/cost-records")
async def create_cost_record(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[CostRecordIn],
) -> Response[CostRecordRow]:
    """Record what a household spent; inputs advanced by the buyer are entries"""
    [cost_record_id] = await service.add_cost_records(writer, [data])
    row = await service.cost_record(writer, cost_record_id)
    return versioned(request, row, row.version, 201)


@post("/cost-records/{cost_record_id:uuid}/void", status_code=200)
async def void_cost_record(
    request: AnyRequest,
    writer: NamedDependency[Work],
    cost_record_id: FromPath[UUID],
    data: JSONBody[VoidIn],
) -> Response[CostRecordRow]:
    """Void a cost record with a reason; it stays visible"""
    row = await service.void_cost_record(writer, cost_record_id, data.reason)
    return versioned(request, row, row.version)


@get("/cost-completions")
async def list_cost_completions(
    reader: NamedDependency[Work],
    contract: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    season: FromQuery[UUID | None] = None,
) -> Page[CompletionRow]:
    """Which cost classes of annex lines are said to be complete, the first 200"""
    rows = await service.completions(
        reader, contract_id=contract, household_id=household, season_id=season, limit=200
    )
    return Page(items=rows)


@post("/cost-completions", status_code=200)
async def complete_costs(writer: NamedDependency[Work], data: JSONBody[CompletionIn]) -> Page[CompletionRow]:
    """Say whether a household's records of a cost class are complete for a season

    Complete records replace the reference cost of that class. Answers all classes of household and season.
    """
    await service.complete_costs(writer, [data])
    rows = await service.completions(
        writer,
        contract_id=data.contract_id,
        household_id=data.household_id,
        season_id=data.season_id,
        limit=200,
    )
    return Page(items=rows)


@get("/own-sales")
async def list_own_sales(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[DivisionCode | None] = None,
    contract: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    season: FromQuery[UUID | None] = None,
    voided: FromQuery[bool | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[OwnSaleRow]]:
    """What households sold elsewhere from their annex areas (self-declared), newest first"""
    wanted = _filter(division, contract, household, season, voided=voided, since=updated_since)
    count = row_limit(limit)
    rows = await service.own_sales(reader, wanted, after=after(cursor)[1], limit=count + 1)
    return listed(request, cut(rows, count, lambda row: (None, row.own_sale_id)))


@get("/own-sales/{own_sale_id:uuid}")
async def get_own_sale(
    request: AnyRequest, reader: NamedDependency[Work], own_sale_id: FromPath[UUID]
) -> Response[OwnSaleRow]:
    """An own sale"""
    row = await service.own_sale(reader, own_sale_id)
    return versioned(request, row, row.version)


@post("/own-sales")
async def create_own_sale(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[OwnSaleIn],
) -> Response[OwnSaleRow]:
    """Record what a household sold elsewhere; 0 kg says that nothing was sold"""
    [own_sale_id] = await service.add_own_sales(writer, [data])
    row = await service.own_sale(writer, own_sale_id)
    return versioned(request, row, row.version, 201)


@post("/own-sales/{own_sale_id:uuid}/void", status_code=200)
async def void_own_sale(
    request: AnyRequest,
    writer: NamedDependency[Work],
    own_sale_id: FromPath[UUID],
    data: JSONBody[VoidIn],
) -> Response[OwnSaleRow]:
    """Void an own sale with a reason; it stays visible"""
    row = await service.void_own_sale(writer, own_sale_id, data.reason)
    return versioned(request, row, row.version)


def _filter(
    division: str | None,
    contract: UUID | None,
    household: UUID | None,
    season: UUID | None,
    *,
    voided: bool | None,
    since: datetime | None,
) -> RecordFilter:
    return RecordFilter(
        division=division,
        contract_id=contract,
        household_id=household,
        season_id=season,
        voided=voided,
        updated_since=since,
    )


handlers = (
    list_entries,
    get_entry,
    create_entry,
    void_entry,
    list_cost_records,
    get_cost_record,
    create_cost_record,
    void_cost_record,
    list_cost_completions,
    complete_costs,
    list_own_sales,
    get_own_sale,
    create_own_sale,
    void_own_sale,
)
