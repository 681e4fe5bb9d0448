"""Writes the demo's rows, one statement per table: those of the features, and a few of its own.

No audit events: the rows are made by a program for days before the register existed, so there is no actor to
name. What is done in the demo afterwards is recorded like everywhere."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from registry.contracts import write_queries as contracts
from registry.contracts.model import ContractRow
from registry.demo.goods import GOODS
from registry.demo.market import season_id
from registry.demo.places import TOWNSHIP, YEARS
from registry.demo.rows import Rows, VoidedDelivery
from registry.divisions import queries as divisions
from registry.fulfilment import record_queries
from registry.fulfilment import service as fulfilment
from registry.households import land_queries, yearly_queries
from registry.households import queries as households
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work
from registry.memberships import queries as memberships
from registry.organizations import queries as organizations
from registry.reference import figure_queries
from registry.reference import queries as reference

R = TypeVar("R", bound=Struct)
q = Queries("demo")
_season_exists = q("season_exists", UUID).value(bool)
_statistic_exists = q("statistic_exists", str, int).value(bool)
village_exists = q("household_exists", str).value(bool)
"""Whether a village's households and contracts were stored: that happens in one transaction."""
any_household_exists = q("any_household_exists").value(bool)
"""Whether the database holds any household at all."""
analyse = q("analyse").run()
"""As the owner: updates the planner's statistics, which autovacuum would do a minute later."""
_add_contracts = q("add_whole_contracts", Sequence[ContractRow]).run()
_void_deliveries = q("void_deliveries", Sequence[VoidedDelivery]).run()


async def begun(work: Work) -> bool:
    """Whether what belongs to no village was stored: that comes first."""
    return await _season_exists(work, season_id(GOODS["chili_fresh"], YEARS[0]))


async def finished(work: Work) -> bool:
    """Whether the figures of the township were stored: that comes last."""
    return await _statistic_exists(work, TOWNSHIP, YEARS[-1])


async def store_figures(work: Work, rows: Rows) -> None:
    """Official figures of the divisions."""
    await _store(work, rows.planted_areas, figure_queries.add_planted_areas)
    await _store(work, rows.statistics, divisions.add_statistics)


async def store_shared(work: Work, rows: Rows) -> None:
    """What belongs to no village, the figures apart."""
    await _store(work, rows.crops, reference.add_crops)
    await _store(work, rows.products, reference.add_products)
    await _store(work, rows.seasons, reference.add_seasons)
    await _store(work, rows.returns, figure_queries.add_reference_returns)
    await _store(work, rows.indices, figure_queries.add_price_indices)
    await _store(work, rows.market_prices, figure_queries.add_market_prices)
    await _store(work, rows.organizations, organizations.add_organizations)
    await _store(work, rows.ownerships, organizations.add_ownerships)
    await _store(work, rows.frameworks, contracts.add_frameworks)


async def store_villages(work: Work, rows: Rows) -> None:
    """What belongs to villages, in an order that every foreign key allows."""
    await _store_people(work, rows)
    await _store_contracts(work, rows)
    await _store_annexes(work, rows)
    await _store_facts(work, rows)


async def _store_people(work: Work, rows: Rows) -> None:
    await _store(work, rows.households, households.add_households)
    await _store(work, rows.persons, households.add_persons)
    await _store(work, rows.headcounts, households.add_headcounts)
    await _store(work, rows.tags, households.add_tags)
    await _store(work, rows.incomes, yearly_queries.add_income)
    await _store(work, rows.own_history, yearly_queries.add_own_history)
    await _store(work, rows.memberships, memberships.add_memberships)


async def _store_contracts(work: Work, rows: Rows) -> None:
    await _store(work, rows.contracts, _add_contracts)
    await _store(work, rows.versions, contracts.add_versions)
    await _store(work, rows.parties, contracts.add_parties)
    await _store(work, rows.components, contracts.save_components)
    await _store(work, rows.terms, contracts.save_terms)
    await contracts.share_all(work, rows.contracts)


async def _store_annexes(work: Work, rows: Rows) -> None:
    await _store(work, rows.land_uses, land_queries.add_land_uses)
    await _store(work, rows.participants, contracts.add_participants)
    await _store(work, rows.participant_versions, contracts.add_participant_versions)
    await _store(work, rows.land_links, contracts.add_land_links)


async def _store_facts(work: Work, rows: Rows) -> None:
    tickets = await fulfilment.store(work, rows.deliveries, rows.prices, rows.allocations)
    _require_all_written(rows.deliveries, len(tickets))
    await _store(work, rows.voided, _void_deliveries)
    await _store(work, rows.entries, record_queries.add_entries)
    await _store(work, rows.cost_records, record_queries.add_cost_records)
    await _store(work, rows.completions, record_queries.save_cost_completions)
    await _store(work, rows.own_sales, record_queries.add_own_sales)


async def _store(
    work: Work, rows: Sequence[R], add: Callable[[Work, Sequence[R]], Awaitable[int | Collection[object]]]
) -> None:
    written = await add(work, rows)
    _require_all_written(rows, written if isinstance(written, int) else len(written))


def _require_all_written(wanted: Sequence[Struct], written: int) -> None:
    """The statements skip existing rows, but none may exist yet."""
    if written != len(wanted):
        raise RuntimeError(f"{len(wanted) - written} rows of {type(wanted[0]).__name__} were left out")
