"""Shared data of the demo that the base data does not bring: two crops, seasons, market prices, indices."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final
from uuid import UUID

from registry.demo.deterministic import created_on, draw, fixed_id
from registry.demo.goods import GOODS, UNQUOTED, Good
from registry.demo.places import COUNTY, PROVINCE, YEARS
from registry.demo.rows import Rows
from registry.fulfilment.facts import QuoteRow
from registry.kernel import money
from registry.reference.figure_model import PriceIndexRow
from registry.reference.market_model import MarketPriceRow
from registry.reference.model import CropRow, ProductRow, SeasonRow
from registry.reference.return_model import ReturnRow

SOURCE: Final = "示例数据"
_BEGIN: Final = date(2021, 12, 1)
_CROPS: Final = {"sorghum": "高粱", "mugwort": "艾草"}
_YEAR_LEVEL: Final = {2022: 1000, 2023: 965}
_GRADE_LEVEL: Final = {"first": 1120, "second": 1000, "third": 850, None: 1000}
_RURAL_CPI: Final = {2022: "102.0", 2023: "100.1"}
# Per mu: yield, price per 50 kg, output, materials and services, family labour, hired labour, family days.
_RETURNS: Final = {
    "sorghum": ("430.00", "195.00", "1677.00", "420.00", "524.15", "60.00", "5.50"),
    "mugwort": ("900.00", "140.00", "2520.00", "520.00", "857.70", "260.00", "9.00"),
}


def add_market(rows: Rows) -> None:
    """Crops, products, seasons, reference rows, the deflator, and a price for nearly every day of buying."""
    for crop, name in _CROPS.items():
        rows.crops.append(CropRow(**created_on(_BEGIN), crop_code=crop, name=name))
        rows.products.append(
            ProductRow(**created_on(_BEGIN), product_code=crop, crop_code=crop, name=GOODS[crop].name)
        )
        rows.returns.append(_reference(crop))
    for year, value in _RURAL_CPI.items():
        rows.indices.append(_index(year, value))
    for good in GOODS.values():
        for year in YEARS:
            rows.seasons.append(_season(good, year))
            rows.market_prices += _prices(good, year)


@cache
def season_id(good: Good, year: int) -> UUID:
    """The season of a product and year."""
    return fixed_id(_BEGIN, "season", good.product, str(year))


def quotes_by_day(rows: Rows) -> Mapping[tuple[str, date], list[QuoteRow]]:
    """Market prices as tickets look them up."""
    found: dict[tuple[str, date], list[QuoteRow]] = defaultdict(list)
    for row in rows.market_prices:
        found[row.product_code, row.day].append(
            QuoteRow(
                market_price_id=row.market_price_id,
                division_code=row.division_code,
                product_code=row.product_code,
                grade_code=row.grade_code,
                day=row.day,
                price=row.price,
            )
        )
    return found


def market_price(good: Good, grade: str | None, day: date) -> Decimal:
    """Yuan per kg: falls a little over the season, moves a little from day to day."""
    first, last = (date(day.year, *edge) for edge in good.harvest)
    passed = (day - first).days * 70 // max((last - first).days, 1)
    level = _YEAR_LEVEL[day.year] * _GRADE_LEVEL[grade] // 1000 + 35 - passed
    fen = good.market * (level + draw(-15, 15, "market", good.product, str(day))) // 1000
    return money.unit_price(Decimal(fen) / 100)


def _prices(good: Good, year: int) -> Iterator[MarketPriceRow]:
    """Every day of buying but the ones nobody wrote down, and one day before contracts are signed."""
    spring = date(year, 3, 1)
    days = [spring, *(day for day in good.days(year) if day not in UNQUOTED.get(good.product, ()))]
    for day in days:
        for grade in dict.fromkeys(sorted(good.grades, key=str)):
            yield MarketPriceRow(
                **created_on(day),
                market_price_id=fixed_id(day, "market price", good.product, grade or ""),
                division_code=COUNTY,
                product_code=good.product,
                grade_code=grade,
                day=day,
                price=market_price(good, grade, day),
                typed_unit="kg",
                source_text=f"{SOURCE}：随州城南市场",
            )


def _season(good: Good, year: int) -> SeasonRow:
    starts_on, ends_on = good.season(year)
    return SeasonRow(
        **created_on(_BEGIN),
        season_id=season_id(good, year),
        division_code=COUNTY,
        product_code=good.product,
        year=year,
        name=f"{year} 年产季",
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _index(year: int, value: str) -> PriceIndexRow:
    return PriceIndexRow(
        **created_on(date(year + 1, 3, 1)),
        division_code=PROVINCE,
        kind="rural_cpi",
        year=year,
        value=Decimal(value),
        source_text=f"{SOURCE}：演示用农村居民消费价格指数",
    )


def _reference(crop: str) -> ReturnRow:
    """A planning row: figures based on it are marked 估算."""
    yield_kg, price, output, materials, family, hired, days = map(Decimal, _RETURNS[crop])
    return ReturnRow(
        **created_on(_BEGIN),
        reference_return_id=fixed_id(_BEGIN, "reference", crop),
        crop_code=crop,
        division_code=COUNTY,
        year=2022,
        yield_kg=yield_kg,
        price_per_50kg=price,
        output_value=output,
        materials_services=materials,
        family_labour=family,
        hired_labour=hired,
        land_rent=Decimal("0.00"),
        own_land_rent=Decimal("0.00"),
        family_days=days,
        hired_days=None,
        days_derived=False,
        excluded_items=(),
        quality="planning",
        source_text=f"{SOURCE}：演示用估算",
    )
