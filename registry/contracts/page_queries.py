"""Typed functions over sql/queries/contract_pages.sql: lists, choices and sums that only pages show."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts.model import ContractKey, ContractRow, Filing, Status
from registry.divisions.model import PlaceCodes, Places
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("contract_pages")
PAGE: Final = 50


class ContractLine(Struct, frozen=True, kw_only=True):
    """A contract in the list; `total`: how many fit in all. Sums are those of the latest annex."""

    county_code: str
    contract_id: UUID
    village_code: str
    title: str
    number: str | None
    buyer_id: UUID | None
    status: Status
    starts_on: date | None
    ends_on: date | None
    completed_on: date | None
    terminated_on: date | None
    filing_state: Filing
    village_name: str
    buyer_name: str | None
    total: int
    product_names: list[str]
    households: int
    area_mu: Decimal | None
    planned_kg: Decimal | None


class ContractSearch(Struct, frozen=True, kw_only=True):
    """What the list is narrowed by; None and "" narrow nothing."""

    place: Places | None = None
    status: Status | None = None
    organization_id: UUID | None = None
    text: str = ""
    offset: int = 0


class VillageChoice(Struct, frozen=True, kw_only=True):
    """A village to choose, with its township."""

    division_code: str
    name: str
    township_code: str
    township_name: str


class NamedChoice(Struct, frozen=True, kw_only=True):
    """Something with an id and a name to choose."""

    id: UUID
    name: str


class OrganizationChoice(NamedChoice, frozen=True, kw_only=True):
    """An organisation to choose."""

    kind: str


class ProductChoice(Struct, frozen=True, kw_only=True):
    product_code: str
    name: str
    crop_code: str


class CropChoice(Struct, frozen=True, kw_only=True):
    crop_code: str
    name: str


class GradeChoice(Struct, frozen=True, kw_only=True):
    product_code: str
    grade_code: str
    name: str


class DeliveredProduct(Struct, frozen=True, kw_only=True):
    """Kilograms of one product on tickets that are not voided."""

    product_code: str
    product_name: str
    season_name: str
    tickets: int
    net_kg: Decimal
    first_day: date
    last_day: date


class PaidComponent(Struct, frozen=True, kw_only=True):
    """Yuan of the tickets under a component; `unpriced` tickets are not in it."""

    component_id: UUID
    amount: Decimal | None
    unpriced: int


class DeliveredHousehold(Struct, frozen=True, kw_only=True):
    household_id: UUID
    product_code: str
    net_kg: Decimal


_contracts_found = q(
    "contracts_found", PlaceCodes | None, str | None, UUID | None, str | None, tuple[int, int]
).many(ContractLine)


async def contracts_found(work: Work, wanted: ContractSearch) -> list[ContractLine]:
    place = wanted.place.codes if wanted.place else None
    page = (PAGE, wanted.offset)
    text = wanted.text or None
    return await _contracts_found(work, place, wanted.status, wanted.organization_id, text, page)


villages_with_households = q("villages_with_households", date).many(VillageChoice)
villages_to_show = q("villages_to_show").many(VillageChoice)
"""What the list can be narrowed to: of a partner, the villages of its contracts."""
contract_buyers = q("contract_buyers").many(NamedChoice)
organizations_to_offer = q("organizations_to_offer", str, date).many(OrganizationChoice)
products_to_offer = q("products_to_offer").many(ProductChoice)
_crops_to_offer = q("crops_to_offer").many(CropChoice)
grades_to_offer = q("grades_to_offer").many(GradeChoice)


async def crop_names(work: Work) -> dict[str, str]:
    """Names of crops by code."""
    return {one.crop_code: one.name for one in await _crops_to_offer(work)}


delivered_by_product = q("delivered_by_product", ContractKey).many(DeliveredProduct)
paid_by_component = q("paid_by_component", ContractKey).by(PaidComponent, lambda row: row.component_id)
_delivered_by_household = q("delivered_by_household", ContractKey, Collection[UUID]).many(DeliveredHousehold)


async def delivered_by_household(
    work: Work, row: ContractRow, households: Collection[UUID]
) -> dict[tuple[UUID, str], Decimal]:
    """Kilograms by household and product."""
    found = await _delivered_by_household(work, row.key, households)
    return {(one.household_id, one.product_code): one.net_kg for one in found}
