"""Imports in the trail: whatever a batch adds or changes is one event per record, set-wise."""

from typing import TypeVar

from registry.audit import service
from registry.kernel.batch import Store, Written
from registry.kernel.work import Work

In = TypeVar("In")
Row = TypeVar("Row")


def recorded(work: Work, kind: str, store: Store[In, Row]) -> Store[In, Row]:
    """The store of an import; its writes are audited. The name of a row is the id of its record."""

    async def add(rows: list[Row]) -> Written:
        ids = await store.add(rows)
        service.created(work, kind, ids)
        return ids

    async def change(rows: list[Row]) -> Written:
        await service.watch_all(work, kind, [store.named(row) for row in rows])
        return await store.change(rows)

    return Store(
        key=store.key, made=store.made, changed=store.changed, named=store.named, add=add, change=change
    )
