"""What each figure means, shown on demand beside it: numerator, denominator, rule."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct


class Definition(Struct, frozen=True):
    """A figure's name, and what it is made of."""

    title: str
    lines: tuple[str, ...]


ALL: Final[Sequence[Definition]] = (
    Definition(
        "参与农户（户）、户次",
        (
            "户：当期列在有效合同名单里的农户，一户算一次，不论是否已有结果。",
            "户次：名单行数，一户在几份合同里就算几次。",
        ),
    ),
    Definition("收益", ("卖出产品等应得和已得的钱，是毛收入，不是增收。只计有结果的明细。",)),
    Definition(
        "增收（现金口径）",
        ("因合同挣到的钱，减去没有合同时同一块地能挣到的钱。", "成本没有记全的，按参照数据估算。"),
    ),
    Definition("劳动折价口径", ("在现金口径上，自家的工按劳动日工价折算，再加上省下的工。",)),
    Definition("户均增收", ("分子：增收合计。", "分母：有结果的农户数。")),
    Definition("亩均增收", ("分子：订单类明细的增收。", "分母：同一批明细的参与面积（亩次）。")),
    Definition(
        "人均增收",
        (
            "分子：有常住人口登记的有结果农户的增收。",
            "分母：这些农户期末的常住人口。",
            "没有人数的农户另行列出。",
        ),
    ),
    Definition("带动面", ("分子：参与农户。", "分母：当期在册农户。")),
    Definition("少挣户", ("已确认的明细都算得出来、合计为负的农户。", "最需要看到的情况，不隐藏。")),
    Definition(
        "数据不全、未到期",
        ("不全：缺价格、参照数据等，增收未知，不按 0 计算。", "未到期：产季还没有结束，单独列示。"),
    ),
)
