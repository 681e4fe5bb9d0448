"""What a summary is made of: added up by the database in one statement, found here by the key of a row."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from registry.contracts.kinds import KINDS
from registry.kernel.fill import fill
from registry.kernel.work import Work
from registry.summaries import queries
from registry.summaries.indicators import FULFILLED_SHARE, Counts, Totals
from registry.summaries.model import NONE, Asked, CropArea, Due, Linked, Question, Sums
from registry.summaries.order_coverage import Coverage

_BY_AREA: Final = tuple(code for code, kind in KINDS.items() if kind.by_area)
_COVERS_CROP: Final = tuple(code for code, kind in KINDS.items() if kind.covers_crop)
_NO_LINES, _NOBODY, _NONE_DUE = Sums(), Linked(), Due()
_NO_AREA = CropArea(contracted=None, planted=None, lines=0)


class Facts(Struct, frozen=True, kw_only=True):
    """Of a place and period, by key of a row; None: of all. registered: by key where rows have households of
    their own (villages, tags). official: by division. areas: None for a period that is no year."""

    asked: Asked
    lines: Mapping[str | None, Sums]
    linked: Mapping[str | None, Linked]
    due: Mapping[str | None, Due]
    registered: Mapping[str | None, int]
    official: Mapping[str, int]
    areas: Coverage | None
    labels: Mapping[str, str]

    def keys(self) -> list[str]:
        """The rows there are; those without such a thing last."""
        found = {key for key in (*self.lines, *self.linked, *self.due) if key is not None}
        if self.asked.by == "village":
            found |= {key for key in self.registered if key is not None}
        return sorted(found, key=lambda key: (key == NONE, key))

    def totals(self, key: str | None) -> Totals:
        """Exact sums and counts of a row: against its own households and planted area if it is a village, the
        households that hold it if it is a tag, else against those of the place."""
        area = _NO_AREA if self.areas is None else self.areas.of(key)
        return fill(
            Totals,
            self.lines.get(key, _NO_LINES),
            self.linked.get(key, _NOBODY),
            self.due.get(key, _NONE_DUE),
            households_registered=self._registered(key),
            households_official=self._official(key),
            contracted_area=area.contracted,
            planted_area=area.planted,
            order_lines=area.lines,
        )

    def counts(self, key: str | None) -> Counts:
        """The lines beside every figure of a row."""
        return fill(
            Counts, self.lines.get(key, _NO_LINES), valid=self.linked.get(key, _NOBODY).participations
        )

    def _registered(self, key: str | None) -> int:
        return self.registered.get(key if self.asked.by in ("village", "tag") else None, 0)

    def _official(self, key: str | None) -> int | None:
        """Of all members of the place; None while one is unknown, and for a tag."""
        if key is not None and self.asked.by in ("village", "tag"):
            return self.official.get(key) if self.asked.by == "village" else None
        found = [self.official.get(code) for code in self.asked.place.members]
        known = [number for number in found if number is not None]
        return sum(known) if known and len(known) == len(found) else None


async def load(work: Work, asked: Asked, *, gains: bool) -> Facts:
    """All figures of the place and period in one message. gains: with the gains of its households."""
    place, period = asked.place, asked.period
    question = Question(
        by=asked.by,
        role=asked.role,
        period=period.text,
        today=asked.today,
        by_area=_BY_AREA,
        covers_crop=_COVERS_CROP,
        year=period.first.year if period.is_year else None,
        members=place.members,
        fulfilled_share=FULFILLED_SHARE,
        gains=gains,
    )
    found = await queries.summary_facts(work, place, period.days, question)
    areas = Coverage(
        place_code=place.code,
        by_village=asked.by == "village",
        contracted=found.contracted,
        planted=found.planted,
    )
    return Facts(
        asked=asked,
        lines={row.key: row for row in found.results},
        linked={row.key: row for row in found.linked},
        due={row.key: row for row in found.due},
        registered={row.key: row.households_registered for row in found.registered},
        official={row.division_code: row.households for row in found.official},
        areas=areas if period.is_year else None,
        labels={row.key: row.label for row in found.labels},
    )
