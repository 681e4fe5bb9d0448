"""订单收购: a line per annex line and season; which are due, the facts of one, its formula. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from registry.contracts.kinds.order import pricing
from registry.contracts.kinds.order.terms import Graded, OrderTerms
from registry.contracts.prices import PROMISE_AGE_DAYS, MarketQuote
from registry.gains.due import Due, land_over, version_on
from registry.gains.formula import order_line, unknown_line
from registry.gains.line_facts import land_use, quote, used_row
from registry.gains.load_facts import Facts
from registry.gains.model import (
    ENTRY_KINDS,
    CostFact,
    DeliveryFact,
    EntryFact,
    HistoryFact,
    Line,
    LineRef,
    Method,
    OrderFacts,
    OwnSaleFact,
)
from registry.gains.rows import AnnexLineRow, AnnexVersionRow, DeliveryRow, EntryRow
from registry.kernel import money
from registry.kernel.fill import fill
from registry.reference import returns
from registry.reference.model import Season
from registry.reference.returns import code_chain

LAND_RANK: Final = 40
"""Charged for land after lease (10), land equity (20) and service (30), gains.md 3."""


def due(line: AnnexLineRow, facts: Facts) -> Iterator[Due]:
    """One line per season; recognised on its last day (gains.md 6). Without any season one that is incomplete
    until the contract's last day (gains.md 11)."""
    found = _seasons(facts, line)
    if not found and line.seasonless and facts.year == line.ends_on.year:
        yield from _without_season(line, facts)
    for season in found:
        versions = facts.versions.get(line.participant_id, ())
        version = version_on(versions, season.ends_on, happened=_has_facts(facts, line, season))
        if version is None:
            continue
        uses = facts.land_uses.get(line.participant_id, ())
        method: Method = version.method or "replaced_crop"
        yield Due(
            line=line,
            version=version,
            line_key=str(season.season_id),
            season=season,
            year=season.year,
            period_from=season.starts_on,
            period_to=season.ends_on,
            recognised_on=season.ends_on,
            method=method,
            charges_land=method != "price_premium",
            label=f"{line.title}·{season.name}",
            land_uses=tuple(land_over(uses, season.season_id, season.starts_on, season.ends_on)),
        )


def _without_season(line: AnnexLineRow, facts: Facts) -> Iterator[Due]:
    version = version_on(facts.versions.get(line.participant_id, ()), line.ends_on, happened=False)
    if version is not None:
        yield Due(
            line=line,
            version=version,
            line_key="season",
            season=None,
            year=facts.year,
            period_from=line.starts_on,
            period_to=line.ends_on,
            recognised_on=line.ends_on,
            method=version.method or "replaced_crop",
            charges_land=False,
            label=line.title,
            land_uses=(),
        )


def line(facts: Facts, due: Due, charged_in: Mapping[UUID, LineRef]) -> Line:
    """The pure formula of the kind (gains.md 4). charged_in: land uses that another line is charged for."""
    if due.season is None:
        return unknown_line("season", area_mu=due.version.area_mu, planned_kg=due.version.planned_kg)
    return order_line(order_facts(facts, due, charged_in))


def season_of(due: Due) -> Season:
    """The season of a line that is computed."""
    if due.season is None:
        raise ValueError("an order line has a season")
    return due.season


def _seasons(facts: Facts, line: AnnexLineRow) -> list[Season]:
    """Seasons that land, deliveries or records of the annex line name; where its land names none, those of
    the nearest division upward that end within the term."""
    seasons = facts.seasons.get(line.product_code or "", ())
    named = {use.season_id for use in facts.land_uses.get(line.participant_id, ()) if use.season_id}
    found = [s for s in seasons if s.season_id in named or _has_facts(facts, line, s)]
    if not named:
        in_term = [s for s in _nearest(seasons, line) if line.starts_on <= s.ends_on <= line.ends_on]
        found += [season for season in in_term if season not in found]
    return sorted(found, key=lambda season: (season.ends_on, season.season_id))


def _nearest(seasons: Sequence[Season], line: AnnexLineRow) -> list[Season]:
    for code in code_chain(line.village_code):
        if own := [season for season in seasons if season.division_code == code]:
            return own
    return []


def _has_facts(facts: Facts, line: AnnexLineRow, season: Season) -> bool:
    here = (line.participant_id, season.season_id)
    delivered = (line.household_id, line.component_id, season.season_id) in facts.deliveries
    return delivered or here in facts.own_sales or here in facts.costs


def order_facts(facts: Facts, due: Due, charged_in: Mapping[UUID, LineRef]) -> OrderFacts:
    """The facts of one line. `charged_in`: land uses that another line is charged for."""
    line, version, season = due.line, due.version, season_of(due)
    crop = line.crop_code or ""
    here = (line.participant_id, season.season_id)
    terms = _terms(facts, line)
    entries = list(_entries(facts, due))
    delivered = facts.deliveries.get((line.household_id, line.component_id, season.season_id), ())
    history, history_missing = _history(facts, due, charged_in)
    first = _as_signed(facts, line)
    promise = None if terms is None else _promise_quote(facts, line, terms)
    return OrderFacts(
        method=due.method,
        year=facts.year,
        crop_code=crop,
        area_mu=version.area_mu,
        planned_kg=version.planned_kg,
        promised_area=None if first is None else first.area_mu,
        promised_kg=None if first is None else first.planned_kg,
        promised_price=None if terms is None else pricing.promised_price(terms, promise),
        promised_premium=None if terms is None else pricing.promised_premium(terms, promise),
        deliveries=tuple(_delivery(facts, due, row) for row in delivered),
        own_sales=tuple(
            OwnSaleFact(own_sale_id=row.own_sale_id, day=row.day, kg=row.net_kg, amount=row.amount)
            for row in facts.own_sales.get(here, ())
        ),
        costs=(*_costs(facts, due), *_advances(entries)),
        complete_classes=frozenset(row.cost_class for row in facts.completions.get(here, ())),
        entries=tuple(_entry_facts(entries)),
        land_uses=tuple(land_use(facts, due, use, charged_in) for use in due.land_uses),
        cost_row=used_row(facts, line, crop),
        own_days=version.own_days,
        history=history,
        history_missing=history_missing,
        labour_price=returns.labour_price(facts.labour_prices, facts.year),
    )


