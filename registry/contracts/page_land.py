"""The land of a line of step 3: new land uses per season, recorded ones, those to change. Pure."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts.annex_inputs import LandUseIn, ParticipantChange, ParticipantIn
from registry.contracts.facts import ContractFacts
from registry.contracts.model import ComponentRow, ParticipantRow
from registry.contracts.page_rows import WantedLine
from registry.households.land_facts import LandFacts, RecordedUse
from registry.households.land_model import LandUsePatch
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill


class SeasonLand:
    """The seasons land is used in, and land of the households that no contract points to yet."""

    def __init__(self, seasons: Sequence[UUID], free: Sequence[RecordedUse], mistakes: list[Mistake]) -> None:
        self.seasons = list(seasons)
        self.free = list(free)
        self.mistakes = mistakes

    def uses(self, one: WantedLine) -> list[LandUseIn]:
        """One land use per season: an equal recorded one, else a new one."""
        if one.crops is None:
            return []
        return [self._use(one, one.crops, season) for season in self.seasons]

    def _use(self, one: WantedLine, crops: tuple[str, ...], season: UUID) -> LandUseIn:
        for place, known in enumerate(self.free):
            same = (known.household_id, known.season_id, known.area_mu) == (
                one.household_id,
                season,
                one.area_mu,
            )
            if same and known.displaced_crops == crops:
                return LandUseIn(land_use_id=self.free.pop(place).land_use_id)
        return LandUseIn(season_id=season, displaced_crops=crops, idle=not crops)


class LineChange(Struct, frozen=True, kw_only=True):
    """The change of a line, and of its recorded land if no other line uses it."""

    line: ParticipantChange
    patch: LandUsePatch | None = None


def season_land(
    facts: ContractFacts, component: ComponentRow, chosen: Sequence[UUID], wanted: Sequence[WantedLine]
) -> SeasonLand:
    """The seasons that were chosen, or the only one there is."""
    if all(one.crops is None for one in wanted):
        return SeasonLand([], [], [])
    known = [one.season_id for one in facts.seasons_of(component)]
    used = [one for one in known if one in chosen] or (known if len(known) == 1 else [])
    if not used:
        say = (
            "请勾选这些地用在哪几季"
            if known
            else "合同期限内没有登记这个产品的产季，请先登记产季，再填原来种什么"
        )
        return SeasonLand([], [], [Mistake("/seasons", "land_use.season", say)])
    return SeasonLand(used, _free(facts.land, used), [])


def _free(land: LandFacts, seasons: Sequence[UUID]) -> list[RecordedUse]:
    """Land recorded for these seasons that stands under no contract."""
    return [
        use
        for use in land.uses.values()
        if use.village_code == land.village_code
        and use.season_id in seasons
        and use.parcel_id is None
        and not use.rented_in
        and not use.links
    ]


def line(one: WantedLine, component: ComponentRow, ground: SeasonLand) -> ParticipantIn:
    """A new line."""
    return fill(ParticipantIn, one, component_number=component.number, land_uses=ground.uses(one))


def differs(one: WantedLine, row: ParticipantRow) -> bool:
    """Whether a stored line has to change."""
    figures = (one.area_mu, one.planned_kg, one.method) != (row.area_mu, row.planned_kg, row.method)
    return figures or _year(one, row) != row.base_year or _land_differs(one, row)


def _year(one: WantedLine, row: ParticipantRow) -> int | None:
    kept = row.base_year if one.method == row.method == "own_history" else None
    return one.base_year or kept


def _land_differs(one: WantedLine, row: ParticipantRow) -> bool:
    if one.clear:
        return bool(row.land_uses)
    if one.crops is None:
        return bool(row.land_uses) and one.area_mu != row.area_mu
    return not row.land_uses or one.crops != _crops(row) or one.area_mu != row.area_mu


def _crops(row: ParticipantRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for use in row.land_uses for code in use.displaced_crops))


def _plain(row: ParticipantRow) -> bool:
    """One use a season with the line's own area and the same crops, nothing rented: what a page can show."""
    crops = _crops(row)
    by_season = [use.season_id for use in row.land_uses]
    return (
        None not in by_season
        and len({*by_season}) == len(by_season)
        and all(
            use.parcel_id is None
            and not use.rented_in
            and use.area_mu == row.area_mu
            and tuple(use.displaced_crops) == crops
            for use in row.land_uses
        )
    )


def mixed(one: WantedLine, row: ParticipantRow) -> list[Mistake]:
    """Land recorded piece by piece is changed piece by piece."""
    if not row.land_uses or one.clear or _plain(row) or not _land_differs(one, row):
        return []
    message = "这一户的用地是分块登记的，面积和原来种什么请到农户的用地里改"
    return [Mistake(f"{one.at}/area_mu", "land_use.mixed", message)]


def change_of(one: WantedLine, row: ParticipantRow, ground: SeasonLand, land: LandFacts) -> LineChange:
    """The changes of a line and its land; land shared with other lines is left and replaced by new land."""
    new_values: dict[str, Any] = {
        "area_mu": one.area_mu,
        "planned_kg": one.planned_kg,
        "method": one.method,
        "base_year": _year(one, row),
    }
    patch = None
    if one.clear and row.land_uses:
        new_values["land_uses"] = []
    elif _land_differs(one, row):
        crops = _crops(row) if one.crops is None else one.crops
        own = not any(land.shared(use.land_use_id) for use in row.land_uses)
        if row.land_uses and own and one.area_mu is not None:
            patch = LandUsePatch(area_mu=one.area_mu, displaced_crops=crops)
        else:
            new_values["land_uses"] = ground.uses(replace(one, crops=crops))
    return LineChange(line=ParticipantChange(participant_id=row.participant_id, **new_values), patch=patch)
