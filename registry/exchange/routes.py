"""Imports over REST: a CSV body in, a report out."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.exchange import service
from registry.exchange.model import ImportBatch, ImportReport, Mode, Options
from registry.kernel.http.bodies import UnsupportedMedia
from registry.kernel.http.callers import ADMIN, COUNTY, REGISTRARS, VIEWERS, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.openapi import CSV_EXAMPLE
from registry.kernel.http.request_limits import LARGE_BYTES
from registry.kernel.http.web import AnyRequest, Page, listed, row_limit
from registry.kernel.imports import KindName
from registry.kernel.types import DivisionCode, PlaceCode
from registry.kernel.work import Work

MEDIA = ("text/csv", "text/plain", "application/octet-stream", "application/vnd.ms-excel")
EXAMPLE = "村代码,户号,户主姓名,承包地面积（亩）\r\n421303187236,012,示例户甲,4.50\r\n"


@post("/imports/{kind:str}", status_code=200, opt={CSV_EXAMPLE: EXAMPLE}, request_max_body_size=LARGE_BYTES)
async def import_table(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    kind: FromPath[KindName],
    dry_run: FromQuery[bool] = False,
    mode: FromQuery[Mode] = "all",
    division: FromQuery[DivisionCode | None] = None,
) -> Response[ImportReport]:
    """Import a CSV file (text/csv; UTF-8 or GBK) of divisions, organizations, households, …

    The header names the columns in Chinese or by field. All wrong rows are named with line and column.
    `mode=all` (default): one wrong row, and nothing is written (422). `mode=valid`: the good rows are
    written, the others are listed in the answer. `dry_run`: nothing is written. `division`: the place of
    rows that name none, and where villages given by name are looked up. Who may import which kind is as for
    entering one of its rows (403).
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in MEDIA:
        raise UnsupportedMedia("请求内容应为 CSV（Content-Type: text/csv）。")
    options = Options(dry_run=dry_run, mode=mode, division=division)
    found = request.app.state["imports"][kind]
    return Response(await service.run(writer, found, data=await request.body(), options=options))


@get("/imports")
async def list_imports(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    kind: FromQuery[KindName | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[ImportBatch]]:
    """Imports that were kept, newest first"""
    count, after = row_limit(limit), after_keys(cursor, tuple[UUID])
    last = after[0] if after else None
    rows = await service.batches(reader, division=division, kind=kind, after=last, limit=count + 1)
    return listed(request, cut_keys(rows, count, lambda row: (row.import_batch_id,)))


@get("/imports/{import_batch_id:uuid}")
async def get_import(reader: NamedDependency[Work], import_batch_id: FromPath[UUID]) -> ImportBatch:
    """One import that was kept"""
    return await service.batch(reader, import_batch_id)


IMPORTERS = (*REGISTRARS, *COUNTY, *ADMIN)
"""Each its own kinds: see the service."""
READERS = (*VIEWERS, *ADMIN)

router = Router(
    path="/api/v1",
    opt=admits(read=READERS, write=IMPORTERS),
    route_handlers=[import_table, list_imports, get_import],
)
