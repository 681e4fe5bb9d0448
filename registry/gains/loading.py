"""Loads every fact the lines of some households and one year rest on, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias, TypeVar
from uuid import UUID

from msgspec import Struct

from registry.contracts.pricing import PROMISE_AGE_DAYS
from registry.contracts.terms import Terms
from registry.gains import queries, rows
from registry.kernel.work import Work
from registry.reference.returns import LabourPrice, ReferenceRow, code_chain

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
InSeason: TypeAlias = Mapping[tuple[UUID, UUID], Sequence[T]]


class Facts(Struct, frozen=True, kw_only=True):
    """Facts of one county, some households and one year, indexed as the lines ask for them."""

    year: int
    lines: Sequence[rows.AnnexLineRow]
    versions: Mapping[UUID, Sequence[rows.AnnexVersionRow]]
    terms: Mapping[UUID, Terms]
    seasons: Mapping[str, Sequence[rows.SeasonRow]]
    deliveries: Mapping[tuple[UUID, UUID, UUID], Sequence[rows.DeliveryRow]]
    entries: Mapping[tuple[UUID, UUID], Sequence[rows.EntryRow]]
    costs: InSeason[rows.CostRow]
    completions: InSeason[rows.CompletionRow]
    own_sales: InSeason[rows.OwnSaleRow]
    land_uses: Mapping[UUID, Sequence[rows.LandUseRow]]
    history: Mapping[UUID, Sequence[rows.HistoryRow]]
    pins: Mapping[UUID, Sequence[rows.PinRow]]
    reference: Mapping[str, Sequence[ReferenceRow]]
    labour_prices: Sequence[LabourPrice]
    indices: Mapping[str, Sequence[rows.IndexRow]]
    quotes: Mapping[tuple[str, str | None], Sequence[rows.QuoteRow]]


async def load(work: Work, county_code: str, households: Sequence[UUID], year: int) -> Facts:
    """The facts of these households (all of one county) for the lines of a year."""
    lines = await queries.annex_lines_of_households(work, county_code, households)
    participants = [line.participant_id for line in lines]
    contracts = sorted({line.contract_id for line in lines})
    products = sorted({line.product_code for line in lines if line.product_code})
    chain = sorted({code for line in lines for code in code_chain(line.village_code)})
    seasons = await queries.seasons_of_products(work, products, chain, year)
    ids = [season.season_id for season in seasons]
    land = await queries.land_uses_of_participants(work, county_code, participants)
    pins = await queries.pins_of_contracts(work, county_code, contracts)
    pinned = [pin.reference_return_id for pin in pins]
    reference = await queries.reference_rows_of_crops(work, _crops(lines, land), chain, pinned)
    versions = await queries.annex_versions_of_participants(work, county_code, participants)
    entries = await queries.entries_of_households(work, county_code, households, contracts)
    history = await queries.own_history_of_households(work, county_code, households)
    costs, completions, own_sales = await _accounts(work, county_code, participants, ids)
    terms = await queries.first_terms_of_components(work, county_code, _components(lines))
    deliveries = await queries.deliveries_of_households(work, county_code, households, ids)
    return Facts(
        year=year,
        lines=lines,
        versions=_by(versions, _participant),
        terms={row.component_id: row.terms for row in terms},
        seasons=_by(seasons, lambda season: season.product_code),
        deliveries=_by(deliveries, lambda row: (row.household_id, row.component_id, row.season_id)),
        entries=_by(entries, lambda row: (row.household_id, row.contract_id)),
        costs=costs,
        completions=completions,
        own_sales=own_sales,
        land_uses=_by(land, _participant),
        history=_by(history, lambda row: row.household_id),
        pins=_by(pins, lambda pin: pin.contract_id),
        reference=_by(reference, lambda row: row.crop_code),
        labour_prices=await queries.labour_prices_until(work, year),
        indices=_by(await queries.rural_cpi_of_divisions(work, chain, year), lambda row: row.division_code),
        quotes=await _quotes(work, lines, deliveries, products, chain),
    )


async def _accounts(
    work: Work, county_code: str, participants: Sequence[UUID], seasons: Sequence[UUID]
) -> tuple[InSeason[rows.CostRow], InSeason[rows.CompletionRow], InSeason[rows.OwnSaleRow]]:
    """What households wrote down themselves, by annex line and season."""
    costs = await queries.cost_records_of_participants(work, county_code, participants, seasons)
    completions = await queries.cost_completions_of_participants(work, county_code, participants, seasons)
    sales = await queries.own_sales_of_participants(work, county_code, participants, seasons)
    return _by(costs, _in_season), _by(completions, _in_season), _by(sales, _in_season)


async def _quotes(
    work: Work,
    lines: Sequence[rows.AnnexLineRow],
    deliveries: Sequence[rows.DeliveryRow],
    products: Sequence[str],
    chain: Sequence[str],
) -> Mapping[tuple[str, str | None], Sequence[rows.QuoteRow]]:
    """Market prices around the signing days (promises) and on the delivery days (premiums)."""
    days = _days(lines, deliveries)
    if not days:
        return {}
    found = await queries.market_quotes(work, products, chain, min(days), max(days))
    return _by(found, lambda quote: (quote.product_code, quote.grade_code))


def _days(lines: Iterable[rows.AnnexLineRow], deliveries: Iterable[rows.DeliveryRow]) -> set[date]:
    days = {line.signed_on for line in lines} | {row.day for row in deliveries}
    return days | {line.signed_on - timedelta(days=PROMISE_AGE_DAYS) for line in lines}


def _crops(lines: Iterable[rows.AnnexLineRow], land: Iterable[rows.LandUseRow]) -> list[str]:
    displaced = {crop for use in land for crop in use.displaced_crops}
    return sorted(displaced | {line.crop_code for line in lines if line.crop_code})


def _components(lines: Iterable[rows.AnnexLineRow]) -> list[UUID]:
    return sorted({line.component_id for line in lines})


def _participant(row: rows.AnnexVersionRow | rows.LandUseRow) -> UUID:
    return row.participant_id


def _in_season(row: rows.CostRow | rows.CompletionRow | rows.OwnSaleRow) -> tuple[UUID, UUID]:
    return row.participant_id, row.season_id


def _by(found: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    index: dict[K, list[T]] = defaultdict(list)
    for row in found:
        index[key(row)].append(row)
    return dict(index)
