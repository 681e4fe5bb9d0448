"""The pages of crops, products, grades, tags, seasons and the figures gains are computed with."""

from collections.abc import Collection, Mapping
from typing import Final

from registry.divisions.register_pages import DIVISIONS, Choice, Pages
from registry.kernel.http.callers import ADMIN, COUNTY, TOWNSHIP
from registry.kernel.work import Work
from registry.reference import code_routes, figure_routes, queries, season_routes
from registry.reference.model import NamedQuery, ProductQuery

ALL: Final = 1000
"""Crops and products a page offers at most; a county has some dozens."""


async def _crops(work: Work) -> list[tuple[str, str]]:
    return [(row.crop_code, row.name) for row in await queries.crops(work, NamedQuery(), None, ALL)]


async def _crop_names(work: Work, codes: Collection[str]) -> Mapping[str, str]:
    return {row.crop_code: row.name for row in await queries.crops_by_code(work, codes)}


async def _products(work: Work) -> list[tuple[str, str]]:
    return [(row.product_code, row.name) for row in await queries.products(work, ProductQuery(), None, ALL)]


async def _product_names(work: Work, codes: Collection[str]) -> Mapping[str, str]:
    return {row.product_code: row.name for row in await queries.products_by_code(work, codes)}


_CROP: Final = {"crop_code": Choice(label="作物", options=_crops, seen=_crops, names=_crop_names)}
_PRODUCT: Final = {
    "product_code": Choice(label="产品", options=_products, seen=_products, names=_product_names)
}
_PLACE: Final = {"division_code": DIVISIONS}

PAGES: Final = (
    Pages(
        of=season_routes.seasons,
        title="产季",
        one="产季",
        lede="产品在一个地方从哪天到哪天算一季。合同里的产品没有产季，就算不出增收。",
        choices=_PLACE | _PRODUCT,
        write=TOWNSHIP,
    ),
    Pages(
        of=figure_routes.planted_areas,
        title="播种面积",
        one="播种面积",
        lede="一个地方一年里一种作物种了多少亩，用来算订单覆盖率。",
        choices=_PLACE | _CROP,
        write=TOWNSHIP,
    ),
    Pages(
        of=figure_routes.price_indices,
        title="价格指数",
        one="价格指数",
        lede="与自家往年比的，用农村居民消费价格指数折算（上年=100）。",
        choices=_PLACE,
        write=COUNTY,
    ),
    Pages(
        of=figure_routes.labour_day_prices,
        title="劳动日工价",
        one="劳动日工价",
        lede="全国劳动日工价，用来给自家用工折价。",
        write=ADMIN,
    ),
    Pages(
        of=code_routes.crops,
        title="作物",
        one="作物",
        lede="参照数据按作物登记，例如中籼稻、辣椒。",
        write=ADMIN,
    ),
    Pages(
        of=code_routes.products,
        title="产品",
        one="产品",
        lede="合同和市场价写的是产品，例如鲜辣椒、干辣椒；每种产品属于一种作物。",
        choices=_CROP,
        write=ADMIN,
    ),
    Pages(
        of=code_routes.grades,
        title="等级",
        one="等级",
        lede="一种产品分哪几等，最好的排在第 1。",
        choices=_PRODUCT,
        write=ADMIN,
    ),
    Pages(
        of=code_routes.tags,
        title="农户标识",
        one="农户标识",
        lede="脱贫户、监测对象等标识，从哪天到哪天使用，依据哪个文件。",
        write=ADMIN,
    ),
)
