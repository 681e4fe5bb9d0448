"""Terms as Chinese sentences, for the contract, its check page and the household's statement.

Prices are given in the unit they were signed in (斤 or 公斤), never only in the stored one.
"""

import re
from collections.abc import Mapping
from typing import assert_never

from registry.contracts.kinds.order.terms import (
    BaseClause,
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    Ladder,
    MarketPlus,
    OrderTerms,
    base_of,
)
from registry.contracts.prices import plain, price_text
from registry.kernel.money import WeightUnit


def terms_sentence(terms: OrderTerms, grade_names: Mapping[str, str] | None = None) -> str:
    """The price clause and deductions in one line of Chinese, e.g.
    保底每斤 2.00 元，市场价高于保底时按当日市场价."""
    names = grade_names or {}
    parts = [_base(base_of(terms.price), terms.price_unit)]
    if isinstance(terms.price, Graded):
        reference = terms.price.reference_grade
        parts[0] = f"以{names.get(reference, reference)}为准，{parts[0]}"
        parts += [_grade(grade, terms, names) for grade in terms.price.grades]
    if terms.market_age_days and not isinstance(base_of(terms.price), Fixed):
        parts.append(f"当日没有市场价时，用此前 {terms.market_age_days} 天内最近一天的价格")
    parts += [
        _ladder(name, ladder)
        for name, ladder in (("水分", terms.moisture), ("杂质", terms.impurity))
        if ladder is not None
    ]
    return "；".join(parts)


def brief(terms: OrderTerms) -> str:
    """The price clause in a few characters, for a label; by grade only its kind: 分级，保底."""
    parts = re.split("[，；]", terms_sentence(terms))
    return f"分级，{parts[1].partition('每')[0]}" if isinstance(terms.price, Graded) else parts[0]


def _base(clause: BaseClause, unit: WeightUnit) -> str:
    match clause:
        case Fixed(price=price):
            return f"固定价{price_text(price, unit)}"
        case FloorOrMarket(floor=floor):
            return f"保底{price_text(floor, unit)}，市场价高于保底时按当日市场价"
        case MarketPlus():
            return _market_plus(clause, unit)
        case _:
            assert_never(clause)


def _market_plus(clause: MarketPlus, unit: WeightUnit) -> str:
    """当日市场价上浮 5%，每斤再加 0.10 元，最低…，最高…."""
    text = "按当日市场价"
    if clause.percent:
        text += f"{'上浮' if clause.percent > 0 else '下浮'} {plain(abs(clause.percent))}%"
    if clause.premium:
        verb = "再加" if clause.premium > 0 else "再减"
        text += f"，{verb}{price_text(abs(clause.premium), unit)}"
    if clause.floor is not None:
        text += f"，最低{price_text(clause.floor, unit)}"
    if clause.cap is not None:
        text += f"，最高{price_text(clause.cap, unit)}"
    return text


def _grade(grade: GradeTerm, terms: OrderTerms, names: Mapping[str, str]) -> str:
    grade_name = names.get(grade.grade_code, grade.grade_code)
    word = "" if isinstance(base_of(terms.price), Fixed) else "保底"
    price = "" if grade.price is None else f"{word}{price_text(grade.price, terms.price_unit)}"
    factor = "" if grade.coefficient is None else f"按价格的 {plain(grade.coefficient)} 倍"
    return f"{grade_name}{'，'.join(filter(None, (price, factor)))}"


def _ladder(name: str, ladder: Ladder) -> str:
    return (
        f"{name}超过 {plain(ladder.above)}% 的，每超 {plain(ladder.step)} 个百分点"
        f"（不足一档按一档）扣重 {plain(ladder.percent)}%"
    )
