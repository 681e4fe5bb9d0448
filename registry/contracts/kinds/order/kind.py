"""订单收购, the pre-season purchase agreement, as a kind: what its terms mean to the rest of the product."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, assert_never

from msgspec.structs import replace

from registry.contracts.kinds.kind import CertainPrice, Kind, NamedPrice, Registered
from registry.contracts.kinds.order.form import CLAUSES, OrderCard
from registry.contracts.kinds.order.form_values import typed
from registry.contracts.kinds.order.sentences import brief, terms_sentence
from registry.contracts.kinds.order.terms import (
    BaseClause,
    Fixed,
    FloorOrMarket,
    Graded,
    MarketPlus,
    OrderTerms,
    base_of,
    mistakes,
    shown_in_unit,
    typed_in_unit,
    with_prices,
)
from registry.kernel import money
from registry.kernel.errors import Mistake


def shown(terms: OrderTerms) -> OrderTerms:
    """Terms as typed, prices per `price_unit` with four decimals: what a client may send back."""
    per_unit = shown_in_unit(terms)
    return replace(per_unit, price=with_prices(per_unit.price, money.unit_price))


def unregistered(terms: OrderTerms, registered: Registered, at: str) -> Iterator[Mistake]:
    """Products and grades that are not registered."""
    if terms.product_code not in registered.products:
        yield Mistake(
            f"{at}/product_code", "terms.product", f"没有代码为 {terms.product_code} 的产品，请从列表中选取"
        )
        return
    if not isinstance(terms.price, Graded):
        return
    named = [("reference_grade", terms.price.reference_grade)]
    named += [(f"grades/{i}/grade_code", one.grade_code) for i, one in enumerate(terms.price.grades)]
    for name, grade in named:
        if (terms.product_code, grade) not in registered.grades:
            yield Mistake(
                f"{at}/price/{name}", "terms.grade", f"这个产品没有等级 {grade}，请先登记等级，或改选已有的"
            )


def usual_prices(terms: OrderTerms) -> Iterator[NamedPrice]:
    """The prices that should resemble the usual one: of the base clause and of the reference grade."""
    for at, price in _prices(terms):
        yield NamedPrice(at=f"/price/{at}", price=price, unit=terms.price_unit)


def _prices(terms: OrderTerms) -> Iterator[tuple[str, Decimal]]:
    at = "base/" if isinstance(terms.price, Graded) else ""
    match base_of(terms.price):
        case Fixed(price=price):
            yield f"{at}price", price
        case FloorOrMarket(floor=floor):
            yield f"{at}floor", floor
        case MarketPlus(floor=low, cap=high):
            yield from ((f"{at}{n}", v) for n, v in (("floor", low), ("cap", high)) if v is not None)
    if isinstance(terms.price, Graded):
        for index, grade in enumerate(terms.price.grades):
            if grade.grade_code == terms.price.reference_grade and grade.price is not None:
                yield f"grades/{index}/price", grade.price


def certain_price(terms: OrderTerms) -> CertainPrice:
    """The agreed price, or the floor that the market may exceed."""
    base = base_of(terms.price)
    return CertainPrice(price=_floor(base), least=not isinstance(base, Fixed))


def _floor(clause: BaseClause) -> Decimal | None:
    match clause:
        case Fixed(price=price):
            return price
        case FloorOrMarket(floor=floor) | MarketPlus(floor=floor):
            return floor
        case _:
            assert_never(clause)


ORDER: Final = Kind(
    code="order",
    label="订单收购",
    terms=OrderTerms,
    mistakes=mistakes,
    unregistered=unregistered,
    stored=typed_in_unit,
    shown=shown,
    sentence=terms_sentence,
    brief=brief,
    product=lambda terms: terms.product_code,
    usual_prices=usual_prices,
    certain_price=certain_price,
    card=OrderCard,
    choices={"clauses": CLAUSES},
    typed=typed,
    weighs=True,
    by_area=True,
    covers_crop=True,
)
