"""Terms as typed on a page: one flat card per component, whatever its price clause, made a component of.

Prices are typed per `price_unit`. What may be agreed is decided in `terms.py`; here only what is missing.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias, assert_never

from msgspec import Meta, Struct

from registry.contracts.inputs import ROLE_NAMES, ComponentIn, Number, PayeeRole, Role
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
from registry.contracts.page_parties import Row
from registry.contracts.prices import Unit
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.forms.pointers import Pointers
from registry.kernel.types import (
    POSITIVE,
    CodeWord,
    Percent,
    Ratio,
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


class _Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: every field may be empty; `mistakes` reports what is missing."""


class PriceForm(_Form, frozen=True, kw_only=True):
    """The fields of every clause side by side; only those of the chosen one count."""

    clause: Annotated[Clause, Meta(title="定价方式", extra={"labels": CLAUSES})] | None = None
    price: Annotated[Price, Meta(title="固定价")] | None = None
    floor: Annotated[Price, Meta(title="保底价")] | None = None
    percent: Annotated[SignedPercent, Meta(title="上浮比例")] | None = None
    premium: Annotated[SignedUnitPrice, Meta(title="加价")] | None = None
    low: Annotated[Price, Meta(title="最低价")] | None = None
    cap: Annotated[Price, Meta(title="最高价")] | None = None
    reference_grade: Annotated[agreed.GradeCode, Meta(title="基准等级")] | None = None


class GradeForm(_Form, frozen=True, kw_only=True):
    """A grade of the product; without a price and a coefficient the clause applies unchanged."""

    row: Row
    grade_code: agreed.GradeCode
    price: Annotated[Price, Meta(title="等级价")] | None = None
    coefficient: Annotated[Ratio, POSITIVE, Meta(title="系数")] | None = None


class LadderForm(_Form, frozen=True, kw_only=True):
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


class TermsForm(_Form, frozen=True, kw_only=True):
    product_code: Annotated[CodeWord, Meta(title="产品")] | None = None
    price_unit: Unit = "jin"
    price: PriceForm = PriceForm()
    grades: Annotated[list[GradeForm], Meta(max_length=20)] = []
    market_age_days: Annotated[agreed.Age, Meta(title="天数", extra={"suffixes": ("天",)})] | None = None
    moisture: LadderForm = LadderForm()
    impurity: LadderForm = LadderForm()


class ComponentForm(_Form, frozen=True, kw_only=True):
    """A card. `number`: that of a component already saved, by which it keeps its annex."""

    row: Row
    number: Number | None = None
    payer_role: Annotated[Role, Meta(title="付款方")] | None = None
    payee_role: PayeeRole | None = None
    remove: Annotated[bool, Meta(title="删去")] = False
    terms: TermsForm = TermsForm()

    @property
    def at(self) -> str:
        return f"/components/{self.row}"

    @property
    def blank(self) -> bool:
        """Nothing was agreed in this card yet; payer and payee are offered filled."""
        price = self.terms.price
        figures = (price.price, price.floor, price.percent, price.premium, price.low, price.cap)
        return self.terms.product_code is None and price.clause is None and not any(figures)

    def missing(self) -> Iterator[Mistake]:
        """What the card needs to be a component."""
        terms, at = self.terms, self.at
        needed = (
            ("payer_role", self.payer_role, "请选谁付款"),
            ("payee_role", self.payee_role, "请选谁收款"),
            ("terms/product_code", terms.product_code, "请选产品"),
            ("terms/price/clause", terms.price.clause, "请选定价方式"),
        )
        yield from (Mistake(f"{at}/{name}", "required", say) for name, value, say in needed if value is None)
        yield from _price_missing(terms.price, f"{at}/terms/price")
        yield from terms.moisture.missing(f"{at}/terms/moisture", "水分")
        yield from terms.impurity.missing(f"{at}/terms/impurity", "杂质")
        if self.payer_role is not None and self.payer_role == self.payee_role:
            message = f"付款方和收款方都是“{ROLE_NAMES[self.payer_role]}”，请改其中一个"
            yield Mistake(f"{at}/payee_role", "component.same_role", message)
        if graded(terms) and terms.price.reference_grade is None:
            yield Mistake(f"{at}/terms/price/reference_grade", "required", "填了等级价，请选以哪个等级为准")


def _price_missing(price: PriceForm, at: str) -> Iterator[Mistake]:
    if price.clause == "fixed" and price.price is None:
        yield Mistake(f"{at}/price", "required", "请填固定价")
    if price.clause == "floor_or_market" and price.floor is None:
        yield Mistake(f"{at}/floor", "required", "请填保底价")


def graded(terms: TermsForm) -> list[GradeForm]:
    """The grades that are filled in."""
    return [one for one in terms.grades if one.price is not None or one.coefficient is not None]


def component(form: ComponentForm) -> ComponentIn | None:
    """The card as a component; None while something is missing."""
    terms = form.terms
    base = _clause(terms.price)
    if base is None or not (form.payer_role and form.payee_role and terms.product_code):
        return None
    return fill(
        ComponentIn,
        form,
        payer_role=form.payer_role,
        payee_role=form.payee_role,
        terms=agreed.OrderTerms(
            product_code=terms.product_code,
            price=_with_grades(base, terms),
            price_unit=terms.price_unit,
            market_age_days=terms.market_age_days or 0,
            moisture=terms.moisture.ladder(),
            impurity=terms.impurity.ladder(),
        ),
    )


def _with_grades(base: BaseClause, terms: TermsForm) -> agreed.PriceClause:
    grades = graded(terms)
    if not grades or terms.price.reference_grade is None:
        return base
    said = [fill(GradeTerm, g) for g in grades]
    return Graded(base=base, reference_grade=terms.price.reference_grade, grades=tuple(said))


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


def pointers(forms: Sequence[ComponentForm]) -> Pointers:
    """The page field of each part of the components made of these cards, in order."""
    places: dict[str, str] = {}
    for index, form in enumerate(forms):
        sent, shown = f"/components/{index}", form.at
        places[sent] = shown
        price, typed = f"{sent}/terms/price", f"{shown}/terms/price"
        low = "low" if form.terms.price.clause == "market_plus" else "floor"
        places |= {f"{price}/base": typed, f"{price}/base/floor": f"{typed}/{low}"}
        places[f"{price}/floor"] = f"{typed}/{low}"
        for place, grade in enumerate(graded(form.terms)):
            places[f"{price}/grades/{place}"] = f"{shown}/terms/grades/{grade.row}"
    return Pointers(places)
