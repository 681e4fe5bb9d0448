"""Statements of divisions, areas and division statistics, typed. Rules are the models'."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec import Struct

from registry.divisions.area_model import AreaDetail, AreaRow
from registry.divisions.model import (
    DivisionDetail,
    DivisionRow,
    Level,
    Named,
    Range,
    Ranges,
    SuccessionRow,
    parents,
)
from registry.divisions.statistic_model import StatisticQuery, StatisticRow
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Scope
from registry.kernel.work import Work

q = Queries("divisions")


class PlaceRange(Range, frozen=True, kw_only=True):
    """A subtree of a place. own: requested itself, else only taken over. counties: of its rows."""

    own: bool
    counties: tuple[str, ...]


class PlaceRow(Struct, frozen=True, kw_only=True):
    """A division or (level None) an area by its code, its subtrees, and what the caller may read."""

    code: str
    name: str
    level: Level | None
    valid_from: date
    valid_to: date | None
    successors: tuple[str, ...]
    ranges: list[PlaceRange]
    read_first: str
    read_last: str
    read_villages: tuple[str, ...]

    @property
    def read(self) -> Scope:
        """The caller's read scope."""
        return Scope(first=self.read_first, last=self.read_last, villages=self.read_villages)


class NewSuccession(SuccessionRow, frozen=True, kw_only=True):
    created_at: datetime
    created_by: str


class NewMember(Struct, frozen=True, kw_only=True):
    area_code: str
    division_code: str
    valid_from: date
    valid_to: date | None
    created_at: datetime
    created_by: str


class AreaFilter(Struct, frozen=True, kw_only=True):
    """on: a day the area holds; holding: divisions it contains; after: the code already seen."""

    on: date | None = None
    holding: list[str] | None = None
    name: str | None = None
    updated_since: datetime | None = None
    after: str | None = None
    limit: int


class DivisionFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. `after`: the code already seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    level: Level | None = None
    on: date | None = None
    name: str | None = None
    updated_since: datetime | None = None
    after: str | None = None


_divisions = q("divisions", DivisionFilter, tuple[str | None, str | None], int).many(DivisionRow)


async def divisions(work: Work, wanted: DivisionFilter, limit: int) -> list[DivisionRow]:
    firsts, lasts = wanted.firsts, wanted.lasts
    # The outermost bounds let the index start at the first range instead of at the first division of all.
    outer = (min(firsts, default=""), max(lasts, default="")) if firsts and lasts else (None, None)
    return await _divisions(work, wanted, outer, limit)


divisions_by_code = q("divisions_by_code", Collection[str]).many(DivisionRow)


_division_detail = q("division_detail", str, tuple[str, ...]).one(DivisionDetail)


async def division_detail(work: Work, code: str) -> DivisionDetail:
    return await _division_detail(work, code, parents(code)[1:])


division_names = q("division_names", Collection[str]).many(Named)
writable_places = q("writable_places", date).many(Named)
readable_places = q("readable_places", date).many(Named)
villages_valid = q("villages_valid", Collection[str], date).many(Named)
place = q("place", str, date).one(PlaceRow)
write_scope = q("write_scope").one(Scope)


add_divisions = q("add_divisions", Sequence[DivisionRow]).values(str)
change_divisions = q("change_divisions", Sequence[DivisionRow]).values(str)
add_successions = q("add_successions", Sequence[NewSuccession]).run()


areas = q("areas", AreaFilter).many(AreaRow)
area_detail = q("area_detail", str).one(AreaDetail)
add_areas = q("add_areas", Sequence[AreaRow]).run()
change_areas = q("change_areas", Sequence[AreaRow]).run()
add_area_members = q("add_area_members", Sequence[NewMember]).run()
clear_area = q("clear_area", str).run()


statistics = q("statistics", Ranges | None, StatisticQuery, tuple[str, int] | None, int).many(StatisticRow)
statistic = q("statistic", str, int).one(StatisticRow)
add_statistics = q("add_statistics", Sequence[StatisticRow]).run()
change_statistics = q("change_statistics", Sequence[StatisticRow]).run()
