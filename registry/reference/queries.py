"""Statements of crops, products, grades, tags and seasons, typed. Figures are `figure_queries.py`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.reference.model import CropRow, GradeRow, ProductRow, SeasonRow, TagRow

Q = sql.queries("reference")


class Listing(Struct, frozen=True, kw_only=True):
    """What a list of codes is narrowed by, the code already seen, and how many rows to fetch."""

    name: str | None = None
    updated_since: datetime | None = None
    after: str | None = None
    limit: int = 50


class SeasonFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. on: a day the season holds. after: the id already seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    product: str | None = None
    year: int | None = None
    on: date | None = None
    updated_since: datetime | None = None
    after: UUID | None = None
    limit: int = 50


async def crops(conn: Conn, to: Listing) -> list[CropRow]:
    return await db.many(conn, CropRow, Q["crops"], to.name, to.updated_since, to.after, to.limit)


async def crops_by_code(conn: Conn, codes: Collection[str]) -> list[CropRow]:
    return await db.many(conn, CropRow, Q["crops_by_code"], list(codes))


async def add_crops(conn: Conn, rows: Sequence[CropRow]) -> int:
    return await db.run(conn, Q["add_crops"], db.rows_json(rows))


async def change_crops(conn: Conn, rows: Sequence[CropRow]) -> int:
    return await db.run(conn, Q["change_crops"], db.rows_json(rows))


async def products(conn: Conn, crop: str | None, to: Listing) -> list[ProductRow]:
    return await db.many(conn, ProductRow, Q["products"], crop, to.name, to.updated_since, to.after, to.limit)


async def products_by_code(conn: Conn, codes: Collection[str]) -> list[ProductRow]:
    return await db.many(conn, ProductRow, Q["products_by_code"], list(codes))


async def add_products(conn: Conn, rows: Sequence[ProductRow]) -> int:
    return await db.run(conn, Q["add_products"], db.rows_json(rows))


async def change_products(conn: Conn, rows: Sequence[ProductRow]) -> int:
    return await db.run(conn, Q["change_products"], db.rows_json(rows))


async def grades_of(conn: Conn, products: Collection[str]) -> list[GradeRow]:
    return await db.many(conn, GradeRow, Q["grades_of"], list(products))


async def add_grades(conn: Conn, rows: Sequence[GradeRow]) -> int:
    return await db.run(conn, Q["add_grades"], db.rows_json(rows))


async def change_grades(conn: Conn, rows: Sequence[GradeRow]) -> int:
    return await db.run(conn, Q["change_grades"], db.rows_json(rows))


async def tags(conn: Conn, on: date | None, to: Listing) -> list[TagRow]:
    return await db.many(conn, TagRow, Q["tags"], on, to.name, to.updated_since, to.after, to.limit)


async def tags_by_code(conn: Conn, codes: Collection[str]) -> list[TagRow]:
    return await db.many(conn, TagRow, Q["tags_by_code"], list(codes))


async def add_tags(conn: Conn, rows: Sequence[TagRow]) -> int:
    return await db.run(conn, Q["add_tags"], db.rows_json(rows))


async def change_tags(conn: Conn, rows: Sequence[TagRow]) -> int:
    return await db.run(conn, Q["change_tags"], db.rows_json(rows))


async def seasons(conn: Conn, wanted: SeasonFilter) -> list[SeasonRow]:
    return await db.many(
        conn,
        SeasonRow,
        Q["seasons"],
        wanted.firsts,
        wanted.lasts,
        wanted.product,
        wanted.year,
        wanted.on,
        wanted.updated_since,
        wanted.after,
        wanted.limit,
    )


async def seasons_by_id(conn: Conn, ids: Collection[UUID]) -> list[SeasonRow]:
    return await db.many(conn, SeasonRow, Q["seasons_by_id"], list(ids))


async def add_seasons(conn: Conn, rows: Sequence[SeasonRow]) -> int:
    return await db.run(conn, Q["add_seasons"], db.rows_json(rows))


async def change_seasons(conn: Conn, rows: Sequence[SeasonRow]) -> int:
    return await db.run(conn, Q["change_seasons"], db.rows_json(rows))
