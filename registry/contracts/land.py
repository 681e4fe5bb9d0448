"""The land of annex lines: recorded land uses are looked up, new ones planned for the register of households.
Whether areas are too large is `suspicions.py`."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.annex_inputs import LandUseIn
from registry.contracts.facts import ContractFacts
from registry.contracts.model import ComponentRow, UsedLand
from registry.households import land
from registry.households.land_facts import LandFacts
from registry.households.land_model import LandUseRow, NewLandUse
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.work import Act
from registry.reference.model import Season


class LandRequest(Struct, frozen=True, kw_only=True):
    """The land a line asks for; `household_id` None where the household itself was not found."""

    pointer: str
    household_id: UUID | None
    component: ComponentRow | None
    area_mu: Decimal | None
    land_uses: Sequence[LandUseIn]


class Plan(Struct, frozen=True, kw_only=True):
    """The land of one line as it will be; `new`: the uses still to be stored, each with its pointer."""

    uses: list[UsedLand]
    new: list[tuple[str, LandUseRow]]


class Planned(Struct, frozen=True, kw_only=True):
    """The land of each line, in order, what is wrong with it, and what it names that is not registered."""

    plans: list[Plan]
    mistakes: list[Mistake]
    unregistered: list[Mistake]


def plan(act: Act, facts: ContractFacts, asked: Sequence[LandRequest]) -> Planned:
    """The land of each line with all its mistakes."""
    planner = _Planner(act, facts)
    plans = [planner.line(one) for one in asked]
    return Planned(plans=plans, mistakes=planner.mistakes, unregistered=planner.unregistered)


class _Planner:
    """Goes through the lines and notes what is wrong."""

    def __init__(self, act: Act, facts: ContractFacts) -> None:
        self.act = act
        self.facts = facts
        self.mistakes: list[Mistake] = []
        self.unregistered: list[Mistake] = []

    def line(self, asked: LandRequest) -> Plan:
        uses: list[UsedLand] = []
        new: list[tuple[str, LandUseRow]] = []
        for index, use in enumerate(asked.land_uses):
            at = f"{asked.pointer}/land_uses/{index}"
            if use.land_use_id is not None:
                uses += self._recorded(use.land_use_id, asked, at)
            elif asked.component is not None:
                made = self._new(use, asked, self.facts.seasons_of(asked.component), at)
                uses += [used(row, self.facts.land) for _, row in made]
                new += made
        return Plan(uses=uses, new=new)

    def _recorded(self, land_use_id: UUID, asked: LandRequest, at: str) -> list[UsedLand]:
        row = self.facts.land.uses.get(land_use_id)
        if row is None:
            self._wrong(f"{at}/land_use_id", "land_use.unknown", "找不到这块用地，请从这一户的用地里选")
            return []
        if asked.household_id is not None and row.household_id != asked.household_id:
            self._wrong(
                f"{at}/land_use_id", "land_use.other_household", "这块用地是另一户的，请选这一户的用地"
            )
            return []
        return [used(row, self.facts.land)]

    def _new(
        self, use: LandUseIn, asked: LandRequest, seasons: Sequence[Season], at: str
    ) -> list[tuple[str, LandUseRow]]:
        season_id = use.season_id
        if season_id is None and use.use_from is None and use.use_to is None:
            if len(seasons) != 1:
                self._wrong(f"{at}/season_id", "land_use.season", _choose(seasons))
                return []
            season_id = seasons[0].season_id
        elif season_id is not None and season_id not in {season.season_id for season in seasons}:
            self._wrong(f"{at}/season_id", "land_use.season", _choose(seasons))
            return []
        area = use.area_mu or asked.area_mu
        if area is None:
            self._wrong(f"{at}/area_mu", "required", "请填写用地面积，或这一户的参与面积")
            return []
        if asked.household_id is None:
            return []
        made = NewLandUse(
            household_id=asked.household_id, use=use.new(season_id=season_id, area=area), pointer=at
        )
        self.unregistered += land.mistakes_of(made, self.facts.land)
        return [(at, land.row_of(self.act, made, self.facts.land))]

    def _wrong(self, pointer: str, code: str, message: str) -> None:
        self.mistakes.append(Mistake(pointer=pointer, code=code, message=message))


def used(row: LandUseRow, facts: LandFacts) -> UsedLand:
    """A land use as annex lines show it."""
    season = facts.seasons.get(row.season_id) if row.season_id else None
    return fill(
        UsedLand,
        row,
        season_name=None if season is None else season.name,
        season_year=None if season is None else season.year,
        displaced_crops=list(row.displaced_crops),
    )


def _choose(seasons: Sequence[Season]) -> str:
    if not seasons:
        return "合同期限内没有登记这个产品的产季，请先登记产季"
    names = "、".join(f"{season.year} 年{season.name}" for season in seasons)
    return f"请选这份合同期限内的产季：{names}"
