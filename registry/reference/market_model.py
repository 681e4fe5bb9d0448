"""Market prices: shapes. Which price a ticket uses is decided where tickets are priced."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.kernel import money
from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake
from registry.kernel.money import WeightUnit
from registry.kernel.types import POSITIVE, CodeWord, UnitPrice
from registry.reference.model import GradeWord, Place, ProductWord, SourceDate, SourceText

Typed = Annotated[UnitPrice, POSITIVE, Meta(title="市场价")]
Unit = Annotated[
    WeightUnit, Meta(title="计价单位", examples=["jin"], extra={"labels": dict(money.UNIT_NAMES)})
]
Day = Annotated[date, Meta(title="日期")]


class MarketPriceRow(Record, frozen=True, kw_only=True):
    """Yuan per kg of a product and grade (None: ungraded) on a day, as seen in a division.

    typed_unit: the unit the price was entered in; nobody who entered a price per 斤 is shown another figure.
    """

    market_price_id: UUID
    division_code: str
    product_code: str
    grade_code: str | None
    day: date
    price: UnitPrice
    typed_unit: WeightUnit
    source_text: str | None


class MarketPriceIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`price` is per `unit`. The unit is always asked for: 斤 taken for 公斤 doubles every figure."""

    division_code: Place
    product_code: ProductWord
    grade_code: GradeWord | None = None
    day: Day
    price: Typed
    unit: Unit
    source_text: SourceText | None = None
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from price_mistakes(self.price, self.unit)


class MarketPricePatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A price is sent together with its unit. Place, product, grade and day stay."""

    price: Typed | UnsetType = UNSET
    unit: Unit | UnsetType = UNSET
    source_text: SourceText | UnsetType | None = UNSET
    source_date: SourceDate | UnsetType | None = UNSET

    def mistakes(self) -> Iterator[Mistake]:
        if (self.price is UNSET) != (self.unit is UNSET):
            at = "/unit" if self.unit is UNSET else "/price"
            yield Mistake(
                at, "price_and_unit", "价格和计价单位要一起填写", "price and unit are sent together"
            )
        elif self.price is not UNSET and self.unit is not UNSET:
            yield from price_mistakes(self.price, self.unit)


class MarketQuery(Struct, frozen=True, kw_only=True):
    """What a list of prices is narrowed by; both days included."""

    product: CodeWord | None = None
    grade: GradeWord | None = None
    first_day: date | None = None
    last_day: date | None = None
    updated_since: datetime | None = None


def price_mistakes(price: Decimal, unit: WeightUnit) -> Iterator[Mistake]:
    """Per kg the price still has to be above zero."""
    if not money.price_per_kg(price, unit):
        yield Mistake(
            "/price", "price.zero", "折合每公斤的价格不足 0.0001 元，请核对价格和单位", "is zero per kg"
        )
