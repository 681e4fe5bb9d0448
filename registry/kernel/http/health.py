"""Liveness, readiness and metrics. Not part of the REST interface."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from registry.kernel.db import migrate
from registry.kernel.errors import Unavailable
from registry.kernel.http.callers import OPEN
from registry.kernel.http.request_limits import internal_only
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work


class Health(msgspec.Struct, frozen=True, kw_only=True):
    status: str = "ok"


@get("/healthz", include_in_schema=False, opt=OPEN)
async def healthz() -> Health:
    """The process answers; nothing else is asked."""
    return Health()


@get("/readyz", include_in_schema=False, opt=OPEN)
async def readyz(reader: NamedDependency[Work]) -> Health:
    """The database answers and has every migration of this program; else 503."""
    pending = await migrate.pending(reader.conn)
    if pending:
        raise Unavailable(
            f"数据库缺少 {len(pending)} 个升级步骤，请管理员先运行 registry migrate。",
            code="migrations_pending",
        )
    return Health()


@get("/metrics", include_in_schema=False, opt=OPEN)
async def metrics(request: AnyRequest, state: State) -> Response[bytes]:
    """Counters in the text format of Prometheus, for this machine and trusted networks."""
    internal_only(request.scope)
    counted: Any = state["metrics"]
    return Response(
        generate_latest(counted.registry), media_type=CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
    )
