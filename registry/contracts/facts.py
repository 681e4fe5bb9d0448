"""What a contract and changes of it are checked against: the contract as stored and what it points to, with
pure questions to them. Loading is `load_facts.py`."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds.kind import Registered
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow, PartyRow
from registry.contracts.rules import Line, Village, lined
from registry.divisions.model import parents
from registry.households.land_facts import LandFacts
from registry.reference.model import Season
from registry.reference.returns import ReferenceRow, look_up

History: TypeAlias = tuple[UUID, str, int]
"""A household, a crop and a year."""
Answered: TypeAlias = tuple[UUID, str, str]
"""A record, the code and the message of a warning about it."""


class AnnexKey(Struct, frozen=True, kw_only=True):
    """The household of each annex line."""

    participant_id: UUID
    component_id: UUID
    household_id: UUID
    line_no: int


class HouseholdRow(Struct, frozen=True, kw_only=True):
    """A household of the annex, or one that a line may mean."""

    household_id: UUID
    number: str
    group_name: str | None
    head_name: str | None
    contracted_mu: Decimal | None
    valid_to: date | None


class HistoryRow(Struct, frozen=True, kw_only=True):
    """A year of which a household's own record of a crop is there."""

    household_id: UUID
    crop_code: str
    year: int


class GradeRow(Struct, frozen=True, kw_only=True):
    """A grade of a product."""

    product_code: str
    grade_code: str
    name: str


class AnsweredRow(Struct, frozen=True, kw_only=True):
    """A warning that was overridden before."""

    record_id: UUID
    code: str
    message: str


class Alike(Struct, frozen=True, kw_only=True):
    """Another contract in force of the same village, buyer and time."""

    contract_id: UUID
    title: str
    number: str | None
    parties: list[str]
    product_codes: list[str]


class FactRows(Struct, frozen=True, kw_only=True):
    """The answer of the database."""

    components: list[ComponentRow]
    lines: list[ParticipantRow]
    keys: list[AnnexKey]
    parties: list[PartyRow]
    households: list[HouseholdRow]
    histories: list[HistoryRow]
    villages: list[Village]
    seasons: list[Season]
    grades: list[GradeRow]
    references: list[ReferenceRow]
    findings: list[AnsweredRow]
    alike: list[Alike]


class Usual(Struct, frozen=True, kw_only=True):
    """Reference price (yuan per kg) and yield (kg per mu) of a crop, and where they come from."""

    price: Decimal | None
    yield_kg: Decimal | None
    source_text: str


class ContractFacts(Struct, frozen=True, kw_only=True):
    """A contract, its components with their latest terms, lines in their latest version, and what they rest
    on. `lines` and `households`: those that were asked for; `keys`: of all lines; `alike`: of a whole
    contract only."""

    contract: ContractRow
    components: Sequence[ComponentRow]
    lines: Sequence[ParticipantRow]
    keys: Sequence[AnnexKey]
    parties: Sequence[PartyRow]
    households: Mapping[UUID, HouseholdRow]
    histories: frozenset[History]
    village: Village | None
    seasons: Mapping[str, Sequence[Season]]
    grades: Sequence[GradeRow]
    references: Sequence[ReferenceRow]
    answered: frozenset[Answered]
    alike: Sequence[Alike]
    land: LandFacts

    @property
    def annex(self) -> list[Line]:
        """The lines with their pointers in the annex."""
        return lined(self.lines)

    def line(self, participant_id: UUID) -> ParticipantRow | None:
        """One of the lines."""
        return next((row for row in self.lines if row.participant_id == participant_id), None)

    def seasons_of(self, component: ComponentRow) -> Sequence[Season]:
        """Its product's seasons within the term, of the nearest division upward that has any."""
        return self.seasons.get(component.product_code or "", ())

    def registered(self) -> Registered:
        """The products of the components and their grades."""
        return Registered(
            products={one.product_code for one in self.components if one.product_code is not None},
            grades={(one.product_code, one.grade_code) for one in self.grades},
        )

    def usual(self) -> dict[str, Usual]:
        """Reference price and yield by crop: the row looked up (gains.md 1) for the contract's last year."""
        last = self.contract.ends_on or self.contract.starts_on
        if last is None:
            return {}
        chain = parents(self.contract.village_code)
        crops = [one.crop_code for one in self.components if one.crop_code is not None]
        found = {crop: look_up(self.references, crop, chain, last.year) for crop in crops}
        return {crop: _usual(used.row) for crop, used in found.items() if used is not None}


def _usual(row: ReferenceRow) -> Usual:
    price = None if row.price_per_50kg is None else row.price_per_50kg / 50
    source = f"{row.crop_name} {row.year} 年，{row.source_text}"
    return Usual(price=price, yield_kg=row.yield_kg, source_text=source)


def nearest_seasons(seasons: Sequence[Season], village_code: str) -> dict[str, list[Season]]:
    """Seasons by product, of the nearest division upward that has any."""
    nearest: dict[str, list[Season]] = {}
    for code in parents(village_code):
        of_code: dict[str, list[Season]] = {}
        for row in seasons:
            if row.division_code == code:
                of_code.setdefault(row.product_code, []).append(row)
        nearest = of_code | nearest
    return nearest
