"""Divisions: shapes and the pure arithmetic of 12-digit codes (domain.md 3). Areas are `area_model.py`, the
figures of a division and year `statistic_model.py`."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.kernel.db.records import Record
from registry.kernel.db.scope import Reach
from registry.kernel.errors import Mistake
from registry.kernel.types import DivisionCode, ShortText

FIRST_DAY: Final = date(2000, 1, 1)
"""Valid since before anything this register holds: for sources that give a code without its first day."""
_DIGITS: Final = (2, 4, 6, 9, 12)


class Level(StrEnum):
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


class CodeStatus(StrEnum):
    OFFICIAL = "official"
    PROVISIONAL = "provisional"

    @property
    def label(self) -> str:
        return "正式" if self is CodeStatus.OFFICIAL else "暂用"


_LEVELS: Final = tuple(Level)
_LEVEL_LABELS: Final = dict(zip(_LEVELS, ("省", "地市", "县区", "乡镇", "村"), strict=True))


class Range(Struct, frozen=True, kw_only=True, order=True):
    """Codes first..last, both included."""

    first: str
    last: str

    def __contains__(self, code: str) -> bool:
        return self.first <= code <= self.last


def _digits(code: str) -> int:
    """Number of significant digits of a code; the rest is padding with zeros."""
    return next(n for n in _DIGITS if not code[n:].strip("0"))


def level_of(code: str) -> Level:
    """The level of a code: 421303187000 is a township."""
    return _LEVELS[_DIGITS.index(_digits(code))]


def code_range(code: str) -> Range:
    """A division's whole subtree: 421303187000 is 421303187000..421303187999."""
    return Range(first=code, last=code[: _digits(code)].ljust(12, "9"))


def parents(code: str) -> tuple[str, ...]:
    """The chain upward, nearest first, the division itself included: village, township, county, prefecture,
    province. Levels a code skips (a prefecture without counties) occur only once."""
    own = _digits(code)
    levels = [code[:n].ljust(12, "0") for n in reversed(_DIGITS) if n <= own]
    return tuple(dict.fromkeys(levels))


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Ranges in order, without those that lie inside another (subtrees never overlap in part)."""
    found: list[Range] = []
    for one in sorted(ranges, key=lambda r: (r.first, -int(r.last))):
        if not found or one.first > found[-1].last:
            found.append(one)
    return tuple(found)


Ranges: TypeAlias = tuple[list[str], list[str]]
"""First and last codes."""
PlaceCodes: TypeAlias = tuple[Collection[str], Collection[str], Collection[str]]


class Places(Struct, frozen=True, kw_only=True):
    """The ranges of a division or area code: what queries of village-owned rows filter by.

    A row belongs to it if its village_code lies in one of `ranges` (disjoint, in order; predecessors
    included). `counties`: all county codes those rows can have, for `county_code = any(...)`. `predecessors`
    are the divisions it took over; `successors` took it over, if the code is obsolete. No level: an area.
    """

    code: str
    name: str
    level: Level | None
    valid_from: date
    valid_to: date | None
    ranges: tuple[Range, ...]
    counties: tuple[str, ...]
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()

    @property
    def firsts(self) -> list[str]:
        """With `lasts` the arrays of `unnest($1::text[], $2::text[]) as place (first_code, last_code)`."""
        return [one.first for one in self.ranges]

    @property
    def lasts(self) -> list[str]:
        return [one.last for one in self.ranges]

    @property
    def codes(self) -> "PlaceCodes":
        """Counties, first and last codes: how a statement is narrowed to the place."""
        return self.counties, self.firsts, self.lasts

    @property
    def members(self) -> list[str]:
        """The divisions it consists of: itself, or those of an area."""
        return [code for code in self.firsts if code not in self.predecessors]

    @property
    def reach(self) -> Reach:
        """Likewise, for statements that ask each village in turn where there are not too many."""
        return Reach(counties=self.counties, firsts=self.firsts, lasts=self.lasts)

    @property
    def county(self) -> str | None:
        """The only county, if there is only one."""
        return self.counties[0] if len(self.counties) == 1 else None

    def __contains__(self, village_code: str) -> bool:
        return any(village_code in one for one in self.ranges)


class Named(Struct, frozen=True, kw_only=True):
    """A division in a list of others."""

    division_code: str
    name: str
    level: Level


class Succession(Struct, frozen=True, kw_only=True):
    """A division on the other side of a succession (撤村并村), and since when."""

    division_code: str
    name: str
    effective_on: date


class DivisionRow(Record, frozen=True, kw_only=True):
    """A division. `valid_to` is its last day; a code with successors is obsolete after it."""

    division_code: str
    name: str
    level: Level
    parent_code: str | None
    code_status: CodeStatus
    valid_from: date
    valid_to: date | None
    successor_codes: tuple[str, ...] = ()


class DivisionDetail(DivisionRow, frozen=True, kw_only=True):
    """A division with those above it (nearest first), those that took it over and those it took over."""

    parents: tuple[Named, ...]
    successors: tuple[Succession, ...]
    predecessors: tuple[Succession, ...]


Code = Annotated[DivisionCode, Meta(title="行政区划代码")]
Name = Annotated[ShortText, Meta(title="名称")]
ValidFrom = Annotated[date, Meta(title="启用日期")]
ValidTo = Annotated[date, Meta(title="停用日期")]
SourceDate = Annotated[date, Meta(title="来源日期")]


class DivisionIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new division. Level and parent follow from the code; if sent they must agree with it."""

    division_code: Code
    name: Name
    level: Annotated[Level, Meta(title="级别")] | None = None
    parent_code: Annotated[DivisionCode, Meta(title="上级代码")] | None = None
    code_status: Annotated[CodeStatus, Meta(title="代码性质")] = CodeStatus.OFFICIAL
    valid_from: ValidFrom = FIRST_DAY
    valid_to: ValidTo | None = None
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        own = level_of(self.division_code)
        if self.level not in (None, own):
            yield Mistake(
                "/level",
                "level",
                f"按代码末尾的零，这是{own.label}级的代码，请核对代码或级别",
                f"by its zeros the code is that of a {own}",
            )
        above = parents(self.division_code)[1:]
        if self.parent_code is not None and self.parent_code not in above:
            yield Mistake(
                "/parent_code", "parent", "上级代码与本级代码的前几位不一致，请核对", "is not above the code"
            )
        yield from order_mistakes(self.valid_from, self.valid_to)


class DivisionPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes are never rewritten: a division that gets another code ends and names its successor."""

    name: Name | UnsetType = UNSET
    code_status: Annotated[CodeStatus, Meta(title="代码性质")] | UnsetType = UNSET
    valid_from: ValidFrom | UnsetType = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    source_date: SourceDate | UnsetType | None = UNSET


class SuccessorIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """effective_on: by default the day after the last one of the old division."""

    division_code: Code
    effective_on: Annotated[date, Meta(title="生效日期")] | None = None


class DivisionEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A division's last day, and who takes it over (none: it simply ends)."""

    valid_to: ValidTo
    successors: Annotated[tuple[SuccessorIn, ...], Meta(max_length=200, title="接续的区划")] = ()


class SuccessionRow(Struct, frozen=True, kw_only=True):
    division_code: str
    successor_code: str
    effective_on: date


def order_mistakes(valid_from: date, valid_to: date | None) -> Iterator[Mistake]:
    """The last day is not before the first."""
    if valid_to is not None and valid_to < valid_from:
        yield Mistake("/valid_to", "order", "停用日期不能早于启用日期，请核对", "ends before it begins")
