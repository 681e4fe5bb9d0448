"""Handlers made in a loop: their name, text and signature come from data.

Their parameters are read, checked and described like those of a handler that is written out.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, TypeAlias

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work

Call: TypeAlias = Callable[..., Awaitable[Response[Any]]]
_PATH: Any = FromPath
_QUERY: Any = FromQuery
_BODY: Any = JSONBody
_RESPONSE: Any = Response


def signed(
    call: Call,
    name: str,
    text: str,
    out: Any,
    work: Literal["reader", "writer"],
    *,
    path: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    body: Any = None,
    table: bool = False,
) -> Call:
    """`call` as the handler `name`, documented by `text` and answering `out`; table: or CSV.

    It is given `request`, the unit of work, the parameters of its address by name (those of the query are
    optional) and the body as `data`.
    """
    required: dict[str, Any] = {"request": AnyRequest, work: NamedDependency[Work]}
    required |= {one: _PATH[kind] for one, kind in (path or {}).items()}
    if body is not None:
        required["data"] = _BODY[body]
    optional = {one: _QUERY[kind] for one, kind in (query or {}).items()}
    parameters = [_keyword(one, kind) for one, kind in required.items()]
    parameters += [_keyword(one, kind, None) for one, kind in optional.items()]
    returned = _RESPONSE[out] | _RESPONSE[bytes] if table else _RESPONSE[out]
    call.__name__ = call.__qualname__ = name
    call.__doc__ = text
    call.__annotations__ = {**required, **optional, "return": returned}
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return call


def _keyword(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
