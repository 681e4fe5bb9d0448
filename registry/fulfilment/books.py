"""What the register knows around a batch of facts, loaded with a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from registry.fulfilment import queries
from registry.fulfilment.facts import (
    AnnexRow,
    ComponentRow,
    ContractRow,
    HouseholdRow,
    QuoteRow,
    SeasonRow,
    TermsRow,
)
from registry.kernel.work import Work
from registry.reference.returns import code_chain

K = TypeVar("K")
V = TypeVar("V")


class Books(Struct, frozen=True, kw_only=True):
    """Contracts with all that tickets of theirs are checked against. Missing keys are empty, not errors."""

    contracts: Mapping[UUID, ContractRow]
    components: Mapping[UUID, Sequence[ComponentRow]]
    terms: Mapping[UUID, Sequence[TermsRow]]
    parties: Mapping[UUID, Collection[UUID]]
    annex: Mapping[tuple[UUID, UUID], Sequence[AnnexRow]]
    households: Mapping[UUID, HouseholdRow]
    product_names: Mapping[str, str]
    crops: Mapping[str, str]
    grades: Mapping[str, Collection[str]]
    seasons: Mapping[str, Sequence[SeasonRow]]
    quotes: Mapping[str, Sequence[QuoteRow]]

    def chain(self, village_code: str) -> tuple[str, ...]:
        """The village and the divisions above it, nearest first."""
        return code_chain(village_code)

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
    """The contracts named and what hangs on them. Holds contracts and villages until the transaction ends: no
    contract ends and no repricing runs between looking and writing."""
    places = await queries.places_of_contracts(work, asked.contracts)
    counties = sorted({place.county_code for place in places})
    villages = sorted({place.village_code for place in places})
    await queries.hold_villages(work, villages)
    found = sorted(place.contract_id for place in places)
    contracts = await queries.contracts_for_facts(work, counties, found)
    components = await queries.components_for_facts(work, counties, found)
    terms = await queries.order_terms_for_facts(work, counties, found)
    parties = await queries.party_organizations(work, counties, found)
    annex = await queries.annex_for_facts(work, counties, found, asked.households)
    households = await queries.households_for_facts(work, counties, asked.households)
    products = sorted({c.product_code for c in components if c.product_code is not None})
    known = await queries.products_with_grades(work, sorted({*products, *asked.products}))
    divisions = sorted({code for village in villages for code in code_chain(village)})
    seasons = await queries.seasons_for_facts(work, products, divisions)
    quotes = await _quotes(work, products, divisions, terms, asked.days)
    return Books(
        contracts={row.contract_id: row for row in contracts},
        components=_grouped((row.contract_id, row) for row in components),
        terms=_grouped((row.component_id, row) for row in terms),
        parties=_grouped((row.contract_id, row.organization_id) for row in parties),
        annex=_grouped(((row.component_id, row.household_id), row) for row in annex),
        households={row.household_id: row for row in households},
        product_names={row.product_code: row.name for row in known},
        crops={row.product_code: row.crop_code for row in known},
        grades=_grouped((row.product_code, row.grade_code) for row in known if row.grade_code is not None),
        seasons=_grouped((row.product_code, row) for row in seasons),
        quotes=_grouped((row.product_code, row) for row in quotes),
    )


async def _quotes(
    work: Work,
    products: Sequence[str],
    divisions: Sequence[str],
    terms: Sequence[TermsRow],
    days: Collection[date],
) -> list[QuoteRow]:
    """The market prices that may count on these days, however old the terms allow them to be."""
    if not days:
        return []
    age = max((row.terms.market_age_days for row in terms), default=0)
    first = min(days) - timedelta(days=age)
    return await queries.quotes_for_facts(work, products, divisions, first, max(days))


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, list[V]]:
    """Values by key; an unknown key has none."""
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
