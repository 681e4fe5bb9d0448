"""Statements of crops, products, grades, tags and seasons, typed. Figures are `figure_queries.py`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work
from registry.reference.model import CropRow, GradeRow, ProductRow, SeasonRow, TagRow

q = Queries("reference")
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


async def crops(work: Work, to: Listing) -> list[CropRow]:
    return await transactions.many(work, CropRow, Q["crops"], to.name, to.updated_since, to.after, to.limit)


crops_by_code = q("crops_by_code", Collection[str]).many(CropRow)
add_crops = q("add_crops", Sequence[CropRow]).run()
change_crops = q("change_crops", Sequence[CropRow]).run()


async def products(work: Work, crop: str | None, to: Listing) -> list[ProductRow]:
    return await transactions.many(
        work, ProductRow, Q["products"], crop, to.name, to.updated_since, to.after, to.limit
    )


products_by_code = q("products_by_code", Collection[str]).many(ProductRow)
add_products = q("add_products", Sequence[ProductRow]).run()
change_products = q("change_products", Sequence[ProductRow]).run()
grades_of = q("grades_of", Collection[str]).many(GradeRow)
add_grades = q("add_grades", Sequence[GradeRow]).run()
change_grades = q("change_grades", Sequence[GradeRow]).run()


async def tags(work: Work, on: date | None, to: Listing) -> list[TagRow]:
    return await transactions.many(work, TagRow, Q["tags"], on, to.name, to.updated_since, to.after, to.limit)


tags_by_code = q("tags_by_code", Collection[str]).many(TagRow)
add_tags = q("add_tags", Sequence[TagRow]).run()
change_tags = q("change_tags", Sequence[TagRow]).run()


async def seasons(work: Work, wanted: SeasonFilter) -> list[SeasonRow]:
    return await transactions.many(
        work,
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


seasons_by_id = q("seasons_by_id", Collection[UUID]).many(SeasonRow)
add_seasons = q("add_seasons", Sequence[SeasonRow]).run()
change_seasons = q("change_seasons", Sequence[SeasonRow]).run()