def _terms(facts: Facts, line: AnnexLineRow) -> OrderTerms | None:
    terms = facts.terms.get(line.component_id)
    return terms if isinstance(terms, OrderTerms) else None


def _as_signed(facts: Facts, line: AnnexLineRow) -> AnnexVersionRow | None:
    """The annex line as it was first signed: an amendment changes no promise (gains.md 2)."""
    versions = facts.versions.get(line.participant_id, ())
    return min(versions, key=lambda version: version.version_no) if versions else None


def _delivery(facts: Facts, due: Due, row: DeliveryRow) -> DeliveryFact:
    market = None
    if due.version.method == "price_premium":
        # A ticket without a grade counts as the terms' reference grade, here as when it was priced.
        priced = (row.product_code, row.grade_code or _reference_grade(facts, due.line))
        market = quote(facts, due.line.village_code, priced, row.day, 0)
    return DeliveryFact(
        delivery_id=row.delivery_id,
        day=row.day,
        kg=row.net_kg,
        unit_price=row.unit_price,
        market_price=None if market is None else market.price,
        grade_code=row.grade_code,
    )


def _reference_grade(facts: Facts, line: AnnexLineRow) -> str | None:
    terms = _terms(facts, line)
    return terms.price.reference_grade if terms is not None and isinstance(terms.price, Graded) else None


def _promise_quote(facts: Facts, line: AnnexLineRow, terms: OrderTerms) -> MarketQuote | None:
    priced = (terms.product_code, pricing.market_grade(terms, None))
    return quote(facts, line.village_code, priced, line.signed_on, PROMISE_AGE_DAYS)


def _entries(facts: Facts, due: Due) -> Iterator[EntryRow]:
    """Entries that name this line's annex line or component, else those of its contract if it is the first;
    of its season, or of a day within it."""
    line, season = due.line, season_of(due)
    for row in facts.entries.get((line.household_id, line.contract_id), ()):
        of_season = (
            row.season_id == season.season_id
            if row.season_id
            else (season.starts_on <= row.day <= season.ends_on)
        )
        if row.participant_id is not None:
            of_line = row.participant_id == line.participant_id
        elif row.component_id is not None:
            of_line = row.component_id == line.component_id
        else:
            of_line = line is _first_of_contract(facts, line)
        if of_season and of_line:
            yield row


def _first_of_contract(facts: Facts, line: AnnexLineRow) -> AnnexLineRow:
    own = [
        other
        for other in facts.lines
        if (other.household_id, other.contract_id) == (line.household_id, line.contract_id)
    ]
    return min(own, key=lambda other: (other.component_number, other.participant_id))


def _costs(facts: Facts, due: Due) -> Iterator[CostFact]:
    for row in facts.costs.get((due.line.participant_id, season_of(due).season_id), ()):
        yield CostFact(
            record_id=row.cost_record_id, cost_class=row.cost_class, item=row.item, amount=row.amount
        )


def _advances(entries: Iterable[EntryRow]) -> Iterator[CostFact]:
    """An input advance is its own cost record."""
    for row in entries:
        if row.kind == "input_advance" and row.cost_class is not None:
            yield CostFact(
                record_id=row.entry_id,
                cost_class=row.cost_class,
                item=row.item or "",
                amount=row.amount,
                advanced=True,
                market_value=row.local_market_value,
            )


def _entry_facts(entries: Iterable[EntryRow]) -> Iterator[EntryFact]:
    for row in entries:
        for kind in ENTRY_KINDS:
            if row.kind == kind:
                yield EntryFact(entry_id=row.entry_id, kind=kind, day=row.day, amount=row.amount)


def _history(
    facts: Facts, due: Due, charged_in: Mapping[UUID, LineRef]
) -> tuple[tuple[HistoryFact, ...], tuple[str, ...]]:
    """Own history of the base year for each crop that the land would have carried (the product's where no
    land is named), and the crops without a record of that year."""
    base = due.version.base_year
    if due.version.method != "own_history" or base is None:
        return (), ()
    recorded = {
        row.crop_code: row for row in facts.history.get(due.line.household_id, ()) if row.year == base
    }
    shares = _crop_shares(due, charged_in)
    indices = {
        index.year: index.value for index in facts.indices.get(code_chain(due.line.village_code)[-1], ())
    }
    deflator = returns.deflator(indices, base, facts.year)
    found = tuple(
        fill(HistoryFact, recorded[crop], deflator=deflator, share=share)
        for crop, share in shares.items()
        if crop in recorded
    )
    return found, tuple(crop for crop in shares if crop not in recorded)


def _crop_shares(due: Due, charged_in: Mapping[UUID, LineRef]) -> dict[str, Decimal]:
    """Which part of the land charged on this line would have carried each crop, in the order of the crops."""
    uses = [use for use in due.land_uses if use.land_use_id not in charged_in]
    if not uses:
        return {due.line.crop_code or "": Decimal(1)}
    whole = money.total(use.area_mu for use in uses)
    crops = sorted({crop for use in uses for crop in use.displaced_crops})
    return {
        crop: money.total(use.area_mu for use in uses if crop in use.displaced_crops) / whole
        for crop in crops
    }
