"""Terms of an order as stored in a version of its component, and what can be wrong.

Prices are stored in yuan per kg; `price_unit` is the unit they were typed and signed in. Computing a price
is `pricing.py`, sentences for people are `sentences.py`.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Final, TypeAlias, assert_never

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.kernel import money
from registry.kernel.errors import Mistake
from registry.kernel.money import WeightUnit
from registry.kernel.types import (
    POSITIVE,
    CodeWord,
    Percent,
    Ratio,
    SignedPercent,
    SignedUnitPrice,
    UnitPrice,
)

Price: TypeAlias = Annotated[UnitPrice, POSITIVE]
GradeCode: TypeAlias = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_]{0,39}$")]
Age: TypeAlias = Annotated[int, Meta(ge=0, le=60)]


class Fixed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="clause", tag="fixed"):
    """The agreed price."""

    price: Price


class FloorOrMarket(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="clause", tag="floor_or_market"
):
    """保底随行就市: the higher of floor and market price."""

    floor: Price


class MarketPlus(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="clause", tag="market_plus"
):
    """Market × (1 + percent ÷ 100) + premium, not below the floor, not above the cap."""

    percent: SignedPercent = Decimal(0)
    premium: SignedUnitPrice = Decimal(0)
    floor: Price | None = None
    cap: Price | None = None


BaseClause: TypeAlias = Fixed | FloorOrMarket | MarketPlus


class GradeTerm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`price` replaces the agreed or floor price of this grade; `coefficient` multiplies the result last."""

    grade_code: GradeCode
    price: Price | None = None
    coefficient: Annotated[Ratio, POSITIVE] | None = None


class Graded(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="clause", tag="graded"):
    """Grades on top of another clause; a grade not listed follows the base clause as it stands."""

    base: BaseClause
    reference_grade: GradeCode
    grades: Annotated[tuple[GradeTerm, ...], Meta(min_length=1, max_length=20)]


PriceClause: TypeAlias = Fixed | FloorOrMarket | MarketPlus | Graded


