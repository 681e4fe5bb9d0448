"""Named statements as values: `crops = q("crops", Filter).many(CropRow)`, called with a unit of work.

The types after the name are those of the arguments, checked by mypy at each call. How they become parameters:

    a Struct                its fields, in their order: what a list is filtered by
    a sequence of Structs   one JSON text for jsonb_populate_recordset (decimals and dates as text)
    a mapping               one JSON text
    anything else           itself
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
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
A1 = TypeVar("A1")
A2 = TypeVar("A2")
A3 = TypeVar("A3")
A4 = TypeVar("A4")
A5 = TypeVar("A5")
A6 = TypeVar("A6")
A7 = TypeVar("A7")
Arguments: TypeAlias = Callable[[Any], Sequence[Any]]


class Statement(Generic[P]):
    """A statement with the types of its arguments. `rows`: what is read from it, for the contract test."""

    def __init__(self, feature: str, name: str, kinds: tuple[Any, ...]) -> None:
        self.feature, self.name = feature, name
        self.text: Final = sql.queries(feature)[name]
        self._arguments = tuple(_arguments(kind) for kind in kinds)
        self.width: Final = sum(_width(kind) for kind in kinds)
        self.result: Any = None
        self.columns = "none"

    def many(self, row: type[R]) -> Callable[Concatenate[On, P], Coroutine[Any, Any, list[R]]]:
        """All rows, each validated against the Struct."""
        nested = self._reads(row, "struct")

        async def many(on: On, /, *args: P.args, **_: P.kwargs) -> list[R]:
            return [struct_of(row, record, nested) for record in await self._fetch(on, args)]

        return many

    def maybe(self, row: type[R]) -> Callable[Concatenate[On, P], Coroutine[Any, Any, R | None]]:
        """The only row, or None; LookupError if there are several."""
        nested = self._reads(row, "struct")

        async def maybe(on: On, /, *args: P.args, **_: P.kwargs) -> R | None:
            found = await self._fetch(on, args)
            if len(found) > 1:
                raise LookupError(f"{len(found)} rows where at most one {row.__name__} was expected")
            return struct_of(row, found[0], nested) if found else None

        return maybe

    def one(self, row: type[R]) -> Callable[Concatenate[On, P], Coroutine[Any, Any, R]]:
        """The only row; NotFound if there is none, LookupError if there are several."""
        maybe = self.maybe(row)

        async def one(on: On, /, *args: P.args, **kwargs: P.kwargs) -> R:
            found = await maybe(on, *args, **kwargs)
            if found is None:
                raise NotFound
            return found

        return one

    def values(self, kind: "TypeForm[T]") -> Callable[Concatenate[On, P], Coroutine[Any, Any, list[T]]]:
        """The only column of all rows."""
        self._reads(kind, "value")

        async def values(on: On, /, *args: P.args, **_: P.kwargs) -> list[T]:
            return [value_of(kind, record[0]) for record in await self._fetch(on, args)]

        return values

    def value(self, kind: "TypeForm[T]") -> Callable[Concatenate[On, P], Coroutine[Any, Any, T]]:
        """The only column of the only row; NotFound if there is none. None only if `kind` allows it."""
        self._reads(kind, "value")

        async def value(on: On, /, *args: P.args, **_: P.kwargs) -> T:
            found = await self._fetch(on, args)
            if not found:
                raise NotFound
            if len(found) > 1:
                raise LookupError(f"{len(found)} rows where one value was expected")
            result: T = value_of(kind, found[0][0])
            return result

        return value

    def run(self) -> Callable[Concatenate[On, P], Coroutine[Any, Any, int]]:
        """For a statement whose rows nobody reads: how many it wrote."""

        async def run(on: On, /, *args: P.args, **_: P.kwargs) -> int:
            with translated():
                status = await connection_of(on).execute(self.text, *self._parameters(args))
            return int(status.rpartition(" ")[2])

        return run

    def _reads(self, kind: Any, columns: str) -> "tuple[tuple[str, Any], ...]":
        self.result, self.columns = kind, columns
        return nested_fields(kind) if columns == "struct" else ()

    def _parameters(self, args: tuple[Any, ...]) -> list[Any]:
        pairs = zip(self._arguments, args, strict=True)
        return [value for arguments, arg in pairs for value in arguments(arg)]

    async def _fetch(self, on: On, args: tuple[Any, ...]) -> list[asyncpg.Record]:
        """Planned for the current scope. The server replans statements with parameters (roles.sql); of those
        without any it would keep the first plan, so they are prepared again."""
        conn, given = connection_of(on), self._parameters(args)
        with translated():
            if given:
                return await conn.fetch(self.text, *given)
            return await (await conn.prepare(self.text)).fetch()


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


def rows_json(rows: Iterable[msgspec.Struct]) -> str:
    """Rows as one JSON text for jsonb_populate_recordset: decimals and dates as text, unset fields absent."""
    return msgspec.json.encode(list(rows)).decode()


def _arguments(kind: Any) -> Arguments:
    """How an argument of this type becomes parameters."""
    if _is_struct(kind):
        return lambda given: [getattr(given, name) for name in given.__struct_fields__]
    origin = get_origin(kind)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return lambda given: [msgspec.json.encode(given).decode()]
    if _holds_structs(kind):
        return lambda given: [rows_json(given)]
    return lambda given: [given]


def _width(kind: Any) -> int:
    return len(kind.__struct_fields__) if _is_struct(kind) else 1


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _holds_structs(kind: Any) -> bool:
    origin = get_origin(kind)
    if not (isinstance(origin, type) and issubclass(origin, Iterable)):
        return False
    item = get_args(kind)[0]
    arms = get_args(item) if get_origin(item) in (Union, UnionType) else (item,)
    return all(_is_struct(arm) for arm in arms)


def value_of(kind: Any, found: Any) -> Any:
    if isinstance(found, str) and _is_nested(kind):
        return msgspec.json.decode(found, type=kind)
    return msgspec.convert(found, kind)


def struct_of(row: type[R], record: asyncpg.Record, nested: tuple[tuple[str, Any], ...]) -> R:
    fields = dict(record)
    for name, kind in nested:
        if isinstance(fields.get(name), str):
            # Typed, from the text: a number in the JSON becomes a Decimal without passing through float.
            fields[name] = msgspec.json.decode(fields[name], type=kind)
    return msgspec.convert(fields, row)


@cache
def nested_fields(row: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
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
