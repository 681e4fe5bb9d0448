"""Writes many rows at once: new, changed, unchanged or rejected. The meaning of a row is the feature's."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from registry.kernel.errors import Mistake, Warning_

In = TypeVar("In")
Row = TypeVar("Row")

Result: TypeAlias = Literal["created", "updated", "unchanged", "rejected"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one row of a batch. record_id: id or code, as text, of what it is stored as. repeats:
    the index of the first other row with the same key.

    Pointers of mistakes and warnings are relative to the row ("/price"); `index` counts from 0.
    """

    index: int
    result: Result
    record_id: str | None = None
    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    repeats: int | None = None


class Merged(Generic[Row]):
    """Outcomes in the order of the rows, and the rows that were (or in a dry run would be) written."""

    def __init__(self, outcomes: list[Outcome], created: list[Row], updated: list[Row]) -> None:
        self.outcomes = outcomes
        self.created = created
        self.updated = updated

    @property
    def written(self) -> list[Row]:
        return [*self.created, *self.updated]


Written: TypeAlias = Collection[str] | Collection[UUID]
Write: TypeAlias = Callable[[list[Row]], Awaitable[Written]]


class Store(Generic[In, Row]):
    """How one kind of row is matched, made, changed and written.

    key: what makes two inputs the same record. made / changed: the row to store (changed answers the stored
    row itself where nothing differs). named: a row's id or code as text. add / change: write rows set-wise
    and answer the ids written; the others met a conflict.
    """

    def __init__(
        self,
        *,
        key: Callable[[In], Hashable],
        made: Callable[[In], Row],
        changed: Callable[[Row, In], Row],
        named: Callable[[Row], str],
        add: Write[Row],
        change: Write[Row],
    ) -> None:
        self.key, self.made, self.changed, self.named = key, made, changed, named
        self.add, self.change = add, change


async def merge(
    rows: Sequence[In],
    store: Store[In, Row],
    *,
    stored: Mapping[Any, Row],
    faults: Sequence[Sequence[Mistake]],
    dry_run: bool,
) -> Merged[Row]:
    """Creates or updates set-wise. `stored`: existing rows by key. `faults`: mistakes found per row.

    All rows of a key that occurs twice are rejected: it is unclear which one is right.
    """
    keys = [store.key(row) for row in rows]
    places: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        places[key].append(index)
    outcomes: dict[int, Outcome] = {}
    new: dict[int, Row] = {}
    changes: dict[int, Row] = {}
    for index, (row, key) in enumerate(zip(rows, keys, strict=True)):
        mistakes, repeats = list(faults[index]), _other(places[key], index)
        if repeats is not None:
            mistakes.append(REPEATED)
        known = stored.get(key)
        if mistakes:
            outcomes[index] = Outcome(
                index=index, result="rejected", mistakes=tuple(mistakes), repeats=repeats
            )
        elif known is None:
            new[index] = store.made(row)
        else:
            wanted = store.changed(known, row)
            if wanted is known:
                outcomes[index] = _done(index, "unchanged", store.named(known))
            else:
                changes[index] = wanted
    created = await _write(new, store.add, store.named, "created", outcomes, dry_run=dry_run)
    updated = await _write(changes, store.change, store.named, "updated", outcomes, dry_run=dry_run)
    return Merged([outcomes[index] for index in range(len(rows))], created, updated)


async def _write(
    rows: Mapping[int, Row],
    write: Write[Row],
    named: Callable[[Row], str],
    result: Result,
    outcomes: dict[int, Outcome],
    *,
    dry_run: bool,
) -> list[Row]:
    ids = {named(row) for row in rows.values()}
    done = ids if dry_run or not rows else {str(one) for one in await write(list(rows.values()))}
    for index, row in rows.items():
        if named(row) in done:
            outcomes[index] = _done(index, result, named(row))
        else:
            outcomes[index] = Outcome(index=index, result="rejected", mistakes=(CONFLICT,))
    return [row for row in rows.values() if named(row) in done]


def _done(index: int, result: Result, record_id: str) -> Outcome:
    return Outcome(index=index, result=result, record_id=record_id)


CONFLICT = Mistake(
    pointer="",
    code="conflict",
    message="这条记录刚被别人登记或修改，请重新核对后再导入",
    english="the record was written by someone else in the meantime: check it and try again",
)


REPEATED = Mistake(
    pointer="",
    code="duplicate",
    message="与另一条是同一条记录，请只保留一条",
    english="is the same record as another row; keep one of them",
)
"""Who knows how rows are called names the other one: `Outcome.repeats`."""


def _other(places: Sequence[int], index: int) -> int | None:
    """The first other row with the same key."""
    return next((place for place in places if place != index), None)
