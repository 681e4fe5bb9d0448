"""Repricing stored tickets after a market price or a term changed. Entering is `deliveries.py`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.fulfilment import facts, queries
from registry.fulfilment.facts import QuoteRow, TermsRow
from registry.fulfilment.rows import NewPrice, StoredPrice, StoredShare
from registry.fulfilment.ticket_prices import TicketPrice, ticket_price, worths
from registry.kernel.fill import fill
from registry.kernel.work import Act, Cause, Village, Work
from registry.reference.returns import code_chain


class StoredTickets(Struct, frozen=True, kw_only=True):
    """The stored tickets of a village with everything needed to price them."""

    county_code: str
    prices: Sequence[StoredPrice]
    shares: Mapping[UUID, Sequence[StoredShare]]
    terms: Mapping[UUID, Sequence[TermsRow]]
    quotes: Mapping[str, Sequence[QuoteRow]]
    chain: Sequence[str]


class Changed(Struct, frozen=True, kw_only=True):
    """What has to be written, and whose it is."""

    prices: list[NewPrice]
    shares: list[StoredShare]
    households: set[tuple[UUID, int]]


async def villages_to_reprice(work: Work, cause: Cause) -> list[Village]:
    """The villages whose stored tickets a cause may concern, those after their season's end included.

    Only causes that name a product (market prices, seasons) or a contract (terms) reach prices of tickets.
    """
    if cause.product_code is None and cause.contract_id is None:
        return []
    return await queries.villages_with_tickets(work, cause)


async def reprice(work: Work, village_code: str, *, contracts: Sequence[UUID] | None = None) -> int:
    """Reprices the stored tickets of a village (of `contracts` only, if given) by the terms and market prices
    of their days; unpriced ones get their price as soon as the market price is there.

    Writes what differs, touches the households concerned for the year of the season, and answers how many
    tickets changed. Waits for transactions that are entering tickets of the village. Needs a writer.
    """
    await queries.reprice_village(work, village_code)
    standing = await _load(work, village_code, contracts)
    changed = _compute(standing, work.act)
    if not changed.prices and not changed.shares:
        return 0
    await queries.change_delivery_prices(work, changed.prices)
    if changed.shares:
        await queries.change_allocation_amounts(work, changed.shares)
    tickets = {row.delivery_id for row in changed.prices} | {row.delivery_id for row in changed.shares}
    act, county = work.act, standing.county_code
    await queries.mark_deliveries_changed(work, county, sorted(tickets), act.now, act.actor)
    for household_id, year in changed.households:
        work.touch(standing.county_code, household_id, year)
    return len(tickets)


async def _load(work: Work, village_code: str, contracts: Sequence[UUID] | None) -> StoredTickets:
    county_code, chain = village_code[:6], code_chain(village_code)
    prices = await queries.deliveries_to_price(work, county_code, village_code, contracts)
    shares: defaultdict[UUID, list[StoredShare]] = defaultdict(list)
    terms: defaultdict[UUID, list[TermsRow]] = defaultdict(list)
    quotes: defaultdict[str, list[QuoteRow]] = defaultdict(list)
    if prices:
        for share in await queries.allocations_to_price(work, county_code, village_code, contracts):
            shares[share.delivery_id].append(share)
        bought = sorted({row.contract_id for row in prices})
        for agreed in await queries.terms_for_facts(work, [county_code], bought):
            terms[agreed.component_id].append(agreed)
        age = max((row.terms.market_age_days for rows in terms.values() for row in rows), default=0)
        products, days = sorted({row.product_code for row in prices}), [row.day for row in prices]
        first = min(days) - timedelta(days=age)
        for quote in await queries.quotes_for_facts(work, products, chain, first, max(days)):
            quotes[quote.product_code].append(quote)
    return StoredTickets(
        county_code=county_code, prices=prices, shares=shares, terms=terms, quotes=quotes, chain=chain
    )


def _compute(standing: StoredTickets, act: Act) -> Changed:
    changed = Changed(prices=[], shares=[], households=set())
    shared: set[UUID] = set()
    for row in standing.prices:
        terms = facts.in_force(standing.terms[row.component_id], row.day)
        if terms is None:  # terms that left no trace cannot reprice what they priced
            continue
        quotes = standing.quotes[row.product_code]
        price = ticket_price(terms, row.grade_code, row.day, quotes, standing.chain)
        own = standing.shares[row.delivery_id] if row.to_household else []
        worth, parts = worths(price.unit_price, row.net_kg, [share.net_kg for share in own])
        new = _row(row, price, worth, act)
        moved = [] if row.delivery_id in shared else list(_changed_shares(own, parts))
        if row.to_household:
            shared.add(row.delivery_id)
        if _differs(row, new):
            changed.prices.append(new)
        changed.shares.extend(moved)
        if _differs(row, new) or moved:
            changed.households.update((one, row.season_year) for one in _households(row, standing))
    return changed


def _households(row: StoredPrice, standing: StoredTickets) -> list[UUID]:
    if row.household_id is not None:
        return [row.household_id]
    return [share.household_id for share in standing.shares[row.delivery_id]]


def _changed_shares(shares: Sequence[StoredShare], amounts: Sequence[Decimal]) -> Iterator[StoredShare]:
    """The shares whose amount differs; without a price they have none."""
    wanted: Sequence[Decimal | None] = amounts or [None] * len(shares)
    for share, amount in zip(shares, wanted, strict=True):
        if share.amount != amount:
            yield replace(share, amount=amount)


def _row(row: StoredPrice, price: TicketPrice, worth: Decimal | None, act: Act) -> NewPrice:
    return fill(NewPrice, price, row, amount=worth, updated_at=act.now, updated_by=act.actor)


def _differs(row: StoredPrice, new: NewPrice) -> bool:
    names = ("unit_price", "market_price", "market_price_id", "amount", "missing")
    return any(getattr(row, name) != getattr(new, name) for name in names)
