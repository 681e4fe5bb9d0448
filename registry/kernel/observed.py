"""What surrounds every request: trace id, security headers, one log line, counters. No bodies, no queries."""

import re
import secrets
import time
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from litestar.enums import HttpMethod
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[bytes, bytes]] = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cache-control": b"no-store",
}
_TLS: Final = (b"strict-transport-security", b"max-age=31536000")
_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = structlog.get_logger("registry.request")


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


def header(scope: Scope, name: bytes) -> str:
    """A request header as text, "" if it was not sent."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def observe(app: ASGIApp, metrics: Metrics, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Runs `app` for one HTTP request with the headers, the log line and the counters around it."""
    state: MutableMapping[str, Any] = scope.setdefault("state", {})
    parent = _PARENT.fullmatch(header(scope, b"traceparent"))
    if parent:
        state["trace_id"] = parent.group(1)
    trace = trace_id(scope)
    seen = {"status": 500, "bytes": 0}

    # HEAD is GET without the body: no route has to say so.
    head = scope["method"] == "HEAD"
    if head:
        scope["method"] = HttpMethod.GET

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen["status"] = message["status"]
            message["headers"] = _with_headers(message["headers"], trace, tls=scope["scheme"] == "https")
        elif message["type"] == "http.response.body":
            message["body"] = b"" if head else message["body"]
            seen["bytes"] += len(message["body"])
        await send(message)

    start = time.perf_counter()
    with metrics.running.track_inprogress():
        try:
            await app(scope, receive, sending)
        finally:
            _note(scope, metrics, seen, time.perf_counter() - start, trace)


def _with_headers(headers: Any, trace: str, *, tls: bool) -> list[tuple[bytes, bytes]]:
    """The answer's own headers and those of every answer; its own win."""
    own = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    given = {name for name, _ in own}
    common = [(name, value) for name, value in HEADERS.items() if name not in given]
    return [*own, *common, *([_TLS] if tls else []), (b"trace-id", trace.encode())]


def _note(scope: Scope, metrics: Metrics, seen: dict[str, int], seconds: float, trace: str) -> None:
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
