"""Crops, products, grades and household tags over REST."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry.divisions.register_routes import Routes, Shape, Texts
from registry.kernel.http.web import Page
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
    NamedQuery,
    ProductIn,
    ProductPatch,
    ProductQuery,
    ProductRow,
    TagIn,
    TagPatch,
    TagQuery,
    TagRow,
)

_crops = Routes(
    codes.crops,
    Shape(
        one="crop",
        several="crops",
        path="/crops",
        key={"crop_code": CodeWord},
        new=CropIn,
        patch=CropPatch,
        query=NamedQuery,
        order={"crop_code": str},
        out=CropRow,
    ),
    Texts(
        listed="Crops in order of their codes\n\n`q`: part of the name.",
        got="A crop: what reference rows name",
        created="Register a crop: what reference rows name",
        changed="Change a crop: what reference rows name",
    ),
)
_products = Routes(
    codes.products,
    Shape(
        one="product",
        several="products",
        path="/products",
        key={"product_code": CodeWord},
        new=ProductIn,
        patch=ProductPatch,
        query=ProductQuery,
        order={"product_code": str},
        out=ProductRow,
    ),
    Texts(
        listed="Products in order of their codes\n\n`crop`: products of that crop. `q`: part of the name.",
        got="A product: what contracts and prices name",
        created="Register a product: what contracts and prices name",
        changed="Change a product: what contracts and prices name",
    ),
)
_grades = Routes(
    codes.grades,
    Shape(
        one="grade",
        several="grades",
        path="/products/{product_code:str}/grades",
        key={"product_code": CodeWord, "grade_code": GradeWord},
        new=GradeIn,
        patch=GradePatch,
        out=GradeRow,
    ),
    Texts(
        got="A grade of a product", created="Give a product a grade", changed="Change a grade of a product"
    ),
)
_tags = Routes(
    codes.tags,
    Shape(
        one="tag",
        several="tags",
        path="/tags",
        key={"tag_code": CodeWord},
        new=TagIn,
        patch=TagPatch,
        query=TagQuery,
        order={"tag_code": str},
        out=TagRow,
    ),
    Texts(
        listed=(
            "Household tags in order of their codes\n\n`on`: those in use on that day. `q`: part of the name."
        ),
        got="A household tag",
        created="Register a household tag",
        changed="Change a household tag",
    ),
)


@get("/products/{product_code:str}/grades")
async def list_grades(reader: NamedDependency[Work], product_code: FromPath[CodeWord]) -> Page[GradeRow]:
    """The grades of a product, best first"""
    return Page(items=await codes.grades_of_product(reader, product_code))


handlers = (
    *_crops.handlers,
    *_products.handlers,
    list_grades,
    *_grades.handlers,
    *_tags.handlers,
)
