"""Normalises typed text to the form a body has: full-width signs, thousand separators, units, days.
Pure text to text; whether the result is right is decided in `readers.py`."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_DATE = re.compile(r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?(\s+0?0:00(:00)?)?")
_LEADING = re.compile(r"^(-?)0+(?=[0-9])")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_CLOCK = re.compile(r"(.+?)[T\s]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(.*)", re.DOTALL)
_MARKS = str.maketrans({"。": ".", "，": ",", "、": ",", "−": "-", "—": "-", "–": "-"})
_YES: Final = frozenset({"on", "true", "1", "yes", "y", "是", "对", "有", "√"})
_NO: Final = frozenset({"off", "false", "0", "no", "n", "否", "不", "无", "×"})


def blank(value: object) -> bool:
    """Whether a typed value counts as not sent: empty text, or a list or group of nothing else."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(blank(item) for item in value.values())
    if isinstance(value, Sequence):
        return all(blank(item) for item in value)
    return value is None


def line(value: str) -> str:
    """Text without blanks around it, line ends as one newline."""
    return value.strip().replace("\r\n", "\n").replace("\r", "\n")


def half_width(value: str) -> str:
    """Full-width letters, digits and signs as ASCII, without blanks around."""
    return unicodedata.normalize("NFKC", value).translate(_MARKS).strip()


def code(value: str) -> str:
    """A code as stored: half width, capitals, no blanks inside, no apostrophe a spreadsheet put in front."""
    return "".join(half_width(value).split()).upper().removeprefix("'")


def number(value: str, suffixes: Sequence[str] = ()) -> str:
    """ "１，２３４。５ 元" as "1234.5". Only well-formed thousand groups lose their commas."""
    text = half_width(value).removeprefix("¥").strip()
    for suffix in sorted(suffixes, key=len, reverse=True):
        folded = half_width(suffix)
        if text.lower().endswith(folded.lower()):
            text = text[: -len(folded)].strip()
            break
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    text = text.removeprefix("+")
    text = _LEADING.sub(r"\1", text.removesuffix("."))
    return f"0{text}" if text.startswith(".") else text


def day(value: str) -> str:
    """ "2026.1.5", "2026/1/5", "2026年1月5日", "20260105" as "2026-01-05"; anything else unchanged."""
    text = half_width(value)
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return text
    year, month, date_ = found.group(1, 2, 3)
    return f"{year}-{int(month):02}-{int(date_):02}"


def moment(value: str) -> str:
    """A day and a clock time as RFC 3339; without an offset it is Chinese time."""
    found = _CLOCK.fullmatch(half_width(value))
    if found is None:
        return half_width(value)
    date_, clock, offset = found.groups()
    hours, _, rest = clock.partition(":")
    seconds = rest if ":" in rest else f"{rest}:00"
    return f"{day(date_)}T{int(hours):02}:{seconds}{offset.strip() or '+08:00'}"


def yes_no(value: str) -> bool | None:
    """A ticked box or a written yes / no; None if it is neither."""
    text = half_width(value).lower()
    if text in _YES:
        return True
    return False if text in _NO else None


def several(value: str) -> list[str]:
    """One cell that lists several values: "低保；脱贫户" or "低保、脱贫户"."""
    return [part.strip() for part in re.split(r"[;；、\n]", value) if part.strip()]
