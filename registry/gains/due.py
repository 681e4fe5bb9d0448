"""What is due of an annex line in a year, whatever its kind, and the land it claims. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from registry.gains.land_claims import Claim, LineKey
from registry.gains.load_facts import Facts
from registry.gains.model import Line, LineRef, Method
from registry.gains.rows import AnnexLineRow, AnnexVersionRow, LandUseRow
from registry.kernel.fill import fill
from registry.reference.model import Season


class Due(Struct, frozen=True, kw_only=True):
    """A line to compute: an annex line, the version of it that counts, its period and its land.

    line_key: what tells the lines of an annex line apart (the season, the year …). season: None for a kind
    that goes by days. method: how it is compared. label: how other lines name this one.
    """

    line: AnnexLineRow
    version: AnnexVersionRow
    line_key: str
    season: Season | None
    year: int
    period_from: date
    period_to: date
    recognised_on: date
    method: Method
    charges_land: bool
    label: str
    land_uses: tuple[LandUseRow, ...]

    @property
    def key(self) -> LineKey:
        return self.line.participant_id, self.line_key

    def period_of(self, use: LandUseRow) -> str:
        """The period in which a land use is charged once: its season, or the year of land held by days."""
        return self.line_key if use.season_id else str(self.year)


class GainKind(Protocol):
    """How lines of one kind of component come about: a module of `kinds/`."""

    @property
    def LAND_RANK(self) -> int | None:  # noqa: N802 - a constant of the module
        """Its place when several lines claim one land use, the lowest first; None if it needs no land."""

    def due(self, line: AnnexLineRow, facts: Facts) -> Iterable[Due]:
        """The lines of an annex line in the year of the facts."""

    def line(self, facts: Facts, due: Due, charged_in: Mapping[UUID, LineRef]) -> Line:
        """The pure formula. charged_in: land uses that another line is charged for."""


def version_on(versions: Sequence[AnnexVersionRow], on: date, *, happened: bool) -> AnnexVersionRow | None:
    """The latest version of an annex line in force on a day; None once it was withdrawn.

    What happened before the withdrawal, or after a season that ended before the annex began, still counts: by
    the last version in force, else by the first.
    """
    current = [v for v in versions if v.effective_on is None or v.effective_on <= on]
    latest = max(current, key=_number, default=None)
    if latest is not None and not latest.withdrawn:
        return latest
    if not happened:
        return None
    standing = [version for version in current or versions if not version.withdrawn]
    return (max if current else min)(standing, key=_number, default=None)


def _number(version: AnnexVersionRow) -> int:
    return version.version_no


def land_over(
    uses: Iterable[LandUseRow], season_id: UUID | None, first: date, last: date
) -> Iterator[LandUseRow]:
    """Land of the season, or held by days that cover the period."""
    for use in uses:
        if (season_id is not None and use.season_id == season_id) or (
            use.use_from is not None
            and use.use_to is not None
            and use.use_from <= first
            and use.use_to >= last
        ):
            yield use


def claims(found: Iterable[Due], ranks: Mapping[str, int | None]) -> Iterator[Claim]:
    """What each line would be charged for. ranks: `LAND_RANK` by kind."""
    for due in found:
        for use in due.land_uses:
            yield fill(
                Claim,
                due.line,
                due,
                land_use_id=use.land_use_id,
                period=due.period_of(use),
                kind_rank=ranks[due.line.kind],
            )
