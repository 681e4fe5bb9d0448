"""Typed statements about import batches and the names of codes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.exchange.model import ImportBatch, Summary
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("exchange")


class NamedCode(msgspec.Struct, frozen=True, kw_only=True):
    """What people call a code."""

    name: str
    code: str


_add_batch = q("add_batch", Collection[str], UUID, str, tuple[int, int, int, int], datetime, str).run()


async def add_batch(
    work: Work, kind: str, batch_id: UUID, *, places: Sequence[str], summary: Summary
) -> bool:
    """Stores the batch under the first place the caller may write; False without one."""
    rows = (summary.rows, summary.created, summary.updated, summary.unchanged)
    return bool(await _add_batch(work, places, batch_id, kind, rows, work.act.now, work.act.actor))


_batches = q("batches", Collection[str] | None, Collection[str] | None, str | None, UUID | None, int).many(
    ImportBatch
)


async def batches(
    work: Work, place: Places | None, kind: str | None, after: UUID | None, limit: int
) -> list[ImportBatch]:
    firsts, lasts = (place.firsts, place.lasts) if place else (None, None)
    return await _batches(work, firsts, lasts, kind, after, limit)


batch = q("batch_by_id", UUID).one(ImportBatch)
crop_names = q("crop_names").many(NamedCode)
product_names = q("product_names").many(NamedCode)
grade_names = q("grade_names").many(NamedCode)
