"""Loads every fact the lines of some households and one year rest on, in one statement."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import Terms
from registry.contracts.prices import PROMISE_AGE_DAYS
from registry.gains import queries, rows
from registry.kernel.work import Work
from registry.reference.model import Season
from registry.reference.returns import LabourPrice, ReferenceRow

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
InSeason: TypeAlias = Mapping[tuple[UUID, UUID], Sequence[T]]


class Facts(Struct, frozen=True, kw_only=True):
    """Facts of one county, some households and one year, indexed as the lines ask for them."""

    year: int
    lines: Sequence[rows.AnnexLineRow]
    versions: Mapping[UUID, Sequence[rows.AnnexVersionRow]]
    terms: Mapping[UUID, Terms]
    seasons: Mapping[str, Sequence[Season]]
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
    rural_incomes: Sequence[rows.RuralIncomeRow]
    incomes: Mapping[UUID, Sequence[rows.IncomeRow]]
    residents: Mapping[UUID, Sequence[rows.ResidentsRow]]
    baselines: Mapping[UUID, rows.BaselineRow]
    current: Sequence[rows.CurrentLineRow]
    periods: Sequence[rows.PeriodRow]
    parts: Mapping[UUID, Sequence[rows.PartRow]]


async def load(work: Work, county_code: str, households: Sequence[UUID], year: int) -> Facts:
    """The facts of these households (all of one county) for the lines of a year, in one message."""
    found = await queries.gain_facts(work, county_code, households, year, PROMISE_AGE_DAYS)
    return Facts(
        year=year,
        lines=found.lines,
        versions=_by(found.versions, _participant),
        terms={row.component_id: row.terms for row in found.terms},
        seasons=_by(found.seasons, lambda season: season.product_code),
        deliveries=_by(found.deliveries, lambda row: (row.household_id, row.component_id, row.season_id)),
        entries=_by(found.entries, lambda row: (row.household_id, row.contract_id)),
        costs=_by(found.costs, _in_season),
        completions=_by(found.completions, _in_season),
        own_sales=_by(found.own_sales, _in_season),
        land_uses=_by(found.land_uses, _participant),
        history=_by(found.history, lambda row: row.household_id),
        pins=_by(found.pins, lambda pin: pin.contract_id),
        reference=_by(found.reference, lambda row: row.crop_code),
        labour_prices=found.labour_prices,
        indices=_by(found.indices, lambda row: row.division_code),
        quotes=_by(found.quotes, lambda quote: (quote.product_code, quote.grade_code)),
        rural_incomes=found.rural_incomes,
        incomes=_by(found.incomes, lambda row: row.household_id),
        residents=_by(found.residents, lambda row: row.household_id),
        baselines={row.household_id: row for row in found.baselines},
        current=found.current,
        periods=found.periods,
        parts=_by(found.parts, lambda part: part.gain_line_id),
    )


def _participant(row: rows.AnnexVersionRow | rows.LandUseRow) -> UUID:
    return row.participant_id


def _in_season(row: rows.CostRow | rows.CompletionRow | rows.OwnSaleRow) -> tuple[UUID, UUID]:
    return row.participant_id, row.season_id


def _by(found: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    index: dict[K, list[T]] = defaultdict(list)
    for row in found:
        index[key(row)].append(row)
    return dict(index)
