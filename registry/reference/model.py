"""Crops, products, grades, tags and seasons: shapes. The figures gains are computed with are
`figure_model.py`, `return_model.py` and `market_model.py`; which of them a line uses is `returns.py`."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from registry.kernel.db.records import Record, patch_of
from registry.kernel.errors import Mistake
from registry.kernel.types import CodeWord, DivisionCode, ShortText, Year

GradeWord = Annotated[
    str,
    Meta(
        pattern="^[a-z0-9][a-z0-9_]{0,39}$",
        examples=["first"],
        title="等级代码",
        extra={
            "say": "等级代码只含小写字母、数字和下划线，最多 40 个",
            "say_en": "a grade code is small letters, digits and underscores, 40 at most",
        },
    ),
]
CropWord = Annotated[CodeWord, Meta(title="作物代码", examples=["chili"])]
ProductWord = Annotated[CodeWord, Meta(title="产品代码", examples=["chili_dried"])]
TagWord = Annotated[CodeWord, Meta(title="标识代码", examples=["lifted_out"])]
Name = Annotated[ShortText, Meta(title="名称")]
Place = Annotated[DivisionCode, Meta(title="行政区划代码")]
SourceText = Annotated[ShortText, Meta(title="数据来源", examples=["示范统计年鉴"])]
SourceDate = Annotated[date, Meta(title="来源日期")]
Position = Annotated[int, Meta(ge=0, le=1000, title="顺序")]
FirstDay = Annotated[date, Meta(title="起始日期")]
LastDay = Annotated[date, Meta(title="截止日期")]


class CropRow(Record, frozen=True, kw_only=True):
    """What reference rows name."""

    crop_code: str
    name: str


class CropIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    crop_code: CropWord
    name: Name
    source_date: SourceDate | None = None


CropPatch = patch_of(CropIn, "CropPatch", without=("crop_code",))


class NamedQuery(Struct, frozen=True, kw_only=True):
    """What a list of codes is narrowed by; q: part of the name."""

    q: str | None = None
    updated_since: datetime | None = None


class ProductRow(Record, frozen=True, kw_only=True):
    """What contracts and prices name: fresh and dried chili are two products of one crop."""

    product_code: str
    crop_code: str
    name: str


class ProductIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    product_code: ProductWord
    crop_code: CropWord
    name: Name
    source_date: SourceDate | None = None


ProductPatch = patch_of(ProductIn, "ProductPatch", without=("product_code",))


class ProductQuery(Struct, frozen=True, kw_only=True):
    """As NamedQuery; crop: products of that crop."""

    crop: CodeWord | None = None
    q: str | None = None
    updated_since: datetime | None = None


class GradeRow(Record, frozen=True, kw_only=True):
    """A grade of a product; position: the best is 1."""

    product_code: str
    grade_code: str
    name: str
    position: int


class GradeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    grade_code: GradeWord
    name: Name
    position: Position
    source_date: SourceDate | None = None


GradePatch = patch_of(GradeIn, "GradePatch", without=("grade_code",))


class GradeQuery(Struct, frozen=True, kw_only=True):
    """What a list of grades is narrowed by."""

    product: CodeWord | None = None


class TagRow(Record, frozen=True, kw_only=True):
    """A household tag (脱贫户, 监测对象 …), in use from / to, with the rule it comes from."""

    tag_code: str
    label: str
    valid_from: date
    valid_to: date | None
    source_text: str


class TagIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tag_code: TagWord
    label: Name
    valid_from: FirstDay
    valid_to: LastDay | None = None
    source_text: SourceText
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.valid_from, self.valid_to, "/valid_to")


TagPatch = patch_of(TagIn, "TagPatch", without=("tag_code",))


class TagQuery(Struct, frozen=True, kw_only=True):
    """As NamedQuery; on: those in use on that day."""

    on: date | None = None
    q: str | None = None
    updated_since: datetime | None = None


class Season(Struct, frozen=True, kw_only=True):
    """A season as other features see it."""

    season_id: UUID
    division_code: str
    product_code: str
    year: int
    name: str
    starts_on: date
    ends_on: date


class SeasonRow(Record, frozen=True, kw_only=True):
    """A season (产季) of a product in a division; its year is the year of its last day."""

    season_id: UUID
    division_code: str
    product_code: str
    year: int
    name: str
    starts_on: date
    ends_on: date


class SeasonIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    division_code: Place
    product_code: ProductWord
    name: Annotated[Name, Meta(examples=["2022 年春季"])]
    starts_on: FirstDay
    ends_on: LastDay
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.starts_on, self.ends_on, "/ends_on")


SeasonPatch = patch_of(
    SeasonIn,
    "SeasonPatch",
    without=("division_code", "product_code"),
    doc="Division and product stay: another place or product is another season.",
)


class SeasonQuery(Struct, frozen=True, kw_only=True):
    """What a list of seasons is narrowed by; on: seasons that hold the day."""

    product: CodeWord | None = None
    year: Year | None = None
    on: date | None = None
    updated_since: datetime | None = None


def order_mistakes(first: date, last: date | None, pointer: str) -> Iterator[Mistake]:
    if last is not None and last < first:
        yield Mistake(pointer, "order", "截止日期不能早于起始日期，请核对", "ends before it begins")


def unknown(pointer: str, what: str, english: str) -> Mistake:
    """A code that is not registered."""
    return Mistake(
        pointer, "unknown_code", f"没有这个{what}，请核对，或先登记", f"is no registered {english}"
    )
