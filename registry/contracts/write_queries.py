"""Rows to store and the typed functions over sql/queries/contracts.sql that write them. No rules here."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import Terms
from registry.contracts.model import ContractKey, ContractRow, FrameworkRow
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("contracts")


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


add_frameworks = q("add_frameworks", Sequence[FrameworkRow]).run()
change_framework = q("change_framework", Sequence[FrameworkRow], int).maybe(Versioned)
add_contracts = q("add_contracts", Sequence[ContractRow]).run()
change_contract = q("change_contract", Sequence[ContractRow], int).maybe(Versioned)
add_parties = q("add_parties", Sequence[NewParty]).run()


remove_parties = q("remove_parties", ContractKey).run()
save_components = q("save_components", Sequence[NewComponent]).many(ComponentKey)
"""Ids and numbers, those of existing components included."""
_remove_component_terms = q("remove_component_terms", ContractKey, Collection[int]).run()
_remove_components = q("remove_components", ContractKey, Collection[int]).run()


async def keep_components(work: Work, row: ContractRow, numbers: Sequence[int]) -> None:
    """Removes the components of a draft whose numbers are not named."""
    await _remove_component_terms(work, row.key, numbers)
    await _remove_components(work, row.key, numbers)


save_terms = q("save_terms", Sequence[NewTerms]).run()


add_versions = q("add_versions", Sequence[NewVersion]).run()
_share_contracts = q("share_contracts", Collection[str], Collection[UUID]).run()


async def share_all(work: Work, rows: Sequence[ContractRow]) -> int:
    """The organisations that are parties of these contracts may see them (`partner_contract`), once they are
    signed: drafts are never shared. To be called in the transaction that signs or stores them, set-wise for
    many; how many pairs were new."""
    counties = sorted({row.county_code for row in rows})
    return await _share_contracts(work, counties, [row.contract_id for row in rows])


_put_terms_in_force = q("put_terms_in_force", ContractKey, date).run()
_put_annex_in_force = q("put_annex_in_force", ContractKey, date).run()


async def put_in_force(work: Work, row: ContractRow, effective_on: date) -> None:
    """Version 1 of terms and annex holds from this day."""
    await _put_terms_in_force(work, row.key, effective_on)
    await _put_annex_in_force(work, row.key, effective_on)


add_participants = q("add_participants", Sequence[NewParticipant]).run()
add_participant_versions = q("add_participant_versions", Sequence[NewParticipantVersion]).run()
supersede_participant_versions = q("supersede_participant_versions", str, Sequence[UUID], datetime).run()
"""How many were in force until now."""
add_land_links = q("add_land_links", Sequence[NewLandLink]).run()
remove_land_links = q("remove_land_links", str, Sequence[UUID]).run()


_remove_participant_versions = q("remove_participant_versions", ContractKey, Collection[UUID]).run()
_remove_participants = q("remove_participants", ContractKey, Collection[UUID]).run()


async def remove_participants(work: Work, row: ContractRow, ids: Sequence[UUID]) -> int:
    """Removes lines of a draft with their versions; how many there were."""
    await remove_land_links(work, row.county_code, ids)
    await _remove_participant_versions(work, row.key, ids)
    return await _remove_participants(work, row.key, ids)


_supersede_pins = q("supersede_pins", ContractKey, UUID | None, str, datetime).run()
_add_pins = q("add_pins", Sequence[NewPin]).run()


async def add_pin(work: Work, row: NewPin) -> None:
    contract = (row.county_code, row.contract_id)
    await _supersede_pins(work, contract, row.participant_id, row.crop_code, row.recorded_at)
    await _add_pins(work, [row])


release_pin = q("release_pin", ContractKey, UUID, datetime).one(Released)
