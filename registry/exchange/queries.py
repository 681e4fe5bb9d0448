"""Typed statements about import batches and the names of codes."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from registry.divisions.model import Places
from registry.exchange.model import ImportBatch, Summary
from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.kernel.web import Act

Q = sql.queries("exchange")


class NamedCode(msgspec.Struct, frozen=True, kw_only=True):
    """What people call a code."""

    name: str
    code: str


async def add_batch(
    conn: Conn, act: Act, kind: str, batch_id: UUID, *, places: Sequence[str], summary: Summary
) -> bool:
    """Keeps the batch under the first place the caller may write; False if there is none."""
    return bool(
        await db.run(
            conn,
            Q["add_batch"],
            list(places),
            batch_id,
            kind,
            summary.rows,
            summary.created,
            summary.updated,
            summary.unchanged,
            act.now,
            act.actor,
        )
    )


async def batches(
    conn: Conn, place: Places | None, kind: str | None, after: UUID | None, limit: int
) -> list[ImportBatch]:
    firsts, lasts = (place.firsts, place.lasts) if place else (None, None)
    return await db.many(conn, ImportBatch, Q["batches"], firsts, lasts, kind, after, limit)


async def batch(conn: Conn, batch_id: UUID) -> ImportBatch:
    return await db.one(conn, ImportBatch, Q["batch_by_id"], batch_id)


async def crop_names(conn: Conn) -> list[NamedCode]:
    return await db.many(conn, NamedCode, Q["crop_names"])


async def product_names(conn: Conn) -> list[NamedCode]:
    return await db.many(conn, NamedCode, Q["product_names"])


async def grade_names(conn: Conn) -> list[NamedCode]:
    return await db.many(conn, NamedCode, Q["grade_names"])
