"""Typed functions over sql/queries/contracts.sql that read. Those that write are in `write_queries.py`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts.model import (
    ComponentRow,
    ContractRow,
    FrameworkRow,
    Member,
    ParticipantRow,
    PartyRow,
    UsedLand,
)
from registry.contracts.overview_model import AnnexTotal, ContractItem, PinRow, VersionRow
from registry.contracts.rules import Village
from registry.contracts.suspicions import Alike, AnnexFacts
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.findings import Finding
from registry.kernel.work import Work
from registry.reference.returns import ReferenceRow

q = Queries("contracts")
Q = sql.queries("contracts")
EVERY_LINE: Final = 100_000


class FindingRow(Finding, frozen=True, kw_only=True):
    """A finding and the record (contract or participant) it is about."""

    record_kind: str
    record_id: UUID


class NamedParty(Struct, frozen=True, kw_only=True):
    """What a possible party is called today."""

    id: UUID
    name: str


class HouseholdRow(Struct, frozen=True, kw_only=True):
    """A household that a line of a list may mean."""

    household_id: UUID
    number: str
    group_name: str | None
    head_name: str | None
    valid_from: date
    valid_to: date | None


class SeasonRow(Struct, frozen=True, kw_only=True):
    """A season of a product in a division."""

    season_id: UUID
    division_code: str
    product_code: str
    year: int
    name: str
    starts_on: date
    ends_on: date


class LandUseRow(UsedLand, frozen=True, kw_only=True):
    """A recorded land use and whose it is."""

    household_id: UUID


class AnnexKey(Struct, frozen=True, kw_only=True):
    """The household of each annex line."""

    participant_id: UUID
    component_id: UUID
    household_id: UUID
    line_no: int


class GradeRow(Struct, frozen=True, kw_only=True):
    product_code: str
    grade_code: str
    name: str


class ProductRow(Struct, frozen=True, kw_only=True):
    product_code: str
    name: str
    crop_code: str


class PinnedRow(Struct, frozen=True, kw_only=True):
    """The crop, division and year of a reference row."""

    reference_return_id: UUID
    crop_code: str
    division_code: str
    year: int


class Filter(Struct, frozen=True, kw_only=True):
    """What a list of contracts is narrowed by; None narrows nothing. Ranges of codes, counties."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    counties: list[str] | None = None
    status: str | None = None
    organization_id: UUID | None = None
    role: str | None = None
    product_code: str | None = None
    active_on: date | None = None
    framework_id: UUID | None = None
    household_id: UUID | None = None
    updated_since: datetime | None = None
    before: UUID | None = None
    limit: int = 50


framework = q("framework_by_id", UUID).one(FrameworkRow)


async def frameworks(
    work: Work,
    *,
    firsts: list[str] | None,
    lasts: list[str] | None,
    buyer_id: UUID | None,
    updated_since: datetime | None,
    before: UUID | None,
    limit: int,
) -> list[FrameworkRow]:
    return await transactions.many(
        work, FrameworkRow, Q["frameworks"], firsts, lasts, buyer_id, updated_since, before, limit
    )


contract = q("contract_by_id", UUID).one(ContractRow)


async def contracts(work: Work, f: Filter) -> list[ContractItem]:
    return await transactions.many(
        work,
        ContractItem,
        Q["contracts"],
        f.firsts,
        f.lasts,
        f.counties,
        f.status,
        f.organization_id,
        f.role,
        f.product_code,
        f.active_on,
        f.framework_id,
        f.household_id,
        f.updated_since,
        f.before,
        f.limit,
    )


async def deliveries_against_end(work: Work, row: ContractRow, day: date | None) -> int:
    return await transactions.value(
        work, int, Q["deliveries_against_end"], row.county_code, row.contract_id, day
    )


async def villages(work: Work, codes: Collection[str]) -> dict[str, Village]:
    found = await transactions.many(work, Village, Q["villages_by_code"], list(codes))
    return {village.division_code: village for village in found}


