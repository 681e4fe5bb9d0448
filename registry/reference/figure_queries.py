"""Statements of labour day prices, indices, planted areas, reference returns and market prices, typed."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.divisions.model import Ranges
from registry.kernel.db.statements import Queries
from registry.reference.figure_model import (
    LabourDayPriceQuery,
    LabourDayPriceRow,
    PlantedAreaQuery,
    PlantedAreaRow,
    PriceIndexQuery,
    PriceIndexRow,
)
from registry.reference.market_model import MarketPriceRow, MarketQuery
from registry.reference.return_model import ReturnQuery, ReturnRow


class PinnedContract(Struct, frozen=True, kw_only=True):
    """A contract of whose lines one uses a fixed row."""

    contract_id: UUID
    village_code: str


q = Queries("reference_figures")
labour_day_prices = q("labour_day_prices", LabourDayPriceQuery, tuple[int] | None, int).many(
    LabourDayPriceRow
)
labour_day_prices_by_year = q("labour_day_prices_by_year", Collection[int]).many(LabourDayPriceRow)
add_labour_day_prices = q("add_labour_day_prices", Sequence[LabourDayPriceRow]).run()
change_labour_day_prices = q("change_labour_day_prices", Sequence[LabourDayPriceRow]).run()
price_indices = q("price_indices", Ranges | None, PriceIndexQuery, tuple[str, str, int] | None, int).many(
    PriceIndexRow
)
price_index = q("price_index", str, str, int).one(PriceIndexRow)
add_price_indices = q("add_price_indices", Sequence[PriceIndexRow]).run()
change_price_indices = q("change_price_indices", Sequence[PriceIndexRow]).run()
planted_areas = q("planted_areas", Ranges | None, PlantedAreaQuery, tuple[str, str, int] | None, int).many(
    PlantedAreaRow
)
planted_area = q("planted_area", str, str, int).one(PlantedAreaRow)
add_planted_areas = q("add_planted_areas", Sequence[PlantedAreaRow]).run()
change_planted_areas = q("change_planted_areas", Sequence[PlantedAreaRow]).run()
reference_returns = q("reference_returns", Ranges | None, ReturnQuery, tuple[UUID] | None, int).many(
    ReturnRow
)
reference_returns_by_id = q("reference_returns_by_id", Collection[UUID]).many(ReturnRow)
reference_returns_of = q(
    "reference_returns_of", Collection[str], Collection[str], Collection[int] | None
).many(ReturnRow)
pinned_contracts = q("pinned_contracts", Sequence[UUID]).many(PinnedContract)
add_reference_returns = q("add_reference_returns", Sequence[ReturnRow]).values(UUID)
change_reference_returns = q("change_reference_returns", Sequence[ReturnRow]).values(UUID)
market_prices = q("market_prices", Ranges | None, MarketQuery, tuple[date, UUID] | None, int).many(
    MarketPriceRow
)
market_price = q("market_price", UUID).one(MarketPriceRow)
market_prices_of = q("market_prices_of", Collection[str], Collection[str], date, date).many(MarketPriceRow)
add_market_prices = q("add_market_prices", Sequence[MarketPriceRow]).values(UUID)
change_market_prices = q("change_market_prices", Sequence[MarketPriceRow]).values(UUID)
