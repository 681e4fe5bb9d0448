"""The lines due of each annex line in a year and the land they claim. Pure; their facts: `line_facts.py`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from registry.gains.land_claims import Claim, LineKey
from registry.gains.load_facts import Facts
from registry.gains.rows import AnnexLineRow, AnnexVersionRow, LandUseRow, SeasonRow
from registry.reference.returns import code_chain


class Candidate(Struct, frozen=True, kw_only=True):
    """A line to compute: an annex line, its version for this season, and its land."""

    line: AnnexLineRow
    version: AnnexVersionRow
    season: SeasonRow
    land_uses: tuple[LandUseRow, ...]

    @property
    def line_key(self) -> str:
        return str(self.season.season_id)

    @property
    def key(self) -> LineKey:
        return self.line.participant_id, self.line_key

    @property
    def label(self) -> str:
        """How other lines name this one."""
        return f"{self.line.title}·{self.season.name}"

    def period_of(self, use: LandUseRow) -> str:
        """The period in which a land use is charged once: its season, or the year of land held by days."""
        return self.line_key if use.season_id else str(self.season.year)


def candidates(facts: Facts) -> Iterator[Candidate]:
    """The order lines of the year: one per annex line and season (gains.md 4)."""
    for line in facts.lines:
        if line.kind != "order":
            continue
        for season in _seasons(facts, line):
            versions = facts.versions.get(line.participant_id, ())
            version = _version(versions, season.ends_on, happened=_has_facts(facts, line, season))
            if version is not None:
                uses = tuple(_land(facts, line, season))
                yield Candidate(line=line, version=version, season=season, land_uses=uses)


def _seasons(facts: Facts, line: AnnexLineRow) -> list[SeasonRow]:
    """Seasons that land, deliveries or records of the annex line name; where its land names none, those of
    the nearest division upward that end within the term."""
    seasons = facts.seasons.get(line.product_code or "", ())
    named = {use.season_id for use in facts.land_uses.get(line.participant_id, ()) if use.season_id}
    found = [s for s in seasons if s.season_id in named or _has_facts(facts, line, s)]
    if not named:
        in_term = [s for s in _nearest(seasons, line) if line.starts_on <= s.ends_on <= line.ends_on]
        found += [season for season in in_term if season not in found]
    return sorted(found, key=lambda season: (season.ends_on, season.season_id))


def _nearest(seasons: Sequence[SeasonRow], line: AnnexLineRow) -> list[SeasonRow]:
    for code in code_chain(line.village_code):
        if own := [season for season in seasons if season.division_code == code]:
            return own
    return []


def _has_facts(facts: Facts, line: AnnexLineRow, season: SeasonRow) -> bool:
    here = (line.participant_id, season.season_id)
    delivered = (line.household_id, line.component_id, season.season_id) in facts.deliveries
    return delivered or here in facts.own_sales or here in facts.costs


def _version(versions: Sequence[AnnexVersionRow], on: date, *, happened: bool) -> AnnexVersionRow | None:
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


def _land(facts: Facts, line: AnnexLineRow, season: SeasonRow) -> Iterator[LandUseRow]:
    """Land of this season, or held by days that cover the season."""
    for use in facts.land_uses.get(line.participant_id, ()):
        if use.season_id == season.season_id or (
            use.use_from is not None
            and use.use_to is not None
            and use.use_from <= season.starts_on
            and use.use_to >= season.ends_on
        ):
            yield use


def claims(found: Iterable[Candidate]) -> Iterator[Claim]:
    """What each line would be charged for."""
    for candidate in found:
        for use in candidate.land_uses:
            yield Claim(
                participant_id=candidate.line.participant_id,
                line_key=candidate.line_key,
                land_use_id=use.land_use_id,
                period=candidate.period_of(use),
                kind=candidate.line.kind,
                charges_land=candidate.version.method != "price_premium",
                signed_on=candidate.line.signed_on,
                component_number=candidate.line.component_number,
            )
