"""What the page of market prices takes: a price as on a notice board. Stored: `market_model.py`."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from registry.kernel import money
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.forms.pointers import Pointers
from registry.kernel.types import CodeWord, PlaceCode, Version
from registry.reference.market_model import Day, MarketPriceIn, MarketPricePatch, Typed, price_mistakes
from registry.reference.model import Place, SourceText

UNITS: Final[dict[money.WeightUnit, str]] = {"jin": "斤", "kg": "公斤"}
"""The units a board shows; others come by import."""
Unit: TypeAlias = Annotated[Literal["jin", "kg"], Meta(title="计价单位", extra={"labels": UNITS})]
Good: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9_]*(/[a-z0-9][a-z0-9_]*)?$",
        max_length=81,
        title="产品",
        extra={"say": "请从列表中选择", "say_en": "choose one of the list"},
    ),
]
"""Product and grade in one choice: "chili_dried" or "chili_dried/first"."""


class PriceForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new price, per `unit`. Only the person chooses the unit: 斤 taken for 公斤 doubles every figure."""

    division_code: Annotated[Place, Meta(title="地点")]
    good: Good
    day: Day
    price: Typed
    unit: Unit
    source_text: SourceText | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from price_mistakes(self.price, self.unit)

    def new(self) -> MarketPriceIn:
        product, _, grade = self.good.partition("/")
        return fill(MarketPriceIn, self, product_code=product, grade_code=grade or None)


class ChangeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another price for the same place, product, grade and day. `version`: the one the page showed."""

    version: Version
    price: Typed
    unit: Unit
    source_text: SourceText | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from price_mistakes(self.price, self.unit)

    def patch(self) -> MarketPricePatch:
        return fill(MarketPricePatch, self)


class ListQuery(Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; what the form begins with; the price just saved."""

    division: PlaceCode | None = None
    product: CodeWord | None = None
    first_day: Annotated[date, Meta(title="起")] | None = None
    last_day: Annotated[date, Meta(title="止")] | None = None
    cursor: str | None = None
    place: Place | None = None
    good: Good | None = None
    day: Annotated[date, Meta(title="日期")] | None = None
    saved: UUID | None = None

    @property
    def kept(self) -> dict[str, str]:
        """The part of the address that narrows the list."""
        said = {
            "division": self.division,
            "product": self.product,
            "first_day": self.first_day,
            "last_day": self.last_day,
        }
        return {name: str(value) for name, value in said.items() if value is not None}


FIELDS: Final = Pointers({"/product_code": "/good", "/grade_code": "/good"})
"""A stored price's fields on the page."""
