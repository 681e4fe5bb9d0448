"""Writes the demo's rows, one statement per table: those of the features, and a few of its own.

No audit events: the rows are made by a program for days before the register existed, so there is no actor to
name. What is done in the demo afterwards is recorded like everywhere."""

from collections.abc import Sequence

from msgspec import Struct

from registry.contracts.write_queries import share_all
from registry.demo.goods import GOODS
from registry.demo.market import season_id
from registry.demo.places import TOWNSHIP, YEARS
from registry.demo.rows import Rows
from registry.fulfilment import service as fulfilment
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Conn, rows_json
from registry.kernel.work import Work

q_demo = Queries("demo")
Q = sql.queries("demo")
REFERENCE = sql.queries("reference")
FIGURES = sql.queries("reference_figures")
DIVISIONS = sql.queries("divisions")
ORGANIZATIONS = sql.queries("organizations")
HOUSEHOLDS = sql.queries("households")
MEMBERSHIPS = sql.queries("memberships")
CONTRACTS = sql.queries("contracts")
RECORDS = sql.queries("fulfilment_records")


async def begun(work: Work) -> bool:
    """Whether what belongs to no village was stored: that comes first."""
    return await transactions.value(work, bool, Q["season_stands"], season_id(GOODS["chili_fresh"], YEARS[0]))


async def finished(work: Work) -> bool:
    """Whether the figures of the township were stored: that comes last."""
    return await transactions.value(work, bool, Q["statistic_stands"], TOWNSHIP, YEARS[-1])


village_stands = q_demo("household_stands", str).value(bool)
"""Whether a village's households and contracts were stored: that happens in one transaction."""
any_household_stands = q_demo("any_household_stands").value(bool)
"""Whether the database holds any household at all."""


async def analyse(conn: Conn) -> None:
    """As the owner: updates the planner's statistics, which autovacuum would do a minute later."""
    await conn.execute(Q["analyse"])


async def store_figures(work: Work, rows: Rows) -> None:
    """Official figures of the divisions."""
    areas = await transactions.run(work, FIGURES["add_planted_areas"], rows_json(rows.planted_areas))
    _require_all_written(rows.planted_areas, areas)
    _require_all_written(
        rows.statistics, await transactions.run(work, DIVISIONS["add_statistics"], rows_json(rows.statistics))
    )


async def store_shared(work: Work, rows: Rows) -> None:
    """What belongs to no village, the figures apart."""
    _require_all_written(
        rows.crops, await transactions.run(work, REFERENCE["add_crops"], rows_json(rows.crops))
    )
    _require_all_written(
        rows.products, await transactions.run(work, REFERENCE["add_products"], rows_json(rows.products))
    )
    _require_all_written(
        rows.seasons, await transactions.run(work, REFERENCE["add_seasons"], rows_json(rows.seasons))
    )
    _require_all_written(
        rows.returns, await transactions.run(work, FIGURES["add_reference_returns"], rows_json(rows.returns))
    )
    _require_all_written(
        rows.indices, await transactions.run(work, FIGURES["add_price_indices"], rows_json(rows.indices))
    )
    prices = await transactions.run(work, FIGURES["add_market_prices"], rows_json(rows.market_prices))
    _require_all_written(rows.market_prices, prices)
    organizations = await transactions.run(
        work, ORGANIZATIONS["add_organizations"], rows_json(rows.organizations)
    )
    _require_all_written(rows.organizations, organizations)
    _require_all_written(
        rows.ownerships,
        await transactions.run(work, ORGANIZATIONS["add_ownerships"], rows_json(rows.ownerships)),
    )
    _require_all_written(
        rows.frameworks, await transactions.run(work, CONTRACTS["add_frameworks"], rows_json(rows.frameworks))
    )


async def store_villages(work: Work, rows: Rows) -> None:
    """What belongs to villages, in an order that every foreign key allows."""
    await _store_people(work, rows)
    await _store_contracts(work, rows)
    await _store_annexes(work, rows)
    await _store_tickets(work, rows)
    await _store_records(work, rows)