class Ladder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Above `above` percent, `percent` of the weight is taken off per started `step` (domain.md 5)."""

    above: Percent
    step: Annotated[Percent, POSITIVE]
    percent: Annotated[Percent, POSITIVE]


class OrderTerms(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="order"
):
    """订单收购 of one product: how a delivery is priced and its weight reduced."""

    product_code: CodeWord
    price: PriceClause
    price_unit: WeightUnit = "kg"
    market_age_days: Age = 0
    moisture: Ladder | None = None
    impurity: Ladder | None = None


LARGEST_PRICE: Final = Decimal(10_000)


def base_of(clause: PriceClause) -> BaseClause:
    """The clause under the grades, or the clause itself."""
    return clause.base if isinstance(clause, Graded) else clause


def grade_of(clause: PriceClause, grade_code: str | None) -> GradeTerm | None:
    """The terms of a grade; a ticket without a grade counts as the reference grade."""
    if not isinstance(clause, Graded):
        return None
    wanted = grade_code or clause.reference_grade
    return next((term for term in clause.grades if term.grade_code == wanted), None)


def with_prices(clause: PriceClause, change: Callable[[Decimal], Decimal]) -> PriceClause:
    """The clause with every price and premium passed through `change`: between the typed unit and kg."""
    if isinstance(clause, Graded):
        grades = tuple(
            replace(grade, price=None if grade.price is None else change(grade.price))
            for grade in clause.grades
        )
        return replace(clause, base=_base_with_prices(clause.base, change), grades=grades)
    return _base_with_prices(clause, change)


def _base_with_prices(clause: BaseClause, change: Callable[[Decimal], Decimal]) -> BaseClause:
    match clause:
        case Fixed(price=price):
            return replace(clause, price=change(price))
        case FloorOrMarket(floor=floor):
            return replace(clause, floor=change(floor))
        case MarketPlus(premium=premium, floor=low, cap=high):
            return replace(
                clause,
                premium=change(premium),
                floor=None if low is None else change(low),
                cap=None if high is None else change(high),
            )
        case _:
            assert_never(clause)


def typed_in_unit(terms: OrderTerms) -> OrderTerms:
    """Terms whose prices were typed per `price_unit`, as stored: per kg, 4 decimals."""
    return replace(terms, price=with_prices(terms.price, lambda p: money.price_per_kg(p, terms.price_unit)))


def shown_in_unit(terms: OrderTerms) -> OrderTerms:
    """Stored terms as they were typed: every price per `price_unit`, exact."""
    return replace(terms, price=with_prices(terms.price, lambda p: money.price_per_unit(p, terms.price_unit)))


_ENGLISH: Final = {
    "terms.price_range": "give a number above 0 (premium and percent: above −10000), 10000 at most",
    "terms.floor_above_cap": "the floor must not be above the cap: check both",
    "terms.percent_range": "the discount must be less than 100 %",
    "terms.grade_twice": "this grade is listed twice: keep one",
    "terms.grade_empty": "give this grade a price or a coefficient",
    "terms.ladder_range": "give a percent between 0 and 100",
}


def _mistake(pointer: str, code: str, message: str) -> Mistake:
    return Mistake(pointer=pointer, code=code, message=message, english=_ENGLISH[code])


def mistakes(terms: OrderTerms, pointer: str = "") -> list[Mistake]:
    """All mistakes in the terms, each with what to do; empty if they are valid.

    Numbers that are not finite or not positive are refused here as well, for every source of terms.
    """
    at = f"{pointer}/price"
    found = list(_numbers(terms.price, at))
    if found:
        return found
    match terms.price:
        case Graded(base=base) as graded:
            found += _limits(base, None, f"{at}/base", terms.price_unit)
            found += _grades(graded, at, terms.price_unit)
        case base:
            found += _limits(base, None, at, terms.price_unit)
    for name, ladder in (("moisture", terms.moisture), ("impurity", terms.impurity)):
        if ladder is not None:
            found += _ladder(ladder, f"{pointer}/{name}")
    return found


def _numbers(clause: PriceClause, at: str) -> Iterator[Mistake]:
    """Each price must be a number above 0 and of a plausible size; percent and premium must be finite."""
    for name, value, positive in _named_numbers(clause):
        low = Decimal(0) if positive else -LARGEST_PRICE
        inside = value.is_finite() and low <= value <= LARGEST_PRICE
        if not inside or (positive and value == 0):
            yield _mistake(
                pointer=f"{at}/{name}",
                code="terms.price_range",
                message="请填大于 0、不超过 10000 的数字" if positive else "请填 −10000 到 10000 之间的数字",
            )


def _named_numbers(clause: PriceClause) -> Iterator[tuple[str, Decimal, bool]]:
    match clause:
        case Fixed(price=price):
            yield "price", price, True
        case FloorOrMarket(floor=floor):
            yield "floor", floor, True
        case MarketPlus(percent=percent, premium=premium, floor=low, cap=high):
            yield "percent", percent, False
            yield "premium", premium, False
            yield from (
                (name, value, True) for name, value in (("floor", low), ("cap", high)) if value is not None
            )
        case Graded(base=base, grades=grades):
            yield from ((f"base/{name}", value, positive) for name, value, positive in _named_numbers(base))
            for index, grade in enumerate(grades):
                given = (("price", grade.price), ("coefficient", grade.coefficient))
                yield from (
                    (f"grades/{index}/{name}", value, True) for name, value in given if value is not None
                )
        case _:
            assert_never(clause)


def _limits(clause: BaseClause, floor: Decimal | None, at: str, unit: WeightUnit) -> Iterator[Mistake]:
    """Floor above cap is refused (domain.md 5); `floor` is a grade's own."""
    if not isinstance(clause, MarketPlus):
        return
    low = clause.floor if floor is None else floor
    if low is not None and clause.cap is not None and low > clause.cap:
        yield _mistake(
            pointer=at if floor is not None else f"{at}/floor",
            code="terms.floor_above_cap",
            message=f"保底价（{_price(low, unit)}）不能高于封顶价（{_price(clause.cap, unit)}），请检查",
        )
    if floor is None and clause.percent <= -100:
        yield _mistake(pointer=f"{at}/percent", code="terms.percent_range", message="下浮比例要小于 100%")


def _price(price: Decimal, unit: WeightUnit) -> str:
    return f"每{money.UNIT_NAMES[unit]} {money.price_per_unit(price, unit).normalize():f} 元"


def _grades(clause: Graded, at: str, unit: WeightUnit) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, grade in enumerate(clause.grades):
        here = f"{at}/grades/{index}"
        if grade.grade_code in seen:
            yield _mistake(
                pointer=f"{here}/grade_code", code="terms.grade_twice", message="等级写了两次，请合并"
            )
        seen.add(grade.grade_code)
        if grade.price is None and grade.coefficient is None:
            yield _mistake(pointer=here, code="terms.grade_empty", message="请给这个等级填价格或系数")
        if grade.price is not None:
            yield from _limits(clause.base, grade.price, f"{here}/price", unit)


def _ladder(ladder: Ladder, at: str) -> Iterator[Mistake]:
    if not (ladder.above.is_finite() and 0 <= ladder.above < 100):
        yield _mistake(pointer=f"{at}/above", code="terms.ladder_range", message="起扣点请填 0 到 100 的数")
    for name, value in (("step", ladder.step), ("percent", ladder.percent)):
        if not (value.is_finite() and 0 < value < 100):
            yield _mistake(
                pointer=f"{at}/{name}", code="terms.ladder_range", message="请填大于 0、小于 100 的百分数"
            )
