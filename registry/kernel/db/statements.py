"""Named statements as values: `crops = q("crops", Filter).many(CropRow)`, called with a unit of work.

The types after the name are those of the arguments, checked by mypy at each call. How they become parameters:

    a Struct                its fields, in their order: what a list is filtered by; all null for None
    a tuple of fixed length its items, likewise: the keys after which a list goes on
    a sequence of Structs   one JSON text for jsonb_populate_recordset (decimals and dates as text)
    a mapping               one JSON text
    anything else           itself
"""

from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Final,
    Generic,
    ParamSpec,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    overload,
)

import asyncpg
import msgspec

from registry.kernel.db import sql
from registry.kernel.db.connection import Conn
from registry.kernel.db.translate import translated
from registry.kernel.errors import NotFound
from registry.kernel.work import Work

if TYPE_CHECKING:
    from typing_extensions import TypeForm

On: TypeAlias = Work | Conn
"""Where a statement runs: in a unit of work, or on a bare connection outside any (sessions, migrations)."""
P = ParamSpec("P")
R = TypeVar("R", bound=msgspec.Struct)
T = TypeVar("T")
K = TypeVar("K")
A1 = TypeVar("A1")
A2 = TypeVar("A2")
A3 = TypeVar("A3")
A4 = TypeVar("A4")
A5 = TypeVar("A5")
A6 = TypeVar("A6")
A7 = TypeVar("A7")
Arguments: TypeAlias = Callable[[Any], Sequence[Any]]


