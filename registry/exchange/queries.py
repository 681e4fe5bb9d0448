"""Typed statements about import batches and the names of codes."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.exchange.model import ImportBatch, Summary
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
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
    """Stores the batch under the first place the caller may write; False without one."""
    return bool(
        await transactions.run(
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
    return await transactions.many(work, ImportBatch, Q["batches"], firsts, lasts, kind, after, limit)


batch = q("batch_by_id", UUID).one(ImportBatch)
crop_names = q("crop_names").many(NamedCode)
product_names = q("product_names").many(NamedCode)
grade_names = q("grade_names").many(NamedCode)
