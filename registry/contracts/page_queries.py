"""Typed functions over sql/queries/contract_pages.sql: lists, choices and sums that only pages show."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts.model import ContractRow, Filing, Status
from registry.divisions.model import Places
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("contract_pages")
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


class Sought(Struct, frozen=True, kw_only=True):
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
    """What came of one product, in kg, on tickets that stand."""

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


class FreeLand(Struct, frozen=True, kw_only=True):
    """A land use of a season that no contract points to."""

    land_use_id: UUID
    household_id: UUID
    season_id: UUID
    area_mu: Decimal
    displaced_crops: list[str]


class LandUseId(Struct, frozen=True, kw_only=True):
    id: UUID


async def contracts_found(conn: Conn, wanted: Sought) -> list[ContractLine]:
    place = wanted.place
    return await db.many(
        conn,
        ContractLine,
        Q["contracts_found"],
        place and place.firsts,
        place and place.lasts,
        place and list(place.counties),
        wanted.status,
        wanted.organization_id,
        wanted.text or None,
        PAGE,
        wanted.offset,
    )


async def villages_with_households(conn: Conn, day: date) -> list[VillageChoice]:
    return await db.many(conn, VillageChoice, Q["villages_with_households"], day)


async def villages_to_show(conn: Conn) -> list[VillageChoice]:
    """What the list can be narrowed to: of a partner, the villages of its contracts."""
    return await db.many(conn, VillageChoice, Q["villages_to_show"])


async def contract_buyers(conn: Conn) -> list[NamedChoice]:
    return await db.many(conn, NamedChoice, Q["contract_buyers"])


async def organizations_to_offer(conn: Conn, village_code: str, day: date) -> list[OrganizationChoice]:
    return await db.many(conn, OrganizationChoice, Q["organizations_to_offer"], village_code, day)


async def products_to_offer(conn: Conn) -> list[ProductChoice]:
    return await db.many(conn, ProductChoice, Q["products_to_offer"])


async def crops_to_offer(conn: Conn) -> list[CropChoice]:
    return await db.many(conn, CropChoice, Q["crops_to_offer"])


async def grades_to_offer(conn: Conn) -> list[GradeChoice]:
    return await db.many(conn, GradeChoice, Q["grades_to_offer"])


async def delivered_by_product(conn: Conn, row: ContractRow) -> list[DeliveredProduct]:
    return await db.many(conn, DeliveredProduct, Q["delivered_by_product"], row.county_code, row.contract_id)


async def paid_by_component(conn: Conn, row: ContractRow) -> dict[UUID, PaidComponent]:
    found = await db.many(conn, PaidComponent, Q["paid_by_component"], row.county_code, row.contract_id)
    return {one.component_id: one for one in found}


async def delivered_by_household(
    conn: Conn, row: ContractRow, households: Collection[UUID]
) -> dict[tuple[UUID, str], Decimal]:
    """Kilograms by household and product."""
    found = await db.many(
        conn,
        DeliveredHousehold,
        Q["delivered_by_household"],
        row.county_code,
        row.contract_id,
        list(households),
    )
    return {(one.household_id, one.product_code): one.net_kg for one in found}


async def free_land_uses(
    conn: Conn, row: ContractRow, households: Collection[UUID], seasons: Sequence[UUID]
) -> list[FreeLand]:
    return await db.many(
        conn,
        FreeLand,
        Q["free_land_uses"],
        row.county_code,
        row.village_code,
        list(households),
        list(seasons),
    )


async def shared_land_uses(conn: Conn, row: ContractRow, ids: Collection[UUID]) -> set[UUID]:
    found = await db.many(conn, LandUseId, Q["shared_land_uses"], row.county_code, list(ids))
    return {one.id for one in found}
