"""Crops, products, grades and tags: reading, registering, changing. Routes check who may."""

from collections.abc import Collection
from datetime import date
from typing import TypeVar

from registry.audit import service as audit
from registry.kernel.db import records
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.work import Cause, Work
from registry.reference import queries
from registry.reference.model import (
    CropIn,
    CropPatch,
    CropRow,
    GradeIn,
    GradePatch,
    GradeRow,
    ProductIn,
    ProductPatch,
    ProductRow,
    TagIn,
    TagPatch,
    TagRow,
    order_mistakes,
    unknown,
)
from registry.reference.queries import Listing

R = TypeVar("R")
CAUSE = "product"


async def crops(work: Work, to: Listing) -> list[CropRow]:
    """Crops by code."""
    return await queries.crops(work, to)


async def crop(work: Work, code: str) -> CropRow:
    """NotFound if it does not exist."""
    return _only(await queries.crops_by_code(work, [code]))


async def known_crops(work: Work, codes: Collection[str]) -> set[str]:
    """Those of the codes that are crops."""
    return {row.crop_code for row in await queries.crops_by_code(work, set(codes))}


async def create_crop(work: Work, new: CropIn) -> CropRow:
    """Conflict if the code is registered."""
    row = CropRow(
        crop_code=new.crop_code, name=new.name, **records.audit_columns(work.act, source_date=new.source_date)
    )
    if not await queries.add_crops(work, [row]):
        raise records.already_exists("crop_pk")
    audit.created(work, "crop", [row.crop_code])
    return row


async def change_crop(work: Work, code: str, patch: CropPatch, version: int) -> CropRow:
    """NotFound, Stale."""
    await audit.watch(work, "crop", code)
    return await records.guarded_update(
        await crop(work, code),
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: queries.change_crops(work, rows),
        again=lambda: crop(work, code),
    )


async def products(work: Work, crop_code: str | None, to: Listing) -> list[ProductRow]:
    """Products by code, of one crop or all."""
    return await queries.products(work, crop_code, to)


async def product(work: Work, code: str) -> ProductRow:
    """NotFound if it does not exist."""
    return _only(await queries.products_by_code(work, [code]))


async def products_by_code(work: Work, codes: Collection[str]) -> dict[str, ProductRow]:
    """Those of the codes that are products."""
    return {row.product_code: row for row in await queries.products_by_code(work, set(codes))}


async def create_product(work: Work, new: ProductIn) -> ProductRow:
    """Invalid if its crop is unknown, Conflict if the code is registered."""
    if not await known_crops(work, [new.crop_code]):
        raise Invalid([unknown("/crop_code", "作物", "crop")])
    row = ProductRow(
        product_code=new.product_code,
        crop_code=new.crop_code,
        name=new.name,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await queries.add_products(work, [row]):
        raise records.already_exists("product_pk")
    audit.created(work, "product", [row.product_code])
    return row


async def change_product(work: Work, code: str, patch: ProductPatch, version: int) -> ProductRow:
    """NotFound, Stale, Invalid. Another crop makes the product's lines stale."""
    row = await product(work, code)
    wanted = records.given_fields(patch)
    crop_code = wanted.get("crop_code", row.crop_code)
    if not await known_crops(work, [crop_code]):
        raise Invalid([unknown("/crop_code", "作物", "crop")])
    await audit.watch(work, "product", code)
    done = await records.guarded_update(
        row,
        work.act,
        wanted,
        version,
        write=lambda rows: queries.change_products(work, rows),
        again=lambda: product(work, code),
    )
    if crop_code != row.crop_code:
        work.mark_stale(Cause(kind=CAUSE, product_code=code))
    return done


async def grades(work: Work, product_code: str) -> list[GradeRow]:
    """The product's grades, best first; NotFound if there is no such product."""
    await product(work, product_code)
    return await queries.grades_of(work, [product_code])


async def grades_of(work: Work, products: Collection[str]) -> dict[str, list[GradeRow]]:
    """The grades of products, best first; a product without grades is left out."""
    found: dict[str, list[GradeRow]] = {}
    for row in await queries.grades_of(work, set(products)):
        found.setdefault(row.product_code, []).append(row)
    return found


async def grade(work: Work, product_code: str, grade_code: str) -> GradeRow:
    """NotFound if it does not exist."""
    found = await queries.grades_of(work, [product_code])
    return _only([row for row in found if row.grade_code == grade_code])


async def create_grade(work: Work, product_code: str, new: GradeIn) -> GradeRow:
    """NotFound if there is no such product, Conflict if it has the grade."""
    await product(work, product_code)
    row = GradeRow(
        product_code=product_code,
        grade_code=new.grade_code,
        name=new.name,
        position=new.position,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await queries.add_grades(work, [row]):
        raise records.already_exists("grade_pk")
    audit.created(work, "grade", [audit.key(row.product_code, row.grade_code)])
    return row


async def change_grade(work: Work, key: tuple[str, str], patch: GradePatch, version: int) -> GradeRow:
    """key: product and grade. NotFound, Stale."""
    product_code, grade_code = key
    await audit.watch(work, "grade", audit.key(product_code, grade_code))
    return await records.guarded_update(
        await grade(work, product_code, grade_code),
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: queries.change_grades(work, rows),
        again=lambda: grade(work, product_code, grade_code),
    )


async def tags(work: Work, on: date | None, to: Listing) -> list[TagRow]:
    """Household tags by code; on: those in use on that day."""
    return await queries.tags(work, on, to)


async def tag(work: Work, code: str) -> TagRow:
    """NotFound if it does not exist."""
    return _only(await queries.tags_by_code(work, [code]))


async def create_tag(work: Work, new: TagIn) -> TagRow:
    """Conflict if the code is registered."""
    row = TagRow(
        tag_code=new.tag_code,
        label=new.label,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        source_text=new.source_text,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await queries.add_tags(work, [row]):
        raise records.already_exists("tag_pk")
    audit.created(work, "tag", [row.tag_code])
    return row


async def change_tag(work: Work, code: str, patch: TagPatch, version: int) -> TagRow:
    """NotFound, Stale, Invalid."""
    await audit.watch(work, "tag", code)
    return await records.guarded_update(
        await tag(work, code),
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: queries.change_tags(work, rows),
        again=lambda: tag(work, code),
        check=lambda row: order_mistakes(row.valid_from, row.valid_to, "/valid_to"),
    )


def _only(rows: list[R]) -> R:
    if not rows:
        raise NotFound
    return rows[0]
