"""Typed statements about import batches and the names of codes."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.exchange.model import ImportBatch, Summary
from registry.kernel import db, sql
from registry.kernel.statements import Queries
from registry.kernel.work import Work

q = Queries("exchange")
Q = sql.queries("exchange")


class NamedCode(msgspec.Struct, frozen=True, kw_only=True):
    """What people call a code."""

    name: str
    code: str


async def add_batch(
    work: Work, kind: str, batch_id: UUID, *, places: Sequence[str], summary: Summary
) -> bool:
    """Keeps the batch under the first place the caller may write; False if there is none."""
    return bool(
        await db.run(
            work,
            Q["add_batch"],
            list(places),
            batch_id,
            kind,
            summary.rows,
            summary.created,
            summary.updated,
            summary.unchanged,
            work.act.now,
            work.act.actor,
        )
    )


async def batches(
    work: Work, place: Places | None, kind: str | None, after: UUID | None, limit: int
) -> list[ImportBatch]:
    firsts, lasts = (place.firsts, place.lasts) if place else (None, None)
    return await db.many(work, ImportBatch, Q["batches"], firsts, lasts, kind, after, limit)


batch = q("batch_by_id", UUID).one(ImportBatch)
crop_names = q("crop_names").many(NamedCode)
product_names = q("product_names").many(NamedCode)
grade_names = q("grade_names").many(NamedCode)
