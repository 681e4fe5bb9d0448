"""Registers: flat tables that are listed, read, added to and changed in one way, with a trail of each change.

A register is declared once, with its statements and what is special about it; routes: `register_routes.py`.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from registry.audit import service as audit
from registry.divisions import service
from registry.kernel.db import records
from registry.kernel.db.records import Record
from registry.kernel.db.statements import only, required
from registry.kernel.errors import Conflict, Invalid, Mistake
from registry.kernel.work import Work

Row = TypeVar("Row", bound=Record)
New = TypeVar("New", bound=msgspec.Struct)


async def _no_columns(_work: Work, _new: Any) -> dict[str, Any]:
    return {}


async def _as_given(_work: Work, _row: Any, given: dict[str, Any]) -> dict[str, Any]:
    return given


async def _no_faults(_work: Work, _row: Any, _before: Any) -> list[Mistake]:
    return []


async def _nothing(_work: Work, _before: Any, _now: Any) -> None:
    return None


def one_of(
    found: Callable[[Work, Collection[Any]], Awaitable[Sequence[Row]]],
) -> Callable[[Work, Any], Awaitable[Row]]:
    """The row of a key by a statement that finds the rows of several keys; NotFound."""

    async def one(work: Work, key: Any) -> Row:
        return required(only(await found(work, [key]), key))

    return one


class Register(Generic[Row, New]):
    """One flat table.

    kind: of the record in the trail. key: the fields that name a row with their types, the parent's first.
    one: the row of a key, NotFound. taken: the constraint that a second row of the same identity breaks.
    rows: a page of the list (work, [ranges of places,] what it is narrowed by, the key after which it goes
    on, how many), None for what is listed in another way; placed: whether it takes ranges.

    columns: what a new row has beside the fields sent. changes: what a patch does to a row, by column. check:
    mistakes of the row as it would be. faults: mistakes that have to be looked up; after: what follows, such
    as lines that are out of date; both get the row before (None for a new one). conflict: the answer to a row
    that is taken, where it says more than the constraint's message.
    """

    def __init__(
        self,
        kind: str,
        row: type[Row],
        key: Mapping[str, Any],
        *,
        one: Callable[..., Awaitable[Row]],
        add: Callable[[Work, Sequence[Row]], Awaitable[object]],
        change: Callable[[Work, Sequence[Row]], Awaitable[object]],
        taken: str,
        rows: Callable[..., Awaitable[list[Row]]] | None = None,
        placed: bool = False,
        columns: Callable[[Work, New], Awaitable[dict[str, Any]]] = _no_columns,
        changes: Callable[[Work, Row, dict[str, Any]], Awaitable[dict[str, Any]]] = _as_given,
        check: Callable[[Row], Iterable[Mistake]] = lambda _: (),
        faults: Callable[[Work, Row, Row | None], Awaitable[list[Mistake]]] = _no_faults,
        after: Callable[[Work, Row | None, Row], Awaitable[None]] = _nothing,
        conflict: Callable[[Work, Row], Awaitable[Conflict]] | None = None,
    ) -> None:
        self.kind, self.row, self.key, self.placed = kind, row, key, placed
        self._rows, self.one, self._add, self._change, self._taken = rows, one, add, change, taken
        self._columns, self._changes, self._check = columns, changes, check
        self._faults, self._after, self._conflict = faults, after, conflict

    async def listed(
        self,
        work: Work,
        wanted: msgspec.Struct,
        *,
        division: str | None = None,
        after: tuple[Any, ...] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        """Rows in their order, `limit` at most, following the key `after`. division: a subtree or an area."""
        if self._rows is None:
            raise TypeError(f"{self.kind} has no list of its own")
        if not self.placed:
            return await self._rows(work, wanted, after, limit)
        place = await service.places(work, division, work.act.today) if division else None
        return await self._rows(work, (place.firsts, place.lasts) if place else None, wanted, after, limit)

    async def create(self, work: Work, new: New, **parents: Any) -> Row:
        """parents: the fields of the key that are not sent. Invalid; Conflict if there is such a row."""
        columns = {**parents, **await self._columns(work, new)}
        row = records.new_row(self.row, work.act, new, **columns)
        mistakes = await self._faults(work, row, None)
        if mistakes:
            raise Invalid(mistakes)
        if not await self._add(work, [row]):
            raise await self._conflict(work, row) if self._conflict else records.already_exists(self._taken)
        audit.created(work, self.kind, [self.name(row)])
        await self._after(work, None, row)
        return row

    async def change(self, work: Work, key: Sequence[Any], patch: msgspec.Struct, version: int) -> Row:
        """Changes what was given. NotFound, Stale, Invalid."""
        row = await self.one(work, *key)
        changes = await self._changes(work, row, records.given_fields(patch))
        wanted = records.changed(row, work.act, changes)
        records.require_version(row, version)
        mistakes = [] if wanted is row else [*self._check(wanted), *await self._faults(work, wanted, row)]
        if mistakes:
            raise Invalid(mistakes)
        await audit.watch(work, self.kind, self.name(row))
        done = await records.write_changed(
            row,
            wanted,
            write=lambda rows: self._change(work, rows),
            again=lambda: self.one(work, *key),
        )
        if done is not row:
            await self._after(work, row, done)
        return done

    def name(self, row: Row) -> str:
        """The id of the row's record in the trail."""
        return audit.key(*(getattr(row, name) for name in self.key))
