"""Statements of crops, products, grades, tags and seasons, typed."""

from collections.abc import Collection, Sequence
from uuid import UUID

from registry.divisions.model import Ranges
from registry.kernel.db.statements import Queries
from registry.reference.model import (
    CropRow,
    GradeQuery,
    GradeRow,
    NamedQuery,
    ProductQuery,
    ProductRow,
    SeasonQuery,
    SeasonRow,
    TagQuery,
    TagRow,
)

q = Queries("reference")
crops = q("crops", NamedQuery, tuple[str] | None, int).many(CropRow)
crops_by_code = q("crops_by_code", Collection[str]).many(CropRow)
add_crops = q("add_crops", Sequence[CropRow]).run()
change_crops = q("change_crops", Sequence[CropRow]).run()
products = q("products", ProductQuery, tuple[str] | None, int).many(ProductRow)
products_by_code = q("products_by_code", Collection[str]).many(ProductRow)
add_products = q("add_products", Sequence[ProductRow]).run()
change_products = q("change_products", Sequence[ProductRow]).run()
grades_of = q("grades_of", Collection[str]).many(GradeRow)
grades = q("grades", GradeQuery, tuple[str, str] | None, int).many(GradeRow)
add_grades = q("add_grades", Sequence[GradeRow]).run()
change_grades = q("change_grades", Sequence[GradeRow]).run()
tags = q("tags", TagQuery, tuple[str] | None, int).many(TagRow)
tags_by_code = q("tags_by_code", Collection[str]).many(TagRow)
add_tags = q("add_tags", Sequence[TagRow]).run()
change_tags = q("change_tags", Sequence[TagRow]).run()
seasons = q("seasons", Ranges | None, SeasonQuery, tuple[UUID] | None, int).many(SeasonRow)
seasons_by_id = q("seasons_by_id", Collection[UUID]).many(SeasonRow)
add_seasons = q("add_seasons", Sequence[SeasonRow]).run()
change_seasons = q("change_seasons", Sequence[SeasonRow]).run()
