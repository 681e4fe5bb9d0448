"""Labour day prices, price indices and planted areas: shapes only."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from registry.kernel.db.records import Record, patch_of
from registry.kernel.types import POSITIVE, CodeWord, Mu, Year, Yuan
from registry.reference.model import CropWord, Place, SourceDate, SourceText

IndexKind: TypeAlias = Annotated[
    Literal["rural_cpi"], Meta(title="指数", extra={"labels": {"rural_cpi": "农村居民消费价格指数"}})
]
IndexValue = Annotated[
    Decimal,
    POSITIVE,
    Meta(
        title="指数值",
        extra={"scale": 4, "max": Decimal("9999.9999")},
        extra_json_schema={"type": "string", "format": "decimal", "examples": ["101.5"]},
    ),
]
YearOf = Annotated[Year, Meta(title="年份")]
DayPrice = Annotated[Yuan, POSITIVE, Meta(title="劳动日工价")]
Area = Annotated[Mu, Meta(title="播种面积")]


class LabourDayPriceRow(Record, frozen=True, kw_only=True):
    """Labour day price (劳动日工价) of a year, national, in yuan."""

    year: int
    price: Yuan
    source_text: str


class LabourDayPriceIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    year: YearOf
    price: DayPrice
    source_text: SourceText
    source_date: SourceDate | None = None


LabourDayPricePatch = patch_of(LabourDayPriceIn, "LabourDayPricePatch", without=("year",))


class PriceIndexRow(Record, frozen=True, kw_only=True):
    """A price index of a division and year, previous year = 100."""

    division_code: str
    kind: IndexKind
    year: int
    value: Decimal
    source_text: str


class PriceIndexIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    division_code: Place
    kind: IndexKind
    year: YearOf
    value: IndexValue
    source_text: SourceText
    source_date: SourceDate | None = None


PriceIndexPatch = patch_of(PriceIndexIn, "PriceIndexPatch", without=("division_code", "kind", "year"))


class PlantedAreaRow(Record, frozen=True, kw_only=True):
    """The planted area of a crop in a division and year, in mu: what order coverage is measured against."""

    division_code: str
    crop_code: str
    year: int
    area_mu: Mu
    source_text: str


class PlantedAreaIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    division_code: Place
    crop_code: CropWord
    year: YearOf
    area_mu: Area
    source_text: SourceText
    source_date: SourceDate | None = None


PlantedAreaPatch = patch_of(PlantedAreaIn, "PlantedAreaPatch", without=("division_code", "crop_code", "year"))


class LabourDayPriceQuery(Struct, frozen=True, kw_only=True):
    updated_since: datetime | None = None


class PriceIndexQuery(Struct, frozen=True, kw_only=True):
    kind: IndexKind | None = None
    year: Year | None = None
    updated_since: datetime | None = None


class PlantedAreaQuery(Struct, frozen=True, kw_only=True):
    crop: CodeWord | None = None
    year: Year | None = None
    updated_since: datetime | None = None
