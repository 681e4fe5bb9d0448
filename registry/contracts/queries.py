"""Typed functions over sql/queries/contracts.sql that read. Those that write are in `write_queries.py`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts.facts import AnnexKey, FactRows, GradeRow
from registry.contracts.model import (
    ComponentRow,
    ContractKey,
    ContractRow,
    FrameworkRow,
    ParticipantRow,
    PartyRow,
)
from registry.contracts.overview_model import AnnexTotal, ContractItem, PinRow, VersionRow
from registry.contracts.rules import Village
from registry.kernel.db.statements import Queries
from registry.kernel.findings import Finding
from registry.kernel.work import Work
from registry.reference.model import Season

q = Queries("contracts")
EVERY_LINE: Final = 100_000


class FindingRow(Finding, frozen=True, kw_only=True):
    """A finding and the record (contract or participant) it is about."""

    record_kind: str
    record_id: UUID


class NamedParty(Struct, frozen=True, kw_only=True):
    """What a possible party is called today."""

    id: UUID
    name: str


class GoodRow(Struct, frozen=True, kw_only=True):
    """A registered product and one of its grades."""

    product_code: str
    grade_code: str | None


class AnnexNamed(Struct, frozen=True, kw_only=True):
    """Annex lines by id, households by id, and numbers or names of households; `everything`: all lines."""

    lines: Collection[UUID]
    households: Collection[UUID]
    names: Collection[str]
    everything: bool


class PinnedRow(Struct, frozen=True, kw_only=True):
    """The crop, division and year of a reference row."""

    reference_return_id: UUID
    crop_code: str
    division_code: str
    year: int


class FrameworkFilter(Struct, frozen=True, kw_only=True):
    """What a list of framework agreements is narrowed by. Ranges of codes; before: the one already seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    buyer_id: UUID | None = None
    updated_since: datetime | None = None
    before: UUID | None = None
    limit: int = 50


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


frameworks = q("frameworks", FrameworkFilter).many(FrameworkRow)
contract = q("contract_by_id", UUID).one(ContractRow)


contracts = q("contracts", Filter).many(ContractItem)
deliveries_against_end = q("deliveries_against_end", ContractKey, date | None).value(int)
villages = q("villages_by_code", Collection[str]).by(Village, lambda row: row.division_code)
parties = q("parties_of_contract", ContractKey).many(PartyRow)
party_names = q("names_of_parties", Collection[UUID], str, Collection[UUID], Collection[UUID]).by(
    NamedParty, lambda row: row.id
)
"""Of organisations, and of a county's households and persons."""
component_versions = q("components_of_contracts", Collection[UUID], str | None).many(ComponentRow)
grades = q("grades_of_products", Collection[str]).many(GradeRow)
registered_goods = q("registered_goods", Collection[str]).many(GoodRow)


versions = q("versions_of_contract", ContractKey).many(VersionRow)
annex_totals = q("annex_totals", ContractKey, date).many(AnnexTotal)
_participants = q("participants_of_contract", ContractKey, date, int, Collection[UUID] | None, int).many(
    ParticipantRow
)


async def participants(
    work: Work,
    row: ContractRow,
    day: date,
    *,
    after_line: int = 0,
    only: Sequence[UUID] | None = None,
    limit: int = EVERY_LINE,
) -> list[ParticipantRow]:
    return await _participants(work, row.key, day, after_line, only, limit)


annex_keys = q("annex_keys", ContractKey).many(AnnexKey)
seasons = q("seasons_of_products", list[str], list[str], date | None, date | None).many(Season)
contract_facts = q("contract_facts", ContractKey, AnnexNamed).one(FactRows)
findings = q("findings_of_contract", ContractKey).many(FindingRow)
pins = q("pins_of_contract", ContractKey).many(PinRow)
reference_row_for_pin = q("reference_row_for_pin", UUID).maybe(PinnedRow)
