"""Crops, products, grades and household tags over REST."""

from datetime import date, datetime

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import CodeWord
from registry.kernel.work import Work
from registry.reference import codes
from registry.reference.model import (
    CropIn,
    CropPatch,
    CropRow,
    GradeIn,
    GradePatch,
    GradeRow,
    GradeWord,
    ProductIn,
    ProductPatch,
    ProductRow,
    TagIn,
    TagPatch,
    TagRow,
)
from registry.reference.queries import Listing


def _listing(name: str | None, updated_since: datetime | None, cursor: str | None, count: int) -> Listing:
    seen = after_keys(cursor, tuple[str])
    after = seen[0] if seen else None
    return Listing(name=name or None, updated_since=updated_since, after=after, limit=count + 1)


@get("/crops")
async def list_crops(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    q: FromQuery[str | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[CropRow]]:
    """Crops in order of their codes

    `q`: part of the name.
    """
    count = row_limit(limit)
    rows = await codes.crops(reader, _listing(q, updated_since, cursor, count))
    return listed(request, cut_keys(rows, count, lambda row: (row.crop_code,)))


@get("/crops/{crop_code:str}")
async def get_crop(
    request: AnyRequest, reader: NamedDependency[Work], crop_code: FromPath[CodeWord]
) -> Response[CropRow]:
    """A crop: what reference rows name"""
    found = await codes.crop(reader, crop_code)
    return versioned(request, found, found.version)


@post("/crops")
async def create_crop(
    request: AnyRequest, *, writer: NamedDependency[Work], data: JSONBody[CropIn]
) -> Response[CropRow]:
    """Register a crop: what reference rows name"""
    made = await codes.create_crop(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/crops/{crop_code:str}")
async def change_crop(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    crop_code: FromPath[CodeWord],
    data: JSONBody[CropPatch],
) -> Response[CropRow]:
    """Change a crop: what reference rows name"""
    made = await codes.change_crop(writer, crop_code, data, require_if_match(request))
    return versioned(request, made, made.version)


@get("/products")
async def list_products(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    crop: FromQuery[CodeWord | None] = None,
    q: FromQuery[str | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[ProductRow]]:
    """Products in order of their codes

    `crop`: products of that crop. `q`: part of the name.
    """
    count = row_limit(limit)
    rows = await codes.products(reader, crop, _listing(q, updated_since, cursor, count))
    return listed(request, cut_keys(rows, count, lambda row: (row.product_code,)))


@get("/products/{product_code:str}")
async def get_product(
    request: AnyRequest, reader: NamedDependency[Work], product_code: FromPath[CodeWord]
) -> Response[ProductRow]:
    """A product: what contracts and prices name"""
    found = await codes.product(reader, product_code)
    return versioned(request, found, found.version)


@post("/products")
async def create_product(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    data: JSONBody[ProductIn],
) -> Response[ProductRow]:
    """Register a product: what contracts and prices name"""
    made = await codes.create_product(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/products/{product_code:str}")
async def change_product(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    product_code: FromPath[CodeWord],
    data: JSONBody[ProductPatch],
) -> Response[ProductRow]:
    """Change a product: what contracts and prices name"""
    made = await codes.change_product(writer, product_code, data, require_if_match(request))
    return versioned(request, made, made.version)


@get("/products/{product_code:str}/grades")
async def list_grades(reader: NamedDependency[Work], product_code: FromPath[CodeWord]) -> Page[GradeRow]:
    """The grades of a product, best first"""
    return Page(items=await codes.grades(reader, product_code))


@get("/products/{product_code:str}/grades/{grade_code:str}")
async def get_grade(
    request: AnyRequest,
    reader: NamedDependency[Work],
    product_code: FromPath[CodeWord],
    grade_code: FromPath[GradeWord],
) -> Response[GradeRow]:
    """A grade of a product"""
    found = await codes.grade(reader, product_code, grade_code)
    return versioned(request, found, found.version)


@post("/products/{product_code:str}/grades")
async def create_grade(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    product_code: FromPath[CodeWord],
    data: JSONBody[GradeIn],
) -> Response[GradeRow]:
    """Give a product a grade"""
    made = await codes.create_grade(writer, product_code, data)
    return versioned(request, made, made.version, 201)


@patch("/products/{product_code:str}/grades/{grade_code:str}")
async def change_grade(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    product_code: FromPath[CodeWord],
    grade_code: FromPath[GradeWord],
    data: JSONBody[GradePatch],
) -> Response[GradeRow]:
    """Change a grade of a product"""
    made = await codes.change_grade(writer, (product_code, grade_code), data, require_if_match(request))
    return versioned(request, made, made.version)


@get("/tags")
async def list_tags(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    on: FromQuery[date | None] = None,
    q: FromQuery[str | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[TagRow]]:
    """Household tags in order of their codes

    `on`: those in use on that day. `q`: part of the name.
    """
    count = row_limit(limit)
    rows = await codes.tags(reader, on, _listing(q, updated_since, cursor, count))
    return listed(request, cut_keys(rows, count, lambda row: (row.tag_code,)))


@get("/tags/{tag_code:str}")
async def get_tag(
    request: AnyRequest, reader: NamedDependency[Work], tag_code: FromPath[CodeWord]
) -> Response[TagRow]:
    """A household tag"""
    found = await codes.tag(reader, tag_code)
    return versioned(request, found, found.version)


@post("/tags")
async def create_tag(
    request: AnyRequest, *, writer: NamedDependency[Work], data: JSONBody[TagIn]
) -> Response[TagRow]:
    """Register a household tag"""
    made = await codes.create_tag(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/tags/{tag_code:str}")
async def change_tag(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    tag_code: FromPath[CodeWord],
    data: JSONBody[TagPatch],
) -> Response[TagRow]:
    """Change a household tag"""
    made = await codes.change_tag(writer, tag_code, data, require_if_match(request))
    return versioned(request, made, made.version)


handlers = (
    list_crops,
    get_crop,
    create_crop,
    change_crop,
    list_products,
    get_product,
    create_product,
    change_product,
    list_grades,
    get_grade,
    create_grade,
    change_grade,
    list_tags,
    get_tag,
    create_tag,
    change_tag,
)
