"""Crops, products, grades and household tags over REST."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry.divisions.register_routes import Routes
from registry.kernel.http.web import Page
from registry.kernel.types import CodeWord
from registry.kernel.work import Work
from registry.reference import codes
from registry.reference.model import (
    CropIn,
    CropPatch,
    GradeIn,
    GradePatch,
    GradeQuery,
    GradeRow,
    NamedQuery,
    ProductIn,
    ProductPatch,
    ProductQuery,
    TagIn,
    TagPatch,
    TagQuery,
)

crops = Routes(
    register=codes.crops,
    new=CropIn,
    patch=CropPatch,
    query=NamedQuery,
    listed="Crops in order of their codes\n\n`q`: part of the name.",
    got="A crop: what reference rows name",
    created="Register a crop: what reference rows name",
    changed="Change a crop: what reference rows name",
)
products = Routes(
    register=codes.products,
    new=ProductIn,
    patch=ProductPatch,
    query=ProductQuery,
    listed="Products in order of their codes\n\n`crop`: products of that crop. `q`: part of the name.",
    got="A product: what contracts and prices name",
    created="Register a product: what contracts and prices name",
    changed="Change a product: what contracts and prices name",
)
grades = Routes(
    register=codes.grades,
    new=GradeIn,
    patch=GradePatch,
    query=GradeQuery,
    path="/products/{product_code:str}/grades",
    got="A grade of a product",
    created="Give a product a grade",
    changed="Change a grade of a product",
)
tags = Routes(
    register=codes.tags,
    new=TagIn,
    patch=TagPatch,
    query=TagQuery,
    listed=(
        "Household tags in order of their codes\n\n`on`: those in use on that day. `q`: part of the name."
    ),
    got="A household tag",
    created="Register a household tag",
    changed="Change a household tag",
)


@get("/products/{product_code:str}/grades")
async def list_grades(reader: NamedDependency[Work], product_code: FromPath[CodeWord]) -> Page[GradeRow]:
    """The grades of a product, best first"""
    return Page(items=await codes.grades_of_product(reader, product_code))


handlers = (
    *crops.handlers,
    *products.handlers,
    list_grades,
    *grades.handlers,
    *tags.handlers,
)
