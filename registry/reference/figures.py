"""The registers of labour day prices, price indices and planted areas."""

from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.divisions.register import Register, one_of
from registry.kernel.errors import Mistake
from registry.kernel.types import CodeWord, DivisionCode, Year
from registry.kernel.work import Cause, Work
from registry.reference import codes, figure_queries
from registry.reference.figure_model import (
    IndexKind,
    LabourDayPriceIn,
    LabourDayPriceRow,
    PlantedAreaIn,
    PlantedAreaRow,
    PriceIndexIn,
    PriceIndexRow,
)
from registry.reference.model import unknown


async def _labour_changed(work: Work, before: LabourDayPriceRow | None, row: LabourDayPriceRow) -> None:
    """National; later years without a price of their own use it too. Days derived from it earlier stay as
    they were recorded."""
    if before is None or before.price != row.price:
        work.mark_stale(Cause(kind="labour_day_price", year=row.year))


async def _index_faults(work: Work, row: PriceIndexRow, before: PriceIndexRow | None) -> list[Mistake]:
    return await divisions.place_mistakes(work, row.division_code) if before is None else []


async def _index_changed(work: Work, before: PriceIndexRow | None, row: PriceIndexRow) -> None:
    """Deflators of this year and later ones contain it."""
    if before is None or before.value != row.value:
        place = code_range(row.division_code)
        work.mark_stale(Cause(kind="price_index", first=place.first, last=place.last, year=row.year))


async def _area_faults(work: Work, row: PlantedAreaRow, before: PlantedAreaRow | None) -> list[Mistake]:
    if before is not None:
        return []
    mistakes = await divisions.place_mistakes(work, row.division_code)
    if not await codes.known_crops(work, [row.crop_code]):
        mistakes.append(unknown("/crop_code", "作物", "crop"))
    return mistakes


labour_day_prices = Register[LabourDayPriceRow, LabourDayPriceIn](
    "labour_day_price",
    LabourDayPriceRow,
    {"year": Year},
    rows=figure_queries.labour_day_prices,
    one=one_of(figure_queries.labour_day_prices_by_year),
    add=figure_queries.add_labour_day_prices,
    change=figure_queries.change_labour_day_prices,
    taken="labour_day_price_pk",
    after=_labour_changed,
)
price_indices = Register[PriceIndexRow, PriceIndexIn](
    "price_index",
    PriceIndexRow,
    {"division_code": DivisionCode, "kind": IndexKind, "year": Year},
    rows=figure_queries.price_indices,
    placed=True,
    one=figure_queries.price_index,
    add=figure_queries.add_price_indices,
    change=figure_queries.change_price_indices,
    taken="price_index_pk",
    faults=_index_faults,
    after=_index_changed,
)
planted_areas = Register[PlantedAreaRow, PlantedAreaIn](
    "planted_area",
    PlantedAreaRow,
    {"division_code": DivisionCode, "crop_code": CodeWord, "year": Year},
    rows=figure_queries.planted_areas,
    placed=True,
    one=figure_queries.planted_area,
    add=figure_queries.add_planted_areas,
    change=figure_queries.change_planted_areas,
    taken="planted_area_pk",
    faults=_area_faults,
)
"""No gain uses a planted area: coverage is computed when requested."""
