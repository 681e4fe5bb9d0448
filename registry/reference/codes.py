"""The registers of crops, products, grades and tags."""

from collections.abc import Collection

from registry.divisions.register import Register, one_of
from registry.kernel.db.statements import required
from registry.kernel.errors import Mistake
from registry.kernel.types import CodeWord
from registry.kernel.work import Cause, Work
from registry.reference import queries
from registry.reference.model import (
    CropIn,
    CropRow,
    GradeIn,
    GradeRow,
    GradeWord,
    ProductIn,
    ProductRow,
    TagIn,
    TagRow,
    order_mistakes,
    unknown,
)

CAUSE = "product"


async def known_crops(work: Work, codes: Collection[str]) -> set[str]:
    """Those of the codes that are crops."""
    return {row.crop_code for row in await queries.crops_by_code(work, set(codes))}


async def products_by_code(work: Work, codes: Collection[str]) -> dict[str, ProductRow]:
    """Those of the codes that are products."""
    return {row.product_code: row for row in await queries.products_by_code(work, set(codes))}


async def grades_of_product(work: Work, product_code: str) -> list[GradeRow]:
    """The product's grades, best first; NotFound if there is no such product."""
    await products.one(work, product_code)
    return await queries.grades_of(work, [product_code])


async def grades_of(work: Work, products: Collection[str]) -> dict[str, list[GradeRow]]:
    """The grades of products, best first; a product without grades is left out."""
    found: dict[str, list[GradeRow]] = {}
    for row in await queries.grades_of(work, set(products)):
        found.setdefault(row.product_code, []).append(row)
    return found


async def _grade(work: Work, product_code: str, grade_code: str) -> GradeRow:
    found = await queries.grades_of(work, [product_code])
    return required(next((row for row in found if row.grade_code == grade_code), None))


async def _crop_known(work: Work, row: ProductRow, _before: ProductRow | None) -> list[Mistake]:
    known = await known_crops(work, [row.crop_code])
    return [] if known else [unknown("/crop_code", "作物", "crop")]


async def _product_changed(work: Work, before: ProductRow | None, row: ProductRow) -> None:
    """Another crop makes the product's lines stale."""
    if before is not None and before.crop_code != row.crop_code:
        work.mark_stale(Cause(kind=CAUSE, product_code=row.product_code))


async def _product_exists(work: Work, row: GradeRow, before: GradeRow | None) -> list[Mistake]:
    """NotFound for a grade of no product."""
    if before is None:
        await products.one(work, row.product_code)
    return []


crops = Register[CropRow, CropIn](
    "crop",
    CropRow,
    {"crop_code": CodeWord},
    rows=queries.crops,
    one=one_of(queries.crops_by_code),
    add=queries.add_crops,
    change=queries.change_crops,
    taken="crop_pk",
)
products = Register[ProductRow, ProductIn](
    "product",
    ProductRow,
    {"product_code": CodeWord},
    rows=queries.products,
    one=one_of(queries.products_by_code),
    add=queries.add_products,
    change=queries.change_products,
    taken="product_pk",
    faults=_crop_known,
    after=_product_changed,
)
grades = Register[GradeRow, GradeIn](
    "grade",
    GradeRow,
    {"product_code": CodeWord, "grade_code": GradeWord},
    rows=queries.grades,
    one=_grade,
    add=queries.add_grades,
    change=queries.change_grades,
    taken="grade_pk",
    faults=_product_exists,
)
tags = Register[TagRow, TagIn](
    "tag",
    TagRow,
    {"tag_code": CodeWord},
    rows=queries.tags,
    one=one_of(queries.tags_by_code),
    add=queries.add_tags,
    change=queries.change_tags,
    taken="tag_pk",
    check=lambda row: order_mistakes(row.valid_from, row.valid_to, "/valid_to"),
)
