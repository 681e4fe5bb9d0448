"""Stored terms as the values of the form of step 2: every price per its unit, as it was signed."""

from collections.abc import Sequence
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
from registry.contracts.model import ComponentRow
from registry.kernel.text.formats import plain


def typed(components: Sequence[ComponentRow], grades: dict[str, list[str]]) -> dict[str, str]:
    """Field names and values, card by card. `grades`: the grade codes of each product, in their order."""
    values: dict[str, str] = {}
    for index, one in enumerate(components):
        at = f"components-{index}"
        values |= {
            f"{at}-number": str(one.number),
            f"{at}-payer_role": one.payer_role,
            f"{at}-payee_role": one.payee_role,
        }
        values |= {
            f"{at}-terms-{name}": value for name, value in _terms(shown_in_unit(one.terms), grades).items()
        }
    return values


def _terms(terms: OrderTerms, grades: dict[str, list[str]]) -> dict[str, str]:
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
