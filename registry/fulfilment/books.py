"""What the register knows around a batch of facts, loaded in two messages."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from registry.fulfilment import queries
from registry.fulfilment.facts import (
    AnnexRow,
    ComponentRow,
    ContractRow,
    ExistingTicketRow,
    HouseholdRow,
    PaidRow,
    PartyRow,
    PlaceRow,
    QuoteRow,
    TermsRow,
)
from registry.kernel.types import NO_COUNTY
from registry.kernel.work import Work
from registry.reference.model import Season
from registry.reference.returns import ReferenceRow, code_chain

K = TypeVar("K")
V = TypeVar("V")


class Books(Struct, frozen=True, kw_only=True):
    """Contracts with all that tickets of theirs are checked against. Missing keys are empty, not errors.

    so_far: kg by contract, season and household. paid: unit prices of the latest tickets. standing: tickets
    of the days asked about.
    """

    contracts: Mapping[UUID, ContractRow]
    components: Mapping[UUID, Sequence[ComponentRow]]
    terms: Mapping[UUID, Sequence[TermsRow]]
    parties: Mapping[UUID, Sequence[PartyRow]]
    annex: Mapping[tuple[UUID, UUID], Sequence[AnnexRow]]
    households: Mapping[UUID, HouseholdRow]
    product_names: Mapping[str, str]
    crops: Mapping[str, str]
    grades: Mapping[tuple[str, str], str]
    seasons: Mapping[str, Sequence[Season]]
    quotes: Mapping[str, Sequence[QuoteRow]]
    references: Sequence[ReferenceRow]
    so_far: Mapping[tuple[UUID, UUID, UUID], Decimal]
    paid: Sequence[PaidRow]
    standing: Sequence[ExistingTicketRow]

    def chain(self, village_code: str) -> tuple[str, ...]:
        """The village and the divisions above it, nearest first."""
        return code_chain(village_code)

    def party(self, contract_id: UUID, organization_id: UUID | None) -> PartyRow | None:
        """The organisation as a party of the contract; None if it is none."""
        found = (one for one in self.parties[contract_id] if one.organization_id == organization_id)
        return next(found, None)

    def signed_name(self, contract_id: UUID, household_id: UUID) -> str | None:
        """The name a household signed the annex of a contract under; of several the first by code points."""
        lines = (
            line
            for component in self.components[contract_id]
            for line in self.annex[component.component_id, household_id]
        )
        return min((line.signed_name for line in lines if line.signed_name is not None), default=None)

    @property
    def counties(self) -> list[str]:
        return sorted({row.county_code for row in self.contracts.values()})


class Asked(Struct, frozen=True, kw_only=True):
    """What a batch of facts names. `days`: those whose market prices matter, none for what has no price."""

    contracts: frozenset[UUID]
    households: frozenset[UUID]
    days: frozenset[date]
    products: frozenset[str] = frozenset()


async def load(work: Work, asked: Asked) -> Books:
    """The contracts named and what hangs on them, in two messages. Holds contracts and villages until the
    transaction ends: no contract ends and no repricing runs between reading and writing."""
    places = await _held(work, asked.contracts)
    counties = sorted({place.county_code for place in places})
    contracts = [place.contract_id for place in places]
    found = await queries.ticket_facts(
        work, counties, contracts, asked.households, sorted(asked.days), sorted(asked.products)
    )
    return Books(
        contracts={row.contract_id: row for row in found.contracts},
        components=_grouped((row.contract_id, row) for row in found.components),
        terms=_grouped((row.component_id, row) for row in found.terms),
        parties=_grouped((row.contract_id, row) for row in found.parties),
        annex=_grouped(((row.component_id, row.household_id), row) for row in found.annex),
        households={row.household_id: row for row in found.households},
        product_names={row.product_code: row.name for row in found.products},
        crops={row.product_code: row.crop_code for row in found.products},
        grades={
            (row.product_code, row.grade_code): row.grade_name or row.grade_code
            for row in found.products
            if row.grade_code is not None
        },
        seasons=_grouped((row.product_code, row) for row in found.seasons),
        quotes=_grouped((row.product_code, row) for row in found.quotes),
        references=found.reference_rows,
        so_far={(row.contract_id, row.season_id, row.household_id): row.net_kg for row in found.so_far},
        paid=found.paid,
        standing=found.standing,
    )


async def _held(work: Work, contracts: Collection[UUID]) -> list[PlaceRow]:
    """Holds the contracts and their villages. The caller's county is tried first: rows are locked within a
    known county only, and asking where a contract lies costs a message."""
    places = []
    if work.act.county_code != NO_COUNTY:
        places = await queries.hold_contracts(work, contracts, [work.act.county_code])
    elsewhere = set(contracts) - {place.contract_id for place in places}
    if elsewhere:
        counties = await queries.counties_of_contracts(work, elsewhere)
        places += await queries.hold_contracts(work, elsewhere, sorted(counties))
    return places


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, list[V]]:
    """Values by key; an unknown key has none."""
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
