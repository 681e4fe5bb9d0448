"""Deliveries over REST. Entries, cost records and own sales are `record_routes.py`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.fulfilment import batches, record_routes, service
from registry.fulfilment.batches import BatchReport, DeliveryBatch
from registry.fulfilment.deliveries import Mode
from registry.fulfilment.model import DeliveryDetail, DeliveryFilter, DeliveryIn, DeliveryRow, VoidIn
from registry.kernel.http.bodies import BodyDTO
from registry.kernel.http.callers import LINKED, REGISTRARS, VIEWERS, admits
from registry.kernel.http.csv_answers import csv_answer
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.request_limits import LARGE_BYTES
from registry.kernel.http.web import AnyRequest, Page, listed, row_limit, versioned, wants_csv
from registry.kernel.types import CodeWord, DivisionCode
from registry.kernel.work import Work

CSV_ROWS = 10_000
COLUMNS = {
    "delivery_id": "编号",
    "version": "版本",
    "ticket_number": "磅单号",
    "day": "交售日期",
    "village_code": "村代码",
    "contract_id": "合同",
    "household_name": "农户",
    "household_id": "农户编号",
    "organization_name": "交售组织",
    "product_name": "产品",
    "grade_name": "等级",
    "unit": "单位",
    "gross": "毛重",
    "tare": "皮重",
    "moisture_percent": "水分",
    "impurity_percent": "杂质",
    "deduction_percent": "扣重比例",
    "deduction_weight": "扣重",
    "net_kg": "净重（公斤）",
    "unit_price": "单价（元/公斤）",
    "amount": "金额（元）",
    "missing": "缺少",
    "operator": "司磅员",
    "note": "备注",
    "voided_at": "作废时间",
    "void_reason": "作废原因",
    "updated_at": "更新时间",
}


class BatchDTO(BodyDTO):
    """Reads a batch row by row, so that a row that cannot be read does not refuse the others."""

    def read(self, sent: object) -> Any:
        return batches.read_batch(sent)


@get("/deliveries")
async def list_deliveries(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[DivisionCode | None] = None,
    contract: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    product: FromQuery[CodeWord | None] = None,
    season: FromQuery[UUID | None] = None,
    first_day: FromQuery[date | None] = None,
    last_day: FromQuery[date | None] = None,
    unpriced: FromQuery[bool | None] = None,
    voided: FromQuery[bool | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[DeliveryRow]] | Response[bytes]:
    """Deliveries, newest day first, voided ones included unless `voided=false`

    `division`: its subtree. `household`: its own tickets and its shares of others. `unpriced=true`: tickets
    that wait for a market price. CSV by `format=csv` or Accept.
    """
    wanted = DeliveryFilter(
        division=division,
        contract_id=contract,
        household_id=household,
        product_code=product,
        season_id=season,
        first_day=first_day,
        last_day=last_day,
        unpriced=unpriced,
        voided=voided,
        updated_since=updated_since,
    )
    if wants_csv(request):
        rows = await service.deliveries(reader, wanted, limit=CSV_ROWS)
        return csv_answer("过磅单", COLUMNS, [row.flat() for row in rows])
    count, after = row_limit(limit), after_keys(cursor, tuple[date, UUID])
    found = await service.deliveries(reader, wanted, after=after, limit=count + 1)
    return listed(request, cut_keys(found, count, lambda row: (row.day, row.delivery_id)))


@get("/deliveries/{delivery_id:uuid}")
async def get_delivery(
    request: AnyRequest, reader: NamedDependency[Work], delivery_id: FromPath[UUID]
) -> Response[DeliveryDetail]:
    """A delivery with its prices, allocations and the warnings it was entered over"""
    row = await service.get(reader, delivery_id)
    found = DeliveryDetail.of(row, await service.findings_of(reader, row))
    return versioned(request, found, found.version)


@post("/deliveries", opt={"idempotency": "required"})
async def create_delivery(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[DeliveryIn],
) -> Response[DeliveryDetail]:
    """Enter a weigh ticket: net weight and prices follow from the terms and the market price of the day

    A ticket whose market price is missing is kept and says what is missing.
    """
    made = await service.add(writer, data)
    return versioned(request, made, made.version, 201)


@post(
    "/deliveries:batch",
    opt={"idempotency": "required"},
    dto=BatchDTO,
    status_code=200,
    request_max_body_size=LARGE_BYTES,
)
async def create_deliveries(
    *,
    writer: NamedDependency[Work],
    data: JSONBody[DeliveryBatch],
    dry_run: FromQuery[bool] = False,
    mode: FromQuery[Mode] = "all",
) -> BatchReport:
    """Enter many weigh tickets at once

    `mode=all` writes nothing unless every row can be kept (422 with every mistake), `mode=valid` writes the
    others. `dry_run=true` writes nothing and answers what would happen.
    """
    return await service.enter_batch(writer, data, mode=mode, dry_run=dry_run)


@post("/deliveries/{delivery_id:uuid}/void", status_code=200)
async def void_delivery(
    request: AnyRequest,
    writer: NamedDependency[Work],
    delivery_id: FromPath[UUID],
    data: JSONBody[VoidIn],
) -> Response[DeliveryDetail]:
    """Void a delivery and its allocations with a reason; it stays visible"""
    row = await service.void(writer, delivery_id, data.reason)
    made = DeliveryDetail.of(row, await service.findings_of(writer, row))
    return versioned(request, made, made.version)


router = Router(
    path="/api/v1",
    opt=admits(read=LINKED, write=REGISTRARS),
    route_handlers=[
        list_deliveries,
        get_delivery,
        create_delivery,
        create_deliveries,
        void_delivery,
        Router(path="/", opt=admits(read=VIEWERS), route_handlers=record_routes.handlers),
    ],
)