async def parties(work: Work, row: ContractRow) -> list[PartyRow]:
    return await transactions.many(work, PartyRow, Q["parties_of_contract"], row.county_code, row.contract_id)


async def party_names(
    work: Work, county_code: str, organizations: list[UUID], households: list[UUID], persons: list[UUID]
) -> dict[UUID, str]:
    found = await transactions.many(
        work, NamedParty, Q["names_of_parties"], organizations, county_code, households, persons
    )
    return {party.id: party.name for party in found}


async def component_versions(
    work: Work, contract_ids: Collection[UUID], county_code: str | None = None
) -> list[ComponentRow]:
    return await transactions.many(
        work, ComponentRow, Q["components_of_contracts"], list(contract_ids), county_code
    )


grades = q("grades_of_products", Collection[str]).many(GradeRow)
products = q("products_by_code", Collection[str]).many(ProductRow)


async def versions(work: Work, row: ContractRow) -> list[VersionRow]:
    return await transactions.many(
        work, VersionRow, Q["versions_of_contract"], row.county_code, row.contract_id
    )


async def annex_totals(work: Work, row: ContractRow, day: date) -> list[AnnexTotal]:
    return await transactions.many(work, AnnexTotal, Q["annex_totals"], row.county_code, row.contract_id, day)


async def participants(
    work: Work,
    row: ContractRow,
    day: date,
    *,
    after_line: int = 0,
    only: Sequence[UUID] | None = None,
    limit: int = EVERY_LINE,
) -> list[ParticipantRow]:
    ids = None if only is None else list(only)
    return await transactions.many(
        work,
        ParticipantRow,
        Q["participants_of_contract"],
        row.county_code,
        row.contract_id,
        day,
        after_line,
        ids,
        limit,
    )


async def members(
    work: Work, contract_ids: Collection[UUID], day: date, county_code: str | None = None
) -> list[Member]:
    return await transactions.many(
        work, Member, Q["members_of_contracts"], list(contract_ids), day, county_code
    )


async def annex_keys(work: Work, row: ContractRow) -> list[AnnexKey]:
    return await transactions.many(work, AnnexKey, Q["annex_keys"], row.county_code, row.contract_id)


async def households_named(
    work: Work, row: ContractRow, ids: list[UUID], names: list[str]
) -> list[HouseholdRow]:
    return await transactions.many(
        work, HouseholdRow, Q["households_named"], row.county_code, row.village_code, ids, names
    )


seasons = q("seasons_of_products", list[str], list[str], date | None, date | None).many(SeasonRow)


async def land_uses(work: Work, county_code: str, ids: list[UUID]) -> dict[UUID, LandUseRow]:
    found = await transactions.many(work, LandUseRow, Q["land_uses_by_id"], county_code, ids)
    return {use.land_use_id: use for use in found}


async def annex_facts(work: Work, row: ContractRow) -> dict[UUID, AnnexFacts]:
    found = await transactions.many(work, AnnexFacts, Q["annex_facts"], row.county_code, row.contract_id)
    return {facts.participant_id: facts for facts in found}


reference_rows = q("reference_rows", list[str], list[str], int).many(ReferenceRow)


async def contracts_alike(work: Work, row: ContractRow) -> list[Alike]:
    return await transactions.many(
        work,
        Alike,
        Q["contracts_alike"],
        row.county_code,
        row.village_code,
        row.buyer_id,
        row.contract_id,
        row.starts_on,
        row.ends_on,
    )


async def findings(work: Work, row: ContractRow) -> list[FindingRow]:
    return await transactions.many(
        work, FindingRow, Q["findings_of_contract"], row.county_code, row.contract_id
    )


async def pins(work: Work, row: ContractRow) -> list[PinRow]:
    return await transactions.many(work, PinRow, Q["pins_of_contract"], row.county_code, row.contract_id)


reference_row_for_pin = q("reference_row_for_pin", UUID).maybe(PinnedRow)
