"""Official figures of a division and year: shapes only."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from registry.divisions.model import Code, SourceDate
from registry.kernel.db.records import Record, patch_of
from registry.kernel.errors import Mistake
from registry.kernel.types import Count, ShortText, Year, Yuan


class StatisticRow(Record, frozen=True, kw_only=True):
    """Official figures of a division and year: households; rural disposable income per person (yuan)."""

    division_code: str
    year: int
    households: int | None
    income_per_person: Yuan | None
    source_text: str


Households = Annotated[Count, Meta(title="农户数")]
Income = Annotated[Yuan, Meta(title="农村居民人均可支配收入")]
SourceText = Annotated[ShortText, Meta(title="数据来源")]


class StatisticIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    division_code: Code
    year: Annotated[Year, Meta(title="年份")]
    households: Households | None = None
    income_per_person: Income | None = None
    source_text: SourceText
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from nothing_left(self)


StatisticPatch = patch_of(StatisticIn, "StatisticPatch", without=("division_code", "year"))


class StatisticQuery(Struct, frozen=True, kw_only=True):
    """What a list of figures is narrowed by."""

    year: Year | None = None
    updated_since: datetime | None = None


def nothing_left(figures: StatisticIn | StatisticRow) -> Iterator[Mistake]:
    """Figures without a figure."""
    if figures.households is None and figures.income_per_person is None:
        say, english = "农户数和人均可支配收入至少填一项", "give the households, the income, or both"
        yield Mistake("", "nothing", say, english)
