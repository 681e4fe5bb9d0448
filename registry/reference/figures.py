"""Labour day prices, price indices, planted areas: reading, recording, changing."""

from datetime import date, datetime

from msgspec.structs import replace

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.divisions.model import Places, code_range
from registry.kernel import changes, records
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.web import Act
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
    conn: Conn, *, updated_since: datetime | None = None, after: int | None = None, limit: int = 200
) -> list[LabourDayPriceRow]:
    """Labour day prices by year, `limit` at most, following the year `after`."""
    return await figure_queries.labour_day_prices(conn, updated_since=updated_since, after=after, limit=limit)


async def labour_day_price(conn: Conn, year: int) -> LabourDayPriceRow:
    """NotFound if the year has none."""
    found = await figure_queries.labour_day_prices_by_year(conn, [year])
    if not found:
        raise NotFound
    return found[0]


async def create_labour_day_price(conn: Conn, act: Act, new: LabourDayPriceIn) -> LabourDayPriceRow:
    """Conflict if the year has one."""
    row = LabourDayPriceRow(
        year=new.year,
        price=new.price,
        source_text=new.source_text,
        **records.born(act, source_date=new.source_date),
    )
    if not await figure_queries.add_labour_day_prices(conn, [row]):
        raise records.taken("labour_day_price_pk")
    audit.made(conn, act, "labour_day_price", [str(row.year)])
    _stale_labour(conn, new.year)
    return row


async def change_labour_day_price(
    conn: Conn, act: Act, year: int, patch: LabourDayPricePatch, version: int
) -> LabourDayPriceRow:
    """NotFound, Stale. Days derived from it earlier stay as they were recorded."""
    row = await labour_day_price(conn, year)
    await audit.watch(conn, act, "labour_day_price", str(year))
    done = await records.amend(
        row,
        act,
        records.sent(patch),
        version,
        write=lambda rows: figure_queries.change_labour_day_prices(conn, rows),
        again=lambda: labour_day_price(conn, year),
    )
    if done.price != row.price:
        _stale_labour(conn, year)
    return done


def _stale_labour(conn: Conn, year: int) -> None:
    """National; later years without a price of their own use it too."""
    changes.stale(conn, changes.Cause(kind="labour_day_price", year=year))


async def price_indices(
    conn: Conn, *, today: date, division: str | None = None, wanted: FigureFilter
) -> list[PriceIndexRow]:
    """Indices by division, kind and year. division: a subtree or an area."""
    place = await divisions.places(conn, division, today) if division else None
    return await figure_queries.price_indices(conn, _in(wanted, place))


async def price_index(conn: Conn, key: tuple[str, IndexKind, int]) -> PriceIndexRow:
    """key: division, kind, year. NotFound."""
    return await figure_queries.price_index(conn, key)


async def create_price_index(conn: Conn, act: Act, new: PriceIndexIn) -> PriceIndexRow:
    """Invalid, Conflict if the division has one of that kind and year."""
    if await divisions.outside(conn, [new.division_code]):
        raise Invalid([divisions.unknown("/division_code")])
    row = PriceIndexRow(
        division_code=new.division_code,
        kind=new.kind,
        year=new.year,
        value=new.value,
        source_text=new.source_text,
        **records.born(act, source_date=new.source_date),
    )
    if not await figure_queries.add_price_indices(conn, [row]):
        raise records.taken("price_index_pk")
    audit.made(conn, act, "price_index", [audit.key(row.division_code, row.kind, row.year)])
    _stale_index(conn, row)
    return row


async def change_price_index(
    conn: Conn, act: Act, key: tuple[str, IndexKind, int], patch: PriceIndexPatch, version: int
) -> PriceIndexRow:
    """NotFound, Stale."""
    row = await price_index(conn, key)
    await audit.watch(conn, act, "price_index", audit.key(*key))
    done = await records.amend(
        row,
        act,
        records.sent(patch),
        version,
        write=lambda rows: figure_queries.change_price_indices(conn, rows),
        again=lambda: price_index(conn, key),
    )
    if done.value != row.value:
        _stale_index(conn, row)
    return done


def _stale_index(conn: Conn, row: PriceIndexRow) -> None:
    """Deflators of this year and later ones contain it."""
    place = code_range(row.division_code)
    cause = changes.Cause(kind="price_index", first=place.first, last=place.last, year=row.year)
    changes.stale(conn, cause)


async def planted_areas(
    conn: Conn, *, today: date, division: str | None = None, wanted: FigureFilter
) -> list[PlantedAreaRow]:
    """Planted areas by division, crop and year. division: a subtree or an area."""
    place = await divisions.places(conn, division, today) if division else None
    return await figure_queries.planted_areas(conn, _in(wanted, place))


async def planted_area(conn: Conn, key: tuple[str, str, int]) -> PlantedAreaRow:
    """key: division, crop, year. NotFound."""
    return await figure_queries.planted_area(conn, key)


async def create_planted_area(conn: Conn, act: Act, new: PlantedAreaIn) -> PlantedAreaRow:
    """Invalid, Conflict if the division has one of that crop and year."""
    mistakes = []
    if await divisions.outside(conn, [new.division_code]):
        mistakes.append(divisions.unknown("/division_code"))
    if not await codes.known_crops(conn, [new.crop_code]):
        mistakes.append(unknown("/crop_code", "作物", "crop"))
    if mistakes:
        raise Invalid(mistakes)
    row = PlantedAreaRow(
        division_code=new.division_code,
        crop_code=new.crop_code,
        year=new.year,
        area_mu=new.area_mu,
        source_text=new.source_text,
        **records.born(act, source_date=new.source_date),
    )
    if not await figure_queries.add_planted_areas(conn, [row]):
        raise records.taken("planted_area_pk")
    audit.made(conn, act, "planted_area", [audit.key(row.division_code, row.crop_code, row.year)])
    return row


async def change_planted_area(
    conn: Conn, act: Act, key: tuple[str, str, int], patch: PlantedAreaPatch, version: int
) -> PlantedAreaRow:
    """NotFound, Stale. No gain rests on it: coverage is computed when it is asked for."""
    await audit.watch(conn, act, "planted_area", audit.key(*key))
    return await records.amend(
        await planted_area(conn, key),
        act,
        records.sent(patch),
        version,
        write=lambda rows: figure_queries.change_planted_areas(conn, rows),
        again=lambda: planted_area(conn, key),
    )


def _in(wanted: FigureFilter, place: Places | None) -> FigureFilter:
    return replace(wanted, firsts=place.firsts, lasts=place.lasts) if place else wanted
