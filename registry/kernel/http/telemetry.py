"""Around every request: trace id, security headers, one log line, counters. No bodies, no queries."""

import asyncio
import re
import secrets
import time
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from registry.kernel.errors import DomainError
from registry.kernel.http.forwarded import Edge, header

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[bytes, bytes]] = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cache-control": b"no-store",
}
_TLS: Final = (b"strict-transport-security", b"max-age=31536000")
_CLOSE: Final = (b"connection", b"close")
_UNREAD: Final = frozenset({408, 413})
"""The rest of the body would still come: it is not waited for."""
BODY_SECONDS: Final = 20.0
BODY_BYTES_A_SECOND: Final = 4_000
"""A body may take BODY_SECONDS, and longer as long as it comes at this pace: a village's mobile line does."""
_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = structlog.get_logger("registry.request")


class TooSlow(DomainError):
    """The body comes too slowly: the connection is given up."""

    code = "too_slow"
    status = 408
    title = "The body came too slowly"
    detail = "提交的内容传得太慢，已中断。请在网络好一些的时候重新提交，或分批提交。"


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("method", "route", "status")
        self.requests = Counter("registry_requests", "Answered requests", names, registry=self.registry)
        self.seconds = Histogram(
            "registry_request_seconds",
            "Time to the last byte",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.running = Gauge("registry_requests_running", "Requests being answered", registry=self.registry)


def trace_id(scope: Scope) -> str:
    """The id that joins an answer with its log lines: the caller's (traceparent) or a new one."""
    state = scope["state"]
    return str(state.setdefault("trace_id", secrets.token_hex(16)))


async def observe(
    app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send, *, metrics: Metrics, edge: Edge
) -> None:
    """Runs `app` for one HTTP request with the headers, the log line and the counters around it."""
    state: MutableMapping[str, Any] = scope.setdefault("state", {})
    parent = _PARENT.fullmatch(header(scope, b"traceparent"))
    if parent:
        state["trace_id"] = parent.group(1)
    trace = trace_id(scope)
    came = state["arrival"] = edge.arrival(scope)
    if not came.known:
        # Nothing behind this builds an address of a name that is not ours, or cannot be read.
        kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [*kept, (b"host", b"unknown.invalid")]
    seen = {"status": 500, "bytes": 0}

    # HEAD is GET without the body: no route has to declare it.
    head = scope["method"] == "HEAD"
    if head:
        scope["method"] = "GET"

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen["status"] = message["status"]
            message["headers"] = [
                *_with_headers(message["headers"], trace, tls=came.https),
                *([_CLOSE] if seen["status"] in _UNREAD else []),
            ]
        elif message["type"] == "http.response.body":
            message["body"] = b"" if head else message["body"]
            seen["bytes"] += len(message["body"])
        await send(message)

    start = time.perf_counter()
    with metrics.running.track_inprogress():
        try:
            await app(scope, with_body_timeout(receive), sending)
        finally:
            scope["method"] = "HEAD" if head else scope["method"]
            _log_request(scope, metrics, seen, time.perf_counter() - start, trace)


def with_body_timeout(receive: Receive) -> Receive:
    """`receive` that waits no longer than BODY_SECONDS and what the pace allows; raises TooSlow."""
    loop = asyncio.get_running_loop()
    start, got = loop.time(), 0

    async def receiving() -> Any:
        nonlocal got
        try:
            async with asyncio.timeout_at(start + BODY_SECONDS + got / BODY_BYTES_A_SECOND):
                message: Any = await receive()
        except TimeoutError as late:
            raise TooSlow from late
        got += len(message.get("body") or b"")
        return message

    return receiving


def _with_headers(headers: Any, trace: str, *, tls: bool) -> list[tuple[bytes, bytes]]:
    """The answer's own headers and those of every answer; its own win."""
    own = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    given = {name for name, _ in own}
    common = [(name, value) for name, value in HEADERS.items() if name not in given]
    return [*own, *common, *([_TLS] if tls else []), (b"trace-id", trace.encode())]


def _log_request(scope: Scope, metrics: Metrics, seen: dict[str, int], seconds: float, trace: str) -> None:
    method = str(scope.get("method", ""))
    method = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"
    route = str(scope.get("path_template") or "-")
    metrics.requests.labels(method, route, str(seen["status"])).inc()
    metrics.seconds.labels(method, route).observe(seconds)
    log.info(
        "request",
        method=method,
        route=route,
        status=seen["status"],
        ms=round(seconds * 1000, 1),
        bytes=seen["bytes"],
        trace_id=trace,
        actor=scope.get("state", {}).get("actor"),
    )
