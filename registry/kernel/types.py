"""The value types of the product: decimals with a scale, codes, texts, ids. Only types and pure checks;
reading them from a form or a body is `parsing.py`, rounding is `money.py`.

A type has in `Meta.extra` what msgspec cannot express: `scale` (decimal places at most), `min` / `max`,
`above` (exclusive), `unit` (Chinese, in messages), `suffixes` (what a typed value may end with), `fold`
(codes are upper-cased), `check` (a predicate) and `say` / `say_en` (what to do when pattern or check fails).
`Annotated[Mu, POSITIVE, Meta(title="面积")]` narrows a type and names the field in messages.
"""

import secrets
import time
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from msgspec import Meta

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ZERO: Final = Decimal(0)
_LINE: Final = r"^[^\x00-\x20\x7f\u3000][^\x00-\x1f\x7f]*$"
_LINES: Final = r"^[^\x00-\x20\x7f\u3000][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def _number(digits: int, scale: int, unit: str, *suffixes: str, signed: bool = False, top: int = 0) -> Meta:
    """Meta of a decimal: at most `digits` before, `scale` places after the point; `top` bounds it lower."""
    high = Decimal(top) if top else Decimal(10) ** digits - Decimal(1).scaleb(-scale)
    sign = "-?" if signed else ""
    tail = rf"(\.[0-9]{{1,{scale}}})?"
    pattern = _up_to(sign, digits, scale, tail) if top else rf"^{sign}{_whole(digits)}{tail}$"
    low = -high if signed else _ZERO
    extra: dict[str, Any] = {"scale": scale, "min": low, "max": high, "unit": unit, "suffixes": suffixes}
    example = str(Decimal(1).quantize(Decimal(1).scaleb(-scale)))
    schema = {"type": "string", "format": "decimal", "pattern": pattern, "examples": [example]}
    return Meta(extra=extra, extra_json_schema=schema | ({"x-unit": unit} if unit else {}))


def _whole(digits: int) -> str:
    """Pattern of a whole number without leading zeros."""
    return rf"(0|[1-9][0-9]{{0,{digits - 1}}})"


def _up_to(sign: str, digits: int, scale: int, tail: str) -> str:
    """Pattern of 0 … 10^(digits - 1), e.g. 0 … 100 with three digits."""
    return rf"^{sign}({_whole(digits - 1)}{tail}|1{'0' * (digits - 1)}(\.0{{1,{scale}}})?)$"


RowNumber: TypeAlias = Annotated[int, Meta(ge=0, le=100_000)]
"""The number of a row on a page: empty rows are left out when a form is read."""
Yuan: TypeAlias = Annotated[Decimal, _number(12, 2, "元", "元", "圆", "块")]
SignedYuan: TypeAlias = Annotated[Decimal, _number(12, 2, "元", "元", "圆", "块", signed=True)]
Kg: TypeAlias = Annotated[Decimal, _number(10, 2, "公斤", "公斤", "千克", "kg")]
Mu: TypeAlias = Annotated[Decimal, _number(8, 2, "亩", "亩")]
ParcelMu: TypeAlias = Annotated[Decimal, _number(8, 4, "亩", "亩")]
UnitPrice: TypeAlias = Annotated[Decimal, _number(8, 4, "元", "元", "元/公斤", "块")]
SignedUnitPrice: TypeAlias = Annotated[Decimal, _number(8, 4, "元", "元", "元/公斤", "块", signed=True)]
Percent: TypeAlias = Annotated[Decimal, _number(3, 4, "%", "%", "％", top=100)]
SignedPercent: TypeAlias = Annotated[Decimal, _number(4, 4, "%", "%", "％", signed=True, top=1000)]
Days: TypeAlias = Annotated[Decimal, _number(6, 2, "天", "天", "日", "个工", "工日")]
Quantity: TypeAlias = Annotated[Decimal, _number(10, 4, "")]
"""A weight or count in whatever unit the record itself names (斤, kg, 头): no suffix is accepted."""
Ratio: TypeAlias = Annotated[Decimal, _number(2, 4, "")]
"""A coefficient such as that of a grade."""

