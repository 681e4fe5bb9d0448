"""Labour day prices, price indices, planted areas: reading, recording, changing."""

from datetime import date, datetime

from msgspec.structs import replace

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.divisions.model import Places, code_range
from registry.kernel.db import records
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.work import Cause, Work
from registry.reference import codes, figure_queries
from registry.reference.figure_model import (
    IndexKind,
    LabourDayPriceIn,
    LabourDayPricePatch,
    LabourDayPriceRow,
    PlantedAreaIn,
    PlantedAreaPatch,
    PlantedAreaRow,
    PriceIndexIn,
    PriceIndexPatch,
    PriceIndexRow,
)
from registry.reference.figure_queries import FigureFilter
from registry.reference.model import unknown


async def labour_day_prices(
    work: Work, *, updated_since: datetime | None = None, after: int | None = None, limit: int = 200
) -> list[LabourDayPriceRow]:
    """Labour day prices by year, `limit` at most, following the year `after`."""
    return await figure_queries.labour_day_prices(work, updated_since=updated_since, after=after, limit=limit)


async def labour_day_price(work: Work, year: int) -> LabourDayPriceRow:
    """NotFound if the year has none."""
    found = await figure_queries.labour_day_prices_by_year(work, [year])
    if not found:
        raise NotFound
    return found[0]


async def create_labour_day_price(work: Work, new: LabourDayPriceIn) -> LabourDayPriceRow:
    """Conflict if the year has one."""
    row = LabourDayPriceRow(
        year=new.year,
        price=new.price,
        source_text=new.source_text,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await figure_queries.add_labour_day_prices(work, [row]):
        raise records.already_exists("labour_day_price_pk")
    audit.created(work, "labour_day_price", [str(row.year)])
    _stale_labour(work, new.year)
    return row


async def change_labour_day_price(
    work: Work, year: int, patch: LabourDayPricePatch, version: int
) -> LabourDayPriceRow:
    """NotFound, Stale. Days derived from it earlier stay as they were recorded."""
    row = await labour_day_price(work, year)
    await audit.watch(work, "labour_day_price", str(year))
    done = await records.guarded_update(
        row,
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: figure_queries.change_labour_day_prices(work, rows),
        again=lambda: labour_day_price(work, year),
    )
    if done.price != row.price:
        _stale_labour(work, year)
    return done


def _stale_labour(work: Work, year: int) -> None:
    """National; later years without a price of their own use it too."""
    work.mark_stale(Cause(kind="labour_day_price", year=year))


async def price_indices(
    work: Work, *, today: date, division: str | None = None, wanted: FigureFilter
) -> list[PriceIndexRow]:
    """Indices by division, kind and year. division: a subtree or an area."""
    place = await divisions.places(work, division, today) if division else None
    return await figure_queries.price_indices(work, _in(wanted, place))


async def price_index(work: Work, key: tuple[str, IndexKind, int]) -> PriceIndexRow:
    """key: division, kind, year. NotFound."""
    return await figure_queries.price_index(work, key)


async def create_price_index(work: Work, new: PriceIndexIn) -> PriceIndexRow:
    """Invalid, Conflict if the division has one of that kind and year."""
    if await divisions.outside(work, [new.division_code]):
        raise Invalid([divisions.unknown("/division_code")])
    row = PriceIndexRow(
        division_code=new.division_code,
        kind=new.kind,
        year=new.year,
        value=new.value,
        source_text=new.source_text,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await figure_queries.add_price_indices(work, [row]):
        raise records.already_exists("price_index_pk")
    audit.created(work, "price_index", [audit.key(row.division_code, row.kind, row.year)])
    _stale_index(work, row)
    return row


async def change_price_index(
    work: Work, key: tuple[str, IndexKind, int], patch: PriceIndexPatch, version: int
) -> PriceIndexRow:
    """NotFound, Stale."""
    row = await price_index(work, key)
    await audit.watch(work, "price_index", audit.key(*key))
    done = await records.guarded_update(
        row,
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: figure_queries.change_price_indices(work, rows),
        again=lambda: price_index(work, key),
    )
    if done.value != row.value:
        _stale_index(work, row)
    return done


def _stale_index(work: Work, row: PriceIndexRow) -> None:
    """Deflators of this year and later ones contain it."""
    place = code_range(row.division_code)
    cause = Cause(kind="price_index", first=place.first, last=place.last, year=row.year)
    work.mark_stale(cause)


async def planted_areas(
    work: Work, *, today: date, division: str | None = None, wanted: FigureFilter
) -> list[PlantedAreaRow]:
    """Planted areas by division, crop and year. division: a subtree or an area."""
    place = await divisions.places(work, division, today) if division else None
    return await figure_queries.planted_areas(work, _in(wanted, place))


async def planted_area(work: Work, key: tuple[str, str, int]) -> PlantedAreaRow:
    """key: division, crop, year. NotFound."""
    return await figure_queries.planted_area(work, key)


async def create_planted_area(work: Work, new: PlantedAreaIn) -> PlantedAreaRow:
    """Invalid, Conflict if the division has one of that crop and year."""
    mistakes = []
    if await divisions.outside(work, [new.division_code]):
        mistakes.append(divisions.unknown("/division_code"))
    if not await codes.known_crops(work, [new.crop_code]):
        mistakes.append(unknown("/crop_code", "作物", "crop"))
    if mistakes:
        raise Invalid(mistakes)
    row = PlantedAreaRow(
        division_code=new.division_code,
        crop_code=new.crop_code,
        year=new.year,
        area_mu=new.area_mu,
        source_text=new.source_text,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await figure_queries.add_planted_areas(work, [row]):
        raise records.already_exists("planted_area_pk")
    audit.created(work, "planted_area", [audit.key(row.division_code, row.crop_code, row.year)])
    return row


async def change_planted_area(
    work: Work, key: tuple[str, str, int], patch: PlantedAreaPatch, version: int
) -> PlantedAreaRow:
    """NotFound, Stale. No gain uses it: coverage is computed when requested."""
    await audit.watch(work, "planted_area", audit.key(*key))
    return await records.guarded_update(
        await planted_area(work, key),
        work.act,
        records.given_fields(patch),
        version,
        write=lambda rows: figure_queries.change_planted_areas(work, rows),
        again=lambda: planted_area(work, key),
    )


def _in(wanted: FigureFilter, place: Places | None) -> FigureFilter:
    return replace(wanted, firsts=place.firsts, lasts=place.lasts) if place else wanted
