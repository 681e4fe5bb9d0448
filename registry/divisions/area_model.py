"""Areas (片区): named, dated sets of divisions for what a body administers without containing it by code."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.divisions.model import Code, Name, SourceDate, ValidFrom, ValidTo, order_mistakes
from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake
from registry.kernel.types import AreaCode


class AreaRow(Record, frozen=True, kw_only=True):
    """A named set of divisions (片区)."""

    area_code: str
    name: str
    valid_from: date
    valid_to: date | None


class AreaMember(Struct, frozen=True, kw_only=True):
    """A division that belongs to an area from / to."""

    division_code: str
    valid_from: date
    valid_to: date | None


class AreaDetail(AreaRow, frozen=True, kw_only=True):
    divisions: tuple[AreaMember, ...]


class AreaMemberIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    division_code: Code
    valid_from: ValidFrom
    valid_to: ValidTo | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.valid_from, self.valid_to)


Members = Annotated[tuple[AreaMemberIn, ...], Meta(max_length=5000, title="所辖区划")]


class AreaIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    area_code: Annotated[AreaCode, Meta(title="片区代码")]
    name: Name
    valid_from: ValidFrom
    valid_to: ValidTo | None = None
    divisions: Members = ()
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from order_mistakes(self.valid_from, self.valid_to)
        yield from overlap_mistakes(self.divisions)


class AreaPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`divisions`, if sent, replaces the whole list."""

    name: Name | UnsetType = UNSET
    valid_from: ValidFrom | UnsetType = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    divisions: Members | UnsetType = UNSET
    source_date: SourceDate | UnsetType | None = UNSET

    def mistakes(self) -> Iterator[Mistake]:
        yield from overlap_mistakes(() if self.divisions is UNSET else self.divisions)


def overlap_mistakes(members: Iterable[AreaMemberIn]) -> Iterator[Mistake]:
    """A division belongs to an area at most once on a day."""
    seen: dict[str, list[AreaMemberIn]] = {}
    for index, one in enumerate(members):
        others = seen.setdefault(one.division_code, [])
        if any(_overlap(one, other) for other in others):
            yield Mistake(
                f"/divisions/{index}",
                "overlap",
                "这个区划在同一时期出现了两次，请只保留一次",
                "stands twice on the same day",
            )
        others.append(one)


def _overlap(a: AreaMemberIn, b: AreaMemberIn) -> bool:
    return a.valid_from <= (b.valid_to or date.max) and b.valid_from <= (a.valid_to or date.max)