class Statement(Generic[P]):
    """A statement with the types of its arguments.

    width: how many parameters these become. For the contract test, result and columns: what is read of it
    ("struct", "value" or "none").
    """

    def __init__(self, feature: str, name: str, kinds: tuple[Any, ...]) -> None:
        self.feature, self.name = feature, name
        self.text: Final = sql.queries(feature)[name]
        self._arguments = tuple(_arguments(kind) for kind in kinds)
        self._lists = tuple(at for at, kind in enumerate(kinds) if _is_list(kind))
        self.width: Final = sum(_width(kind) for kind in kinds)
        self.result: Any = None
        self.columns = "none"

    def many(self, row: type[R]) -> Callable[Concatenate[On, P], Coroutine[Any, Any, list[R]]]:
        """All rows, each validated against the Struct."""
        self._reads(row, "struct")

        async def many(on: On, /, *args: P.args, **_: P.kwargs) -> list[R]:
            return structs_of(row, await self._listed(on, args))

        return many

    def maybe(self, row: type[R]) -> Callable[Concatenate[On, P], Coroutine[Any, Any, R | None]]:
        """The only row, or None; LookupError if there are several."""
        many = self.many(row)

        async def maybe(on: On, /, *args: P.args, **kwargs: P.kwargs) -> R | None:
            return only(await many(on, *args, **kwargs), row)

        return maybe

    def one(self, row: type[R]) -> Callable[Concatenate[On, P], Coroutine[Any, Any, R]]:
        """The only row; NotFound if there is none, LookupError if there are several."""
        maybe = self.maybe(row)

        async def one(on: On, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return required(await maybe(on, *args, **kwargs))

        return one

    def values(self, kind: "TypeForm[T]") -> Callable[Concatenate[On, P], Coroutine[Any, Any, list[T]]]:
        """The only column of all rows."""
        self._reads(kind, "value")

        async def values(on: On, /, *args: P.args, **_: P.kwargs) -> list[T]:
            found = await self._listed(on, args)
            return [value_of(kind, record[0]) for record in found]

        return values

    def by(
        self, row: type[R], key: Callable[[R], K]
    ) -> Callable[Concatenate[On, P], Coroutine[Any, Any, dict[K, R]]]:
        """All rows by their key; of several with one key the last."""
        many = self.many(row)

        async def by(on: On, /, *args: P.args, **kwargs: P.kwargs) -> dict[K, R]:
            return {key(found): found for found in await many(on, *args, **kwargs)}

        return by

    def value(self, kind: "TypeForm[T]") -> Callable[Concatenate[On, P], Coroutine[Any, Any, T]]:
        """The only column of the only row; NotFound if there is none. None only if `kind` allows it."""
        self._reads(kind, "value")

        async def value(on: On, /, *args: P.args, **_: P.kwargs) -> T:
            record = required(only(await fetch(on, self.text, self._parameters(args)), kind))
            result: T = value_of(kind, record[0])
            return result

        return value

    def run(self) -> Callable[Concatenate[On, P], Coroutine[Any, Any, int]]:
        """For a statement whose rows nobody reads: how many it wrote."""

        async def run(on: On, /, *args: P.args, **_: P.kwargs) -> int:
            if len(args) == 1 and self._asks_nothing(args):
                return 0
            return await execute(on, self.text, self._parameters(args))

        return run

    def _reads(self, kind: Any, columns: str) -> None:
        self.result, self.columns = kind, columns

    async def _listed(self, on: On, args: tuple[Any, ...]) -> list[asyncpg.Record]:
        return [] if self._asks_nothing(args) else await fetch(on, self.text, self._parameters(args))

    def _asks_nothing(self, args: tuple[Any, ...]) -> bool:
        """Whether it is given nothing but empty lists to look up or to write: then no message is sent."""
        return bool(self._lists) and not any(args[at] for at in self._lists)

    def _parameters(self, args: tuple[Any, ...]) -> list[Any]:
        pairs = zip(self._arguments, args, strict=True)
        return [value for arguments, arg in pairs for value in arguments(arg)]


class Queries:
    """The statements of sql/queries/<feature>.sql. `declared`: all that modules have taken, for tests."""

    declared: Final[list[Statement[...]]] = []

    def __init__(self, feature: str) -> None:
        self.feature = feature

    @overload
    def __call__(self, name: str, /) -> Statement[[]]: ...
    @overload
    def __call__(self, name: str, a1: "TypeForm[A1]", /) -> Statement[[A1]]: ...
    @overload
    def __call__(self, name: str, a1: "TypeForm[A1]", a2: "TypeForm[A2]", /) -> Statement[[A1, A2]]: ...
    @overload
    def __call__(
        self, name: str, a1: "TypeForm[A1]", a2: "TypeForm[A2]", a3: "TypeForm[A3]", /
    ) -> Statement[[A1, A2, A3]]: ...
    @overload
    def __call__(
        self, name: str, a1: "TypeForm[A1]", a2: "TypeForm[A2]", a3: "TypeForm[A3]", a4: "TypeForm[A4]", /
    ) -> Statement[[A1, A2, A3, A4]]: ...
    @overload
    def __call__(
        self,
        name: str,
        a1: "TypeForm[A1]",
        a2: "TypeForm[A2]",
        a3: "TypeForm[A3]",
        a4: "TypeForm[A4]",
        a5: "TypeForm[A5]",
        /,
    ) -> Statement[[A1, A2, A3, A4, A5]]: ...
    @overload
    def __call__(
        self,
        name: str,
        a1: "TypeForm[A1]",
        a2: "TypeForm[A2]",
        a3: "TypeForm[A3]",
        a4: "TypeForm[A4]",
        a5: "TypeForm[A5]",
        a6: "TypeForm[A6]",
        /,
    ) -> Statement[[A1, A2, A3, A4, A5, A6]]: ...
    @overload
    def __call__(
        self,
        name: str,
        a1: "TypeForm[A1]",
        a2: "TypeForm[A2]",
        a3: "TypeForm[A3]",
        a4: "TypeForm[A4]",
        a5: "TypeForm[A5]",
        a6: "TypeForm[A6]",
        a7: "TypeForm[A7]",
        /,
    ) -> Statement[[A1, A2, A3, A4, A5, A6, A7]]: ...
    def __call__(self, name: str, /, *kinds: Any) -> Statement[...]:
        """The statement `name` with the types of its arguments; KeyError if the file has none so named."""
        statement: Statement[...] = Statement(self.feature, name, kinds)
        Queries.declared.append(statement)
        return statement


def connection_of(on: On) -> Conn:
    """The connection a statement runs on."""
    return on.conn if isinstance(on, Work) else on


async def fetch(on: On, text: str, given: Sequence[Any]) -> list[asyncpg.Record]:
    """Planned for the current scope. The server replans statements with parameters (roles.sql); of those
    without any it would keep the first plan, so they are prepared again."""
    conn = connection_of(on)
    with translated():
        if given:
            return await conn.fetch(text, *given)
        return await (await conn.prepare(text)).fetch()


async def execute(on: On, text: str, given: Sequence[Any]) -> int:
    """How many rows the statement wrote; 0 for one that counts none."""
    with translated():
        status = await connection_of(on).execute(text, *given)
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0


def only(found: Sequence[T], what: Any) -> T | None:
    """The only one, or None; LookupError, a fault of the program, if there are several."""
    if len(found) > 1:
        name = getattr(what, "__name__", what)
        raise LookupError(f"{len(found)} rows where at most one {name} was expected")
    return found[0] if found else None


def required(found: T | None) -> T:
    """NotFound instead of None."""
    if found is None:
        raise NotFound
    return found


def rows_json(rows: Iterable[msgspec.Struct]) -> str:
    """Rows as one JSON text for jsonb_populate_recordset: decimals and dates as text, unset fields absent."""
    return msgspec.json.encode(list(rows)).decode()


def _arguments(kind: Any) -> Arguments:
    """How an argument of this type becomes parameters."""
    given = _optional(kind)
    if given is not None:
        arguments, nothing = _arguments(given), [None] * _width(given)
        return lambda value: nothing if value is None else arguments(value)
    origin = get_origin(kind)
    if _is_struct(kind) or _is_pair(kind):
        parts = [_arguments(part) for part in _parts(kind)]
        return lambda value: [
            parameter
            for arguments, part in zip(parts, _values(value), strict=True)
            for parameter in arguments(part)
        ]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return lambda value: [msgspec.json.encode(value).decode()]
    if _holds_structs(kind):
        return lambda value: [rows_json(value)]
    return lambda value: [value]


def _width(kind: Any) -> int:
    given = _optional(kind)
    if given is not None:
        return _width(given)
    return sum(_width(part) for part in _parts(kind)) if _is_struct(kind) or _is_pair(kind) else 1


def _optional(kind: Any) -> Any:
    """T of `T | None`; None for any other type."""
    arms = get_args(kind) if get_origin(kind) in (Union, UnionType) else ()
    if NoneType not in arms or len(arms) != 2:
        return None
    return next(arm for arm in arms if arm is not NoneType)


def _parts(kind: Any) -> list[Any]:
    """The types of a Struct's fields or a tuple's items."""
    if _is_struct(kind):
        return [field.type for field in msgspec.structs.fields(kind)]
    return list(get_args(kind))


def _values(given: Any) -> Sequence[Any]:
    return given if isinstance(given, tuple) else msgspec.structs.astuple(given)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_pair(kind: Any) -> bool:
    """A tuple of fixed length."""
    return get_origin(kind) is tuple and Ellipsis not in get_args(kind)


def _is_list(kind: Any) -> bool:
    origin = get_origin(kind)
    if not isinstance(origin, type) or origin is tuple:
        return False
    return issubclass(origin, Collection) and not issubclass(origin, Mapping)


def _holds_structs(kind: Any) -> bool:
    origin = get_origin(kind)
    if not (isinstance(origin, type) and issubclass(origin, Iterable)):
        return False
    item = get_args(kind)[0]
    arms = get_args(item) if get_origin(item) in (Union, UnionType) else (item,)
    return all(_is_struct(arm) for arm in arms)


def value_of(kind: Any, found: Any) -> Any:
    """A column as `kind`; jsonb arrives from the driver as text."""
    if isinstance(found, str) and _is_nested(kind):
        return msgspec.json.decode(found, type=kind)
    return msgspec.convert(found, kind)


def structs_of(row: type[R], records: Iterable[asyncpg.Record]) -> list[R]:
    """Each record validated against the Struct."""
    nested = _nested_fields(row)
    found = []
    for record in records:
        fields = dict(record)
        for name, kind in nested:
            if isinstance(fields.get(name), str):
                # Typed, from the text: a number in the JSON becomes a Decimal without passing through float.
                fields[name] = msgspec.json.decode(fields[name], type=kind)
        found.append(msgspec.convert(fields, row))
    return found


@cache
def _nested_fields(row: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """The fields that hold a jsonb column as a structure: json arrives from the driver as text."""
    fields = msgspec.structs.fields(row)
    return tuple((field.encode_name, field.type) for field in fields if _is_nested(field.type))


def _is_nested(kind: Any) -> bool:
    origin = get_origin(kind)
    if origin is Annotated:
        return _is_nested(get_args(kind)[0])
    if origin in (Union, UnionType):
        return all(_is_nested(arm) for arm in get_args(kind) if arm is not NoneType)
    base = origin or kind
    return isinstance(base, type) and issubclass(base, (msgspec.Struct, dict, list, tuple))
