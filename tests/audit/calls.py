"""A write as a test makes it, and what the trail has to tell of it. The writes themselves are `writes_*.py`.

@write("PATCH /api/v1/crops/{crop_code}")
async def _(desk: Desk) -> Call: ...   # sets up, and answers the one request that is looked at
"""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

import httpx
import msgspec
from litestar.routes import HTTPRoute

from registry.app import create_app
from registry.settings import Settings
from tests.contracts.browse import Page
from tests.contracts.desk import API, Desk, Json


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event: the record, some of the values it must hold, before and after. Made: nothing stood before."""

    kind: str
    record_id: str
    changes: dict[str, list[str | None]]
    made: bool = False


Tell = Callable[[Any], Iterable[Told]]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request that must succeed, and what it must tell, from the JSON of its answer (or the answer)."""

    send: Callable[[], Awaitable[httpx.Response | Page]]
    told: Tell


class Write(Protocol):
    async def __call__(self, desk: Desk) -> Call: ...


WRITES: Final[dict[str, Write]] = {}


def write(operation: str) -> Callable[[Write], Write]:
    """Enters a write for an operation such as "POST /api/v1/crops"."""

    def enter(function: Write) -> Write:
        assert operation not in WRITES, f"{operation} is there twice"
        WRITES[operation] = function
        return function

    return enter


def made(kind: str, record_id: object, /, **values: str | None) -> Told:
    """A new record with these values."""
    told = {path: [None, value] for path, value in values.items()}
    return Told(kind=kind, record_id=str(record_id), changes=told, made=True)


def changed(kind: str, record_id: object, /, **values: tuple[str | None, str | None]) -> Told:
    """A record that stood, with values before and after. A path is written with double underscores."""
    told = {path.replace("__", "/"): list(pair) for path, pair in values.items()}
    return Told(kind=kind, record_id=str(record_id), changes=told)


def at(told: Told, path: str, before: str | None, after: str | None) -> Told:
    """The same with one more value, whose path holds an id."""
    return msgspec.structs.replace(told, changes={**told.changes, path: [before, after]})


def sent(
    desk: Desk, method: str, path: str, told: Tell, *, body: Any = None, version: int | None = None
) -> Call:
    """A request to the interface, its path without /api/v1."""
    headers = {"idempotency-key": str(uuid4())}
    if version is not None:
        headers["if-match"] = f'"{version}"'

    async def send() -> httpx.Response:
        given = {} if body is None else {"json": body}
        return await desk.client.request(method, f"{API}{path}", headers=headers, **given)

    return Call(send=send, told=told)


async def posted(desk: Desk, path: str, body: Json) -> Json:
    """What a record that a call starts from looks like."""
    headers = {"idempotency-key": str(uuid4())}
    answer = await desk.client.post(f"{API}{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return dict(answer.json())


def operations() -> dict[str, str]:
    """Every route with a writer, as "METHOD /path/{name}", and the name its events bear."""
    app = create_app(Settings(data_dir=Path("unused")))
    found = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if "writer" in handler.parsed_fn_signature.parameters:
                (method,) = handler.http_methods - {"OPTIONS"}
                found[f"{method} {_plain(route.path)}"] = handler.handler_name
    return found


def _plain(path: str) -> str:
    """Without the kinds of its parameters."""
    return "/".join(part.partition(":")[0] + "}" if part[:1] == "{" else part for part in path.split("/"))
