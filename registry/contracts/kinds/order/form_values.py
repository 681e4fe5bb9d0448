"""Stored terms as the values of its card: every price per its unit, as it was signed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from registry.contracts.kinds.order.terms import (
    BaseClause,
    Fixed,
    FloorOrMarket,
    Graded,
    Ladder,
    MarketPlus,
    OrderTerms,
    base_of,
    grade_of,
    shown_in_unit,
)
from registry.kernel.text.formats import plain


def typed(stored: OrderTerms, grades: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Values by field name below the card. `grades`: the grade codes of each product, in their order."""
    terms = shown_in_unit(stored)
    values = {"product_code": terms.product_code, "price_unit": terms.price_unit}
    values |= {f"price-{name}": value for name, value in _clause(base_of(terms.price)).items()}
    if terms.market_age_days:
        values["market_age_days"] = str(terms.market_age_days)
    for name, ladder in (("moisture", terms.moisture), ("impurity", terms.impurity)):
        if ladder is not None:
            values |= {f"{name}-{part}": value for part, value in _ladder(ladder).items()}
    if isinstance(terms.price, Graded):
        values["price-reference_grade"] = terms.price.reference_grade
        for row, code in enumerate(grades.get(terms.product_code, [])):
            grade = grade_of(terms.price, code)
            if grade is not None:
                values |= {f"grades-{row}-price": _number(grade.price)}
                values |= {f"grades-{row}-coefficient": _number(grade.coefficient)}
    return values


def _clause(clause: BaseClause) -> dict[str, str]:
    match clause:
        case Fixed(price=price):
            return {"clause": "fixed", "price": _number(price)}
        case FloorOrMarket(floor=floor):
            return {"clause": "floor_or_market", "floor": _number(floor)}
        case MarketPlus(percent=percent, premium=premium, floor=low, cap=high):
            return {
                "clause": "market_plus",
                "percent": _number(percent or None),
                "premium": _number(premium or None),
                "low": _number(low),
                "cap": _number(high),
            }
        case _:
            assert_never(clause)


def _ladder(ladder: Ladder) -> dict[str, str]:
    return {name: _number(getattr(ladder, name)) for name in ("above", "step", "percent")}


def _number(value: Decimal | None) -> str:
    """Two decimals or as many as it has; percents as well."""
    return plain(value)
