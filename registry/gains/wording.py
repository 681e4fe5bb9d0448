"""Plain Chinese texts for missing facts and the parts of a line, for screen and paper."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from registry.kernel import money
from registry.kernel.text.formats import day, number, signed

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class SignedPart(Protocol):
    """What a sum needs of a part."""

    @property
    def part(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...


PART_NAMES: Final[Mapping[str, str]] = {
    "delivery": "交售收入",
    "market_amount": "按当日市场价可卖",
    "own_sale": "自己卖出的收入",
    "cost_materials_services": "物质与服务费用",
    "cost_hired_labour": "雇工费用",
    "cost_land_rent": "土地租金",
    "cost_excluded_items": "另计的投入品",
    "extra_cost": "因合同多花的成本",
    "input_benefit": "垫付农资的好处",
    "fee": "费用",
    "penalty_paid": "付出的违约金",
    "penalty_received": "收到的违约金",
    "indemnity": "收到的赔偿",
    "forgone": "放弃的原有收入",
    "own_labour": "自家用工",
    "freed_labour": "省下的自家用工",
    "history_labour": "基年的自家用工",
}

BASELINE_NAMES: Final[Mapping[str, str]] = {
    "recorded": "登记的收入",
    "average": "当地平均收入",
    "unknown": "没有收入数据，未核对",
}
"""What a gain is held against."""
COST_NAMES: Final[Mapping[str, str]] = {
    "materials_services": "物质与服务费用",
    "hired_labour": "雇工费用",
    "land_rent": "土地租金",
}

_SENTENCES: Final[Mapping[str, str]] = {
    "season": "合同期限内没有登记这个产品的产季",
    "delivery": "还没有交售记录，也没有申报自销",
    "price": "{about} 的交售还没有价格（缺当日市场价）",
    "market_price": "缺 {about} 同等级的市场价",
    "comparator": "没有写明这块地原来种什么，无法比较",
    "area": "没有填写参与面积",
    "land_use_area": "用地面积之和与参与面积不一致",
    "row": "缺 {about} 的每亩收益参照数据",
    "cost": "{about}未知：没有记全，也没有参照数据",
    "history": "没有登记基准年自种{about}的收入",
    "deflator": "缺 {about} 年的农村居民消费价格指数",
    "counted_line": "用地计入的“{about}”还不完整",
    "input_value": "垫付的“{about}”没有填当地市场价",
    "own_days": "自家用工天数未知",
    "labour_price": "缺当年的劳动日工价",
    "family_labour": "{about} 的参照数据没有家庭用工折价",
    "history_days": "基年的自家用工天数未知",
}


def missing_sentence(gap: str, names: Mapping[str, str] | None = None) -> str:
    """`row:midseason_rice` → 缺 中籼稻 的每亩收益参照数据. `names`: crop names by code."""
    code, _, about = gap.partition(":")
    named = {**COST_NAMES, **(names or {})}
    return _SENTENCES[code].format(about=named.get(about, _readable_day(about)))


def _readable_day(about: str) -> str:
    """A day as people write it; anything else as it is."""
    return day(date.fromisoformat(about)) if _DAY.fullmatch(about) else about


INPUT_NAMES: Final[Mapping[str, str]] = {
    "delivery": "过磅单",
    "own_sale": "自销记录",
    "entry": "款项记录",
    "kg": "净重",
    "amount": "金额",
    "unit_price": "单价",
    "market_price": "当日市场价",
    "area_mu": "面积",
    "cash_income": "每亩现金收益",
    "family_labour": "每亩家庭用工折价",
    "family_days": "每亩家庭用工天数",
    "land_rent": "每亩土地租金",
    "rent_paid": "付出的租金",
    "materials_services": "每亩物质与服务费用",
    "hired_labour": "每亩雇工费用",
    "labour_day_price": "劳动日工价",
    "own_days": "自家用工天数",
    "recorded_beside": "另有记录（未记全，不采用）",
    "market_value": "当地市场价值",
    "base_year_cash_income": "基年现金收益",
    "base_year_area_mu": "基年面积",
    "base_year_own_days": "基年自家用工天数",
    "deflator": "物价折算系数",
    "days_used": "用地天数",
    "days_in_year": "全年天数",
}


def input_name(name: str) -> str:
    """What an input of a part is called; items and yearly indices are named as they are."""
    kind, _, year = name.rpartition("_")
    if kind == "rural_cpi":
        return f"{year} 年农村居民消费价格指数（上年=100）"
    return INPUT_NAMES.get(name, name)


def sum_sentence(parts: Iterable[SignedPart], gain: Decimal | None) -> str:
    """The cash gain written out as a person would check it: 6,000.00 − 2,200.00 − 808.36 = +2,991.64 元.

    What is received together, then costs with fees, the market, what is given up; "" while it is unknown.
    """
    if gain is None:
        return ""
    cash = [part for part in parts if part.basis == "cash" and part.amount]
    plus = money.total(part.amount for part in cash if part.amount > 0)
    kinds = [
        [part.amount for part in cash if part.amount < 0 and _taken(part.part) == kind] for kind in _TAKEN
    ]
    minus = [-money.total(amounts) for amounts in kinds if amounts]
    return f"{number(plus)}{''.join(f' − {number(amount)}' for amount in minus)} = {signed(gain)} 元"


_TAKEN: Final = ("cost", "market_amount", "forgone")


def _taken(part: str) -> str:
    return part if part in _TAKEN else "cost"
