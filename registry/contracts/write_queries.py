"""Rows to store and the typed functions over sql/queries/contracts.sql that write them. No rules here."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import Terms
from registry.contracts.model import ContractRow, FrameworkRow
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("contracts")
Q = sql.queries("contracts")


class NewParty(Struct, frozen=True, kw_only=True):
    county_code: str
    party_id: UUID
    village_code: str
    contract_id: UUID
    role: str
    organization_id: UUID | None
    household_id: UUID | None
    person_id: UUID | None
    signed_name: str
    position: int
    created_at: datetime
    created_by: str


class NewComponent(Struct, frozen=True, kw_only=True):
    county_code: str
    component_id: UUID
    village_code: str
    contract_id: UUID
    number: int
    kind: str
    payer_role: str
    payee_role: str
    product_code: str | None
    created_at: datetime
    created_by: str


class NewTerms(Struct, frozen=True, kw_only=True):
    county_code: str
    component_id: UUID
    version_no: int
    village_code: str
    contract_id: UUID
    terms: Terms
    effective_on: date | None
    recorded_at: datetime
    created_by: str


class NewVersion(Struct, frozen=True, kw_only=True):
    county_code: str
    contract_id: UUID
    version_no: int
    village_code: str
    effective_on: date
    signed_on: date
    reason: str | None
    recorded_at: datetime
    created_by: str


class NewParticipant(Struct, frozen=True, kw_only=True):
    county_code: str
    participant_id: UUID
    village_code: str
    contract_id: UUID
    component_id: UUID
    household_id: UUID
    signed_name: str
    line_no: int
    created_at: datetime
    created_by: str
    source: str
    import_batch_id: UUID | None


class NewParticipantVersion(Struct, frozen=True, kw_only=True):
    county_code: str
    participant_version_id: UUID
    village_code: str
    contract_id: UUID
    participant_id: UUID
    version_no: int
    effective_on: date | None
    area_mu: Decimal | None
    planned_kg: Decimal | None
    method: str | None
    base_year: int | None
    own_days: Decimal | None
    withdrawn: bool
    recorded_at: datetime
    created_by: str


class NewLandLink(Struct, frozen=True, kw_only=True):
    county_code: str
    participant_id: UUID
    land_use_id: UUID
    village_code: str
    created_at: datetime
    created_by: str


class NewPin(Struct, frozen=True, kw_only=True):
    county_code: str
    reference_pin_id: UUID
    village_code: str
    contract_id: UUID
    participant_id: UUID | None
    crop_code: str
    reference_return_id: UUID
    reason: str
    recorded_at: datetime
    created_by: str


class Versioned(Struct, frozen=True, kw_only=True):
    """The version a guarded update made."""

    version: int


class Released(Struct, frozen=True, kw_only=True):
    """The annex line a pin was taken off, None for one of the whole contract."""

    participant_id: UUID | None


class ComponentKey(Struct, frozen=True, kw_only=True):
    component_id: UUID
    number: int


async def add_framework(work: Work, row: FrameworkRow) -> None:
    await transactions.run(work, Q["add_frameworks"], transactions.rows_json([row]))


async def change_framework(work: Work, row: FrameworkRow, version: int) -> Versioned | None:
    return await transactions.maybe(
        work, Versioned, Q["change_framework"], transactions.rows_json([row]), version
    )


async def add_contract(work: Work, row: ContractRow) -> None:
    await transactions.run(work, Q["add_contracts"], transactions.rows_json([row]))


async def change_contract(work: Work, row: ContractRow, version: int) -> Versioned | None:
    return await transactions.maybe(
        work, Versioned, Q["change_contract"], transactions.rows_json([row]), version
    )


add_parties = q("add_parties", Sequence[NewParty]).run()


async def remove_parties(work: Work, row: ContractRow) -> None:
    await transactions.run(work, Q["remove_parties"], row.county_code, row.contract_id)


async def save_components(work: Work, rows: Sequence[NewComponent]) -> dict[int, UUID]:
    """Ids by number, those of existing components included."""
    found = await transactions.many(work, ComponentKey, Q["save_components"], transactions.rows_json(rows))
    return {one.number: one.component_id for one in found}


async def keep_components(work: Work, row: ContractRow, numbers: Sequence[int]) -> None:
    """Removes the components of a draft whose numbers are not named."""
    await transactions.run(work, Q["remove_component_terms"], row.county_code, row.contract_id, list(numbers))
    await transactions.run(work, Q["remove_components"], row.county_code, row.contract_id, list(numbers))


save_terms = q("save_terms", Sequence[NewTerms]).run()


async def add_version(work: Work, row: NewVersion) -> None:
    await transactions.run(work, Q["add_versions"], transactions.rows_json([row]))


async def share_all(work: Work, rows: Sequence[ContractRow]) -> int:
    """The organisations that are parties of these contracts may see them (`partner_contract`), once they are
    signed: drafts are never shared. To be called in the transaction that signs or stores them, set-wise for
    many; how many pairs were new."""
    counties = sorted({row.county_code for row in rows})
    return await transactions.run(work, Q["share_contracts"], counties, [row.contract_id for row in rows])


async def put_in_force(work: Work, row: ContractRow, effective_on: date) -> None:
    """Version 1 of terms and annex holds from this day."""
    await transactions.run(work, Q["put_terms_in_force"], row.county_code, row.contract_id, effective_on)
    await transactions.run(work, Q["put_annex_in_force"], row.county_code, row.contract_id, effective_on)


add_participants = q("add_participants", Sequence[NewParticipant]).run()
add_participant_versions = q("add_participant_versions", Sequence[NewParticipantVersion]).run()
supersede_participant_versions = q("supersede_participant_versions", str, Sequence[UUID], datetime).run()
"""How many were in force until now."""
add_land_links = q("add_land_links", Sequence[NewLandLink]).run()
remove_land_links = q("remove_land_links", str, Sequence[UUID]).run()


async def remove_participants(work: Work, row: ContractRow, ids: Sequence[UUID]) -> int:
    """Removes lines of a draft with their versions; how many there were."""
    await remove_land_links(work, row.county_code, ids)
    await transactions.run(
        work, Q["remove_participant_versions"], row.county_code, row.contract_id, list(ids)
    )
    return await transactions.run(work, Q["remove_participants"], row.county_code, row.contract_id, list(ids))


async def add_pin(work: Work, row: NewPin) -> None:
    await transactions.run(
        work,
        Q["supersede_pins"],
        row.county_code,
        row.contract_id,
        row.participant_id,
        row.crop_code,
        row.recorded_at,
    )
    await transactions.run(work, Q["add_pins"], transactions.rows_json([row]))


async def release_pin(work: Work, row: ContractRow, reference_pin_id: UUID, now: datetime) -> Released:
    return await transactions.one(
        work, Released, Q["release_pin"], row.county_code, row.contract_id, reference_pin_id, now
    )
