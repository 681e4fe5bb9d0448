"""Writes the demo's rows, one statement per table: those of the features, and a few of its own.

No audit events: the rows come from a program and tell of days before the register stood; there is nobody to
name. What is done in the demo afterwards is recorded like everywhere."""

from collections.abc import Sequence

from msgspec import Struct

from registry.contracts.writing import share_all
from registry.demo.goods import GOODS
from registry.demo.market import season_id
from registry.demo.places import TOWNSHIP, YEARS
from registry.demo.rows import Rows
from registry.fulfilment import service as fulfilment
from registry.kernel import db, sql
from registry.kernel.db import Conn, rows_json
from registry.kernel.statements import Queries
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
    return await db.value(work, bool, Q["season_stands"], season_id(GOODS["chili_fresh"], YEARS[0]))


async def finished(work: Work) -> bool:
    """Whether the figures of the township were stored: that comes last."""
    return await db.value(work, bool, Q["statistic_stands"], TOWNSHIP, YEARS[-1])


village_stands = q_demo("household_stands", str).value(bool)
"""Whether a village's households and contracts were stored: that happens in one transaction."""
any_household_stands = q_demo("any_household_stands").value(bool)
"""Whether the database holds any household at all."""


async def analyse(conn: Conn) -> None:
    """As the owner: tells the planner what the tables hold, which autovacuum would do a minute later."""
    await conn.execute(Q["analyse"])


async def store_figures(work: Work, rows: Rows) -> None:
    """Official figures of the divisions."""
    areas = await db.run(work, FIGURES["add_planted_areas"], rows_json(rows.planted_areas))
    _whole(rows.planted_areas, areas)
    _whole(rows.statistics, await db.run(work, DIVISIONS["add_statistics"], rows_json(rows.statistics)))


async def store_shared(work: Work, rows: Rows) -> None:
    """What belongs to no village, the figures apart."""
    _whole(rows.crops, await db.run(work, REFERENCE["add_crops"], rows_json(rows.crops)))
    _whole(rows.products, await db.run(work, REFERENCE["add_products"], rows_json(rows.products)))
    _whole(rows.seasons, await db.run(work, REFERENCE["add_seasons"], rows_json(rows.seasons)))
    _whole(rows.returns, await db.run(work, FIGURES["add_reference_returns"], rows_json(rows.returns)))
    _whole(rows.indices, await db.run(work, FIGURES["add_price_indices"], rows_json(rows.indices)))
    prices = await db.run(work, FIGURES["add_market_prices"], rows_json(rows.market_prices))
    _whole(rows.market_prices, prices)
    organizations = await db.run(work, ORGANIZATIONS["add_organizations"], rows_json(rows.organizations))
    _whole(rows.organizations, organizations)
    _whole(rows.ownerships, await db.run(work, ORGANIZATIONS["add_ownerships"], rows_json(rows.ownerships)))
    _whole(rows.frameworks, await db.run(work, CONTRACTS["add_frameworks"], rows_json(rows.frameworks)))


async def store_villages(work: Work, rows: Rows) -> None:
    """What belongs to villages, in an order that every foreign key allows."""
    await _store_people(work, rows)
    await _store_contracts(work, rows)
    await _store_annexes(work, rows)
    await _store_tickets(work, rows)
    await _store_records(work, rows)


async def _store_people(work: Work, rows: Rows) -> None:
    _whole(rows.households, await db.run(work, HOUSEHOLDS["add_households"], rows_json(rows.households)))
    _whole(rows.persons, await db.run(work, HOUSEHOLDS["add_persons"], rows_json(rows.persons)))
    _whole(rows.headcounts, await db.run(work, HOUSEHOLDS["add_headcounts"], rows_json(rows.headcounts)))
    _whole(rows.tags, await db.run(work, HOUSEHOLDS["add_tags"], rows_json(rows.tags)))
    _whole(rows.incomes, await db.run(work, HOUSEHOLDS["add_income"], rows_json(rows.incomes)))
    _whole(rows.own_history, await db.run(work, HOUSEHOLDS["add_own_history"], rows_json(rows.own_history)))
    members = await db.run(work, MEMBERSHIPS["add_memberships"], rows_json(rows.memberships))
    _whole(rows.memberships, members)


async def _store_contracts(work: Work, rows: Rows) -> None:
    _whole(rows.contracts, await db.run(work, Q["add_whole_contracts"], rows_json(rows.contracts)))
    _whole(rows.versions, await db.run(work, CONTRACTS["add_versions"], rows_json(rows.versions)))
    _whole(rows.parties, await db.run(work, CONTRACTS["add_parties"], rows_json(rows.parties)))
    _whole(rows.components, await db.run(work, CONTRACTS["save_components"], rows_json(rows.components)))
    _whole(rows.terms, await db.run(work, CONTRACTS["save_terms"], rows_json(rows.terms)))
    await share_all(work, rows.contracts)


async def _store_annexes(work: Work, rows: Rows) -> None:
    _whole(rows.land_uses, await db.run(work, HOUSEHOLDS["add_land_uses"], rows_json(rows.land_uses)))
    lines = await db.run(work, CONTRACTS["add_participants"], rows_json(rows.participants))
    _whole(rows.participants, lines)
    versions = await db.run(work, CONTRACTS["add_participant_versions"], rows_json(rows.participant_versions))
    _whole(rows.participant_versions, versions)
    _whole(rows.land_links, await db.run(work, CONTRACTS["add_land_links"], rows_json(rows.land_links)))


async def _store_tickets(work: Work, rows: Rows) -> None:
    stored = await fulfilment.store(work, rows.deliveries, rows.prices, rows.allocations)
    _whole(rows.deliveries, len(stored))
    _whole(rows.voided, await db.run(work, Q["void_deliveries"], rows_json(rows.voided)))


async def _store_records(work: Work, rows: Rows) -> None:
    _whole(rows.entries, await db.run(work, RECORDS["add_entries"], rows_json(rows.entries)))
    costs = await db.run(work, RECORDS["add_cost_records"], rows_json(rows.cost_records))
    _whole(rows.cost_records, costs)
    classes = await db.run(work, RECORDS["save_cost_completions"], rows_json(rows.completions))
    _whole(rows.completions, classes)
    _whole(rows.own_sales, await db.run(work, RECORDS["add_own_sales"], rows_json(rows.own_sales)))


def _whole(wanted: Sequence[Struct], written: int) -> None:
    """Statements leave out what stands already; nothing of the demo may stand yet."""
    if written != len(wanted):
        raise RuntimeError(f"{len(wanted) - written} rows of {type(wanted[0]).__name__} were left out")
