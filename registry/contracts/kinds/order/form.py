"""Terms as typed on a page: one flat card, whatever the price clause.

Prices are typed per `price_unit`. What may be agreed is decided in `terms.py`; here only what is missing.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias, assert_never

from msgspec import Meta, Struct

from registry.contracts.kinds.kind import Card
from registry.contracts.kinds.order import terms as agreed
from registry.contracts.kinds.order.terms import (
    BaseClause,
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    Ladder,
    MarketPlus,
)
from registry.contracts.prices import Unit
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.types import (
    POSITIVE,
    CodeWord,
    Percent,
    Ratio,
    RowNumber,
    SignedPercent,
    SignedUnitPrice,
    UnitPrice,
)

CLAUSES: Final = {
    "fixed": "固定价",
    "floor_or_market": "保底随行就市",
    "market_plus": "按当日市场价浮动",
}
Clause: TypeAlias = Literal["fixed", "floor_or_market", "market_plus"]
Price: TypeAlias = Annotated[UnitPrice, POSITIVE]


class PriceForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of every clause side by side; only those of the chosen one count."""

    clause: Annotated[Clause, Meta(title="定价方式", extra={"labels": CLAUSES})] | None = None
    price: Annotated[Price, Meta(title="固定价")] | None = None
    floor: Annotated[Price, Meta(title="保底价")] | None = None
    percent: Annotated[SignedPercent, Meta(title="上浮比例")] | None = None
    premium: Annotated[SignedUnitPrice, Meta(title="加价")] | None = None
    low: Annotated[Price, Meta(title="最低价")] | None = None
    cap: Annotated[Price, Meta(title="最高价")] | None = None
    reference_grade: Annotated[agreed.GradeCode, Meta(title="基准等级")] | None = None


class GradeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A grade of the product; without a price and a coefficient the clause applies unchanged."""

    row: RowNumber
    grade_code: agreed.GradeCode
    price: Annotated[Price, Meta(title="等级价")] | None = None
    coefficient: Annotated[Ratio, POSITIVE, Meta(title="系数")] | None = None


class LadderForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    above: Annotated[Percent, Meta(title="起扣点")] | None = None
    step: Annotated[Percent, POSITIVE, Meta(title="每档")] | None = None
    percent: Annotated[Percent, POSITIVE, Meta(title="扣重")] | None = None

    def ladder(self) -> Ladder | None:
        if self.above is None or self.step is None or self.percent is None:
            return None
        return Ladder(above=self.above, step=self.step, percent=self.percent)

    def missing(self, at: str, what: str) -> Iterator[Mistake]:
        given = {"above": self.above, "step": self.step, "percent": self.percent}
        if any(value is not None for value in given.values()):
            for name, value in given.items():
                if value is None:
                    yield Mistake(f"{at}/{name}", "required", f"{what}扣重要填全起扣点、每档和扣重，三个都填")


class OrderCard(Card, frozen=True, kw_only=True, tag_field="kind", tag="order"):
    """Terms of an order as typed."""

    product_code: Annotated[CodeWord, Meta(title="产品")] | None = None
    price_unit: Unit = "jin"
    price: PriceForm = PriceForm()
    grades: Annotated[tuple[GradeForm, ...], Meta(max_length=20)] = ()
    market_age_days: Annotated[agreed.Age, Meta(title="天数", extra={"suffixes": ("天",)})] | None = None
    moisture: LadderForm = LadderForm()
    impurity: LadderForm = LadderForm()

    @property
    def blank(self) -> bool:
        price = self.price
        figures = (price.price, price.floor, price.percent, price.premium, price.low, price.cap)
        return self.product_code is None and price.clause is None and not any(figures)

    def missing(self, at: str) -> Iterator[Mistake]:
        if self.product_code is None:
            yield Mistake(f"{at}/product_code", "required", "请选产品")
        if self.price.clause is None:
            yield Mistake(f"{at}/price/clause", "required", "请选定价方式")
        yield from _price_missing(self.price, f"{at}/price")
        yield from self.moisture.missing(f"{at}/moisture", "水分")
        yield from self.impurity.missing(f"{at}/impurity", "杂质")
        if self.graded and self.price.reference_grade is None:
            yield Mistake(f"{at}/price/reference_grade", "required", "填了等级价，请选以哪个等级为准")

    @property
    def graded(self) -> list[GradeForm]:
        """The grades that are filled in."""
        return [one for one in self.grades if one.price is not None or one.coefficient is not None]

    def terms(self) -> agreed.OrderTerms | None:
        base = _clause(self.price)
        if base is None or not self.product_code:
            return None
        return fill(
            agreed.OrderTerms,
            self,
            product_code=self.product_code,
            price=_with_grades(base, self),
            market_age_days=self.market_age_days or 0,
            moisture=self.moisture.ladder(),
            impurity=self.impurity.ladder(),
        )

    @property
    def renamed(self) -> Mapping[str, str]:
        low = "/price/low" if self.price.clause == "market_plus" else "/price/floor"
        grades = {f"/price/grades/{place}": f"/grades/{grade.row}" for place, grade in enumerate(self.graded)}
        return {"/price/base": "/price", "/price/base/floor": low, "/price/floor": low, **grades}


def _price_missing(price: PriceForm, at: str) -> Iterator[Mistake]:
    if price.clause == "fixed" and price.price is None:
        yield Mistake(f"{at}/price", "required", "请填固定价")
    if price.clause == "floor_or_market" and price.floor is None:
        yield Mistake(f"{at}/floor", "required", "请填保底价")


def _with_grades(base: BaseClause, terms: OrderCard) -> agreed.PriceClause:
    grades = terms.graded
    if not grades or terms.price.reference_grade is None:
        return base
    listed = tuple(fill(GradeTerm, grade) for grade in grades)
    return Graded(base=base, reference_grade=terms.price.reference_grade, grades=listed)


def _clause(form: PriceForm) -> BaseClause | None:
    match form.clause:
        case None:
            return None
        case "fixed":
            return None if form.price is None else Fixed(price=form.price)
        case "floor_or_market":
            return None if form.floor is None else FloorOrMarket(floor=form.floor)
        case "market_plus":
            zero = Decimal(0)
            return MarketPlus(
                percent=form.percent or zero, premium=form.premium or zero, floor=form.low, cap=form.cap
            )
        case _:
            assert_never(form.clause)