NO_COUNTY: Final = "000000"
"""Where nobody's county is: records of no place, callers above the counties."""
POSITIVE: Final = Meta(extra={"above": _ZERO})
"""Narrows a decimal: `Annotated[Mu, POSITIVE]` refuses 0."""


def credit_code_ok(code: str) -> bool:
    """Whether the last of the 18 characters is the check character of GB 32100-2015."""
    if len(code) != 18 or any(c not in CREDIT_ALPHABET for c in code):
        return False
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(code, _CREDIT_WEIGHTS, strict=False))
    return code[17] == CREDIT_ALPHABET[(31 - total % 31) % 31]


def _code(pattern: str, example: str, say: str, say_en: str, **extra: Any) -> Meta:
    told = {"say": say, "say_en": say_en, "fold": True, **extra}
    return Meta(pattern=pattern, examples=[example], extra=told)


DivisionCode: TypeAlias = Annotated[
    str,
    _code("^[0-9]{12}$", "421303187000", "请填 12 位数字的行政区划代码", "give the 12-digit division code"),
]
AreaCode: TypeAlias = Annotated[
    str,
    _code(
        "^Q[0-9]{1,11}$", "Q1", "片区代码是字母 Q 加数字，例如 Q1", "an area code is Q and digits, e.g. Q1"
    ),
]
PlaceCode: TypeAlias = Annotated[
    str,
    _code(
        "^([0-9]{12}|Q[0-9]{1,11})$",
        "421303187000",
        "请填 12 位数字的行政区划代码，或片区代码（Q 加数字）",
        "give a 12-digit division code or an area code (Q and digits)",
    ),
]
CountyCode: TypeAlias = Annotated[
    str, _code("^[0-9]{6}$", "421303", "请填 6 位数字的县级代码", "give the 6-digit county code")
]
CreditCode: TypeAlias = Annotated[
    str,
    _code(
        f"^[{CREDIT_ALPHABET}]{{18}}$",
        "91421303MA49000102",
        "统一社会信用代码应为 18 位数字和大写字母（不含 I O S V Z），末位是校验码，请对照证照检查",
        "a credit code has 18 characters, the last one a check character: compare it with the licence",
        check=credit_code_ok,
    ),
]
CodeWord: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9_]{0,39}$",
        examples=["chili_dried"],
        extra={
            "say": "代码用小写字母开头，只含小写字母、数字和下划线，最多 40 个",
            "say_en": "a code is a small letter, then small letters, digits and underscores, 40 at most",
        },
    ),
]
_BLANK_START = {
    "say": "开头不能是空格，内容里不能有看不见的控制字符",
    "say_en": "do not start with a blank and leave out control characters",
}
ShortText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=_LINE, extra=_BLANK_START)]
"""One line: a name, a label, a number of the office's own."""
Reason: TypeAlias = Annotated[str, Meta(min_length=2, max_length=500, pattern=_LINES, extra=_BLANK_START)]
LongText: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=4000, pattern=_LINES, extra={**_BLANK_START, "lines": True})
]
"""Several lines are allowed."""
Year: TypeAlias = Annotated[int, Meta(ge=1949, le=2199, extra={"suffixes": ("年",)})]
Count: TypeAlias = Annotated[
    int, Meta(ge=0, le=1_000_000_000, extra={"suffixes": ("人", "户", "个", "头", "只")})
]
Version: TypeAlias = Annotated[int, Meta(ge=1, le=2_000_000_000)]


class _Ids:
    """Last tick given out, so that ids of one process rise even within a millisecond."""

    last = 0


def new_id() -> UUID:
    """A uuid version 7 (RFC 9562, 5.7): 48 bits of milliseconds, 12 of their fraction, 62 random bits."""
    ms, rest = divmod(time.time_ns(), 1_000_000)
    tick = _Ids.last = max((ms << 12) | (rest * 4096 // 1_000_000), _Ids.last + 1)
    return UUID(int=(tick >> 12) << 80 | 7 << 76 | (tick & 0xFFF) << 64 | 2 << 62 | secrets.randbits(62))
