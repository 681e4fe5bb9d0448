"""What this feature brings to the application."""

from typing import Final

from registry.divisions.register_pages import register_router
from registry.kernel.feature import Feature, MenuEntry
from registry.kernel.http.callers import COUNTY, LINKED, TOWNSHIP
from registry.kernel.imports import PLACE, ImportKind
from registry.reference import market, pages, reference_returns, routes
from registry.reference.market_model import MarketPriceIn
from registry.reference.register_pages import PAGES
from registry.reference.return_model import ReturnIn

FEATURE: Final = Feature(
    routers=(
        routes.router,
        pages.router,
        register_router(PAGES),
    ),
    menu=(MenuEntry(label="市场价", href="/market-prices", roles=LINKED, place=50),),
    registers=tuple(one.entry for one in PAGES),
    imports=(
        ImportKind(
            name="reference-returns",
            roles=COUNTY,
            row=ReturnIn,
            import_rows=reference_returns.import_rows,
            place="division_code",
            names={
                **PLACE,
                "crop_code": ("crop", "作物", "作物代码", "作物名称", "品种"),
                "quality": ("数据质量",),
                "source_text": ("source", "来源", "资料来源"),
                "days_derived": ("用工为推算",),
            },
        ),
        ImportKind(
            name="market-prices",
            roles=TOWNSHIP,
            row=MarketPriceIn,
            import_rows=market.import_rows,
            place="division_code",
            names={
                **PLACE,
                "product_code": ("product", "产品", "产品代码", "产品名称", "品种"),
                "grade_code": ("grade", "等级", "等级代码"),
                "day": ("日期", "date"),
                "price": ("价格", "单价", "市场价"),
                "unit": ("单位", "typed_unit"),
                "source_text": ("source", "来源", "资料来源"),
            },
        ),
    ),
)
