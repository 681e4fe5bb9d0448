"""The land of annex lines: recorded land uses are looked up, new ones planned and then created by the
register of households. Whether areas are too large is `suspicions.py`."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts import queries
from registry.contracts.annex_inputs import LandUseIn
from registry.contracts.checks import UNMADE
from registry.contracts.model import ComponentRow, ContractRow, UsedLand
from registry.contracts.queries import LandUseRow, SeasonRow
from registry.divisions.model import parents
from registry.households.land_model import LandUseIn as NewUse
from registry.households.land_model import NewLandUse
from registry.kernel.errors import Mistake
from registry.kernel.work import Work


class LandRequest(Struct, frozen=True, kw_only=True):
    """The land a line asks for; `household_id` None where the household itself was not found."""

    pointer: str
    household_id: UUID | None
    component: ComponentRow | None
    area_mu: Decimal | None
    land_uses: Sequence[LandUseIn]


class Plan(Struct, frozen=True, kw_only=True):
    """The land of one line as it will be; `new` are the uses still to be made, in the places of UNMADE."""

    uses: list[UsedLand]
    new: list[NewLandUse]


async def plan(
    work: Work, contract: ContractRow, asked: Sequence[LandRequest]
) -> tuple[list[Plan], list[Mistake]]:
    """The land of each line, in order, with all its mistakes. Two statements."""
    if not any(one.land_uses for one in asked):
        return [Plan(uses=[], new=[]) for _ in asked], []
    ids = [use.land_use_id for one in asked for use in one.land_uses if use.land_use_id is not None]
    known = await queries.land_uses(work, contract.county_code, ids) if ids else {}
    seasons = await _seasons(work, contract, asked)
    planner = _Planner(known, seasons)
    return [planner.line(one) for one in asked], planner.mistakes


async def _seasons(
    work: Work, contract: ContractRow, asked: Iterable[LandRequest]
) -> dict[str, list[SeasonRow]]:
    """The seasons of each product within the term, of the nearest division upward that has any."""
    products = {one.component.product_code for one in asked if one.component is not None}
    wanted = sorted(product for product in products if product is not None)
    chain = parents(contract.village_code)
    found = await queries.seasons(work, wanted, list(chain), contract.starts_on, contract.ends_on)
    nearest: dict[str, list[SeasonRow]] = {}
    for product in wanted:
        for code in chain:
            own = [row for row in found if row.product_code == product and row.division_code == code]
            if own and product not in nearest:
                nearest[product] = own
    return nearest


class _Planner:
    """Goes through the lines and notes what is wrong."""

    def __init__(self, known: Mapping[UUID, LandUseRow], seasons: Mapping[str, Sequence[SeasonRow]]) -> None:
        self.known = known
        self.seasons = seasons
        self.mistakes: list[Mistake] = []

    def line(self, asked: LandRequest) -> Plan:
        uses: list[UsedLand] = []
        new: list[NewLandUse] = []
        product = asked.component.product_code if asked.component is not None else None
        seasons = self.seasons.get(product or "", [])
        for index, use in enumerate(asked.land_uses):
            at = f"{asked.pointer}/land_uses/{index}"
            if use.land_use_id is not None:
                uses += self._recorded(use.land_use_id, asked, at)
            elif asked.component is not None:
                made = self._new(use, asked, seasons, at)
                uses += [_planned(one.use, seasons) for one in made]
                new += made
        return Plan(uses=uses, new=new)

    def _recorded(self, land_use_id: UUID, asked: LandRequest, at: str) -> list[UsedLand]:
        row = self.known.get(land_use_id)
        if row is None:
            self._wrong(f"{at}/land_use_id", "land_use.unknown", "找不到这块用地，请从这一户的用地里选")
            return []
        if asked.household_id is not None and row.household_id != asked.household_id:
            self._wrong(
                f"{at}/land_use_id", "land_use.other_household", "这块用地是另一户的，请选这一户的用地"
            )
            return []
        return [row]

    def _new(
        self, use: LandUseIn, asked: LandRequest, seasons: Sequence[SeasonRow], at: str
    ) -> list[NewLandUse]:
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
        made = use.new(season_id=season_id, area=area)
        return [NewLandUse(household_id=asked.household_id, use=made, pointer=at)]

    def _wrong(self, pointer: str, code: str, message: str) -> None:
        self.mistakes.append(Mistake(pointer=pointer, code=code, message=message))


def _planned(use: NewUse, seasons: Sequence[SeasonRow]) -> UsedLand:
    """A new land use as the checks of areas see it before it is made."""
    season = next((one for one in seasons if one.season_id == use.season_id), None)
    return UsedLand(
        land_use_id=UNMADE,
        parcel_id=use.parcel_id,
        season_id=use.season_id,
        season_name=None if season is None else season.name,
        season_year=None if season is None else season.year,
        use_from=use.use_from,
        use_to=use.use_to,
        area_mu=use.area_mu,
        displaced_crops=list(use.displaced_crops),
        rented_in=use.rented_in,
        rent_either_way=use.rent_either_way,
        rent_paid=use.rent_paid,
    )


def _choose(seasons: Sequence[SeasonRow]) -> str:
    if not seasons:
        return "合同期限内没有登记这个产品的产季，请先登记产季"
    names = "、".join(f"{season.year} 年{season.name}" for season in seasons)
    return f"请选这份合同期限内的产季：{names}"