async def _store_people(work: Work, rows: Rows) -> None:
    _require_all_written(
        rows.households,
        await transactions.run(work, HOUSEHOLDS["add_households"], rows_json(rows.households)),
    )
    _require_all_written(
        rows.persons, await transactions.run(work, HOUSEHOLDS["add_persons"], rows_json(rows.persons))
    )
    _require_all_written(
        rows.headcounts,
        await transactions.run(work, HOUSEHOLDS["add_headcounts"], rows_json(rows.headcounts)),
    )
    _require_all_written(
        rows.tags, await transactions.run(work, HOUSEHOLDS["add_tags"], rows_json(rows.tags))
    )
    _require_all_written(
        rows.incomes, await transactions.run(work, HOUSEHOLDS["add_income"], rows_json(rows.incomes))
    )
    _require_all_written(
        rows.own_history,
        await transactions.run(work, HOUSEHOLDS["add_own_history"], rows_json(rows.own_history)),
    )
    members = await transactions.run(work, MEMBERSHIPS["add_memberships"], rows_json(rows.memberships))
    _require_all_written(rows.memberships, members)


async def _store_contracts(work: Work, rows: Rows) -> None:
    _require_all_written(
        rows.contracts, await transactions.run(work, Q["add_whole_contracts"], rows_json(rows.contracts))
    )
    _require_all_written(
        rows.versions, await transactions.run(work, CONTRACTS["add_versions"], rows_json(rows.versions))
    )
    _require_all_written(
        rows.parties, await transactions.run(work, CONTRACTS["add_parties"], rows_json(rows.parties))
    )
    _require_all_written(
        rows.components,
        await transactions.run(work, CONTRACTS["save_components"], rows_json(rows.components)),
    )
    _require_all_written(
        rows.terms, await transactions.run(work, CONTRACTS["save_terms"], rows_json(rows.terms))
    )
    await share_all(work, rows.contracts)


async def _store_annexes(work: Work, rows: Rows) -> None:
    _require_all_written(
        rows.land_uses, await transactions.run(work, HOUSEHOLDS["add_land_uses"], rows_json(rows.land_uses))
    )
    lines = await transactions.run(work, CONTRACTS["add_participants"], rows_json(rows.participants))
    _require_all_written(rows.participants, lines)
    versions = await transactions.run(
        work, CONTRACTS["add_participant_versions"], rows_json(rows.participant_versions)
    )
    _require_all_written(rows.participant_versions, versions)
    _require_all_written(
        rows.land_links, await transactions.run(work, CONTRACTS["add_land_links"], rows_json(rows.land_links))
    )


async def _store_tickets(work: Work, rows: Rows) -> None:
    stored = await fulfilment.store(work, rows.deliveries, rows.prices, rows.allocations)
    _require_all_written(rows.deliveries, len(stored))
    _require_all_written(
        rows.voided, await transactions.run(work, Q["void_deliveries"], rows_json(rows.voided))
    )


async def _store_records(work: Work, rows: Rows) -> None:
    _require_all_written(
        rows.entries, await transactions.run(work, RECORDS["add_entries"], rows_json(rows.entries))
    )
    costs = await transactions.run(work, RECORDS["add_cost_records"], rows_json(rows.cost_records))
    _require_all_written(rows.cost_records, costs)
    classes = await transactions.run(work, RECORDS["save_cost_completions"], rows_json(rows.completions))
    _require_all_written(rows.completions, classes)
    _require_all_written(
        rows.own_sales, await transactions.run(work, RECORDS["add_own_sales"], rows_json(rows.own_sales))
    )


def _require_all_written(wanted: Sequence[Struct], written: int) -> None:
    """The statements skip existing rows, but none may exist yet."""
    if written != len(wanted):
        raise RuntimeError(f"{len(wanted) - written} rows of {type(wanted[0]).__name__} were left out")
