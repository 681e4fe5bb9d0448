"""All rows of the demo, collected before anything is written."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from registry.contracts.model import ContractRow, FrameworkRow
from registry.contracts.write_queries import (
    NewComponent,
    NewLandLink,
    NewParticipant,
    NewParticipantVersion,
    NewParty,
    NewTerms,
    NewVersion,
)
from registry.divisions.statistic_model import StatisticRow
from registry.fulfilment.record_rows import NewCompletion, NewCostRecord, NewEntry, NewOwnSale
from registry.fulfilment.rows import NewAllocation, NewDelivery, NewPrice
from registry.households.land_model import LandUseRow
from registry.households.model import HeadcountRow, HouseholdRow, HouseholdTagRow, PersonRow
from registry.households.yearly_model import IncomeRow, OwnHistoryRow
from registry.memberships.model import MembershipRow
from registry.organizations.model import OrganizationRow, OwnershipRow
from registry.reference.figure_model import PlantedAreaRow, PriceIndexRow
from registry.reference.market_model import MarketPriceRow
from registry.reference.model import CropRow, ProductRow, SeasonRow
from registry.reference.return_model import ReturnRow


class VoidedDelivery(Struct, frozen=True, kw_only=True):
    """A ticket that no longer counts, and why."""

    county_code: str
    village_code: str
    delivery_id: UUID
    voided_at: datetime
    voided_by: str
    void_reason: str


class Rows(Struct):
    """One list per table, in the order in which they can be written."""

    crops: list[CropRow] = []
    products: list[ProductRow] = []
    seasons: list[SeasonRow] = []
    returns: list[ReturnRow] = []
    indices: list[PriceIndexRow] = []
    market_prices: list[MarketPriceRow] = []
    organizations: list[OrganizationRow] = []
    ownerships: list[OwnershipRow] = []
    statistics: list[StatisticRow] = []
    planted_areas: list[PlantedAreaRow] = []
    households: list[HouseholdRow] = []
    persons: list[PersonRow] = []
    headcounts: list[HeadcountRow] = []
    tags: list[HouseholdTagRow] = []
    incomes: list[IncomeRow] = []
    own_history: list[OwnHistoryRow] = []
    memberships: list[MembershipRow] = []
    frameworks: list[FrameworkRow] = []
    contracts: list[ContractRow] = []
    versions: list[NewVersion] = []
    parties: list[NewParty] = []
    components: list[NewComponent] = []
    terms: list[NewTerms] = []
    land_uses: list[LandUseRow] = []
    participants: list[NewParticipant] = []
    participant_versions: list[NewParticipantVersion] = []
    land_links: list[NewLandLink] = []
    deliveries: list[NewDelivery] = []
    prices: list[NewPrice] = []
    allocations: list[NewAllocation] = []
    voided: list[VoidedDelivery] = []
    entries: list[NewEntry] = []
    cost_records: list[NewCostRecord] = []
    completions: list[NewCompletion] = []
    own_sales: list[NewOwnSale] = []

    def of_villages(self, codes: Collection[str]) -> "Rows":
        """The rows that belong to these villages."""
        return self._picked(lambda row: getattr(row, "village_code", None) in codes)

    def shared(self) -> "Rows":
        """The rows that belong to no village."""
        return self._picked(lambda row: not hasattr(row, "village_code"))

    def _picked(self, wanted: Callable[[Struct], bool]) -> "Rows":
        return Rows(**{name: [*filter(wanted, getattr(self, name))] for name in self.__struct_fields__})
