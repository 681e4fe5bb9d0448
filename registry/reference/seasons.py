"""Seasons: reading, registering, changing. Which one a delivery belongs to is decided where it is entered."""

from datetime import date, datetime
from uuid import UUID

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.kernel.db import records
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.types import new_id
from registry.kernel.work import Cause, Work
from registry.reference import codes, queries
from registry.reference.model import SeasonIn, SeasonPatch, SeasonRow, order_mistakes, unknown
from registry.reference.queries import SeasonFilter

CAUSE = "season"


async def seasons(
    work: Work,
    *,
    today: date,
    division: str | None = None,
    product: str | None = None,
    year: int | None = None,
    on: date | None = None,
    updated_since: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[SeasonRow]:
    """Seasons in order of their ids, `limit` at most, following `after`. division: a subtree or an area;
    on: seasons that hold the day."""
    place = await divisions.places(work, division, today) if division else None
    wanted = SeasonFilter(
        firsts=place.firsts if place else None,
        lasts=place.lasts if place else None,
        product=product,
        year=year,
        on=on,
        updated_since=updated_since,
        after=after,
        limit=limit,
    )
    return await queries.seasons(work, wanted)


async def season(work: Work, season_id: UUID) -> SeasonRow:
    """NotFound if it does not exist."""
    found = await queries.seasons_by_id(work, [season_id])
    if not found:
        raise NotFound
    return found[0]


async def create(work: Work, new: SeasonIn) -> SeasonRow:
    """Invalid, Conflict if the division's product has a season of that name in the year."""
    mistakes = []
    if await divisions.outside(work, [new.division_code]):
        mistakes.append(divisions.unknown("/division_code"))
    if not await codes.products_by_code(work, [new.product_code]):
        mistakes.append(unknown("/product_code", "产品", "product"))
    if mistakes:
        raise Invalid(mistakes)
    row = SeasonRow(
        season_id=new_id(),
        division_code=new.division_code,
        product_code=new.product_code,
        year=new.ends_on.year,
        name=new.name,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        **records.audit_columns(work.act, source_date=new.source_date),
    )
    if not await queries.add_seasons(work, [row]):
        raise records.already_exists("season_key")
    audit.created(work, "season", [row.season_id])
    _stale(work, row, row.year)
    return row


async def change(work: Work, season_id: UUID, patch: SeasonPatch, version: int) -> SeasonRow:
    """NotFound, Stale, Invalid, Conflict. Other days make the season's lines stale."""
    row = await season(work, season_id)
    wanted = records.given_fields(patch)
    wanted["year"] = wanted.get("ends_on", row.ends_on).year
    await audit.watch(work, "season", season_id)
    done = await records.guarded_update(
        row,
        work.act,
        wanted,
        version,
        write=lambda rows: queries.change_seasons(work, rows),
        again=lambda: season(work, season_id),
        check=lambda one: order_mistakes(one.starts_on, one.ends_on, "/ends_on"),
    )
    if (done.starts_on, done.ends_on) != (row.starts_on, row.ends_on):
        _stale(work, row, min(row.year, done.year))
    return done


def _stale(work: Work, row: SeasonRow, year: int) -> None:
    """A season decides which tickets make a line and when it is recognised."""
    place = code_range(row.division_code)
    cause = Cause(kind=CAUSE, first=place.first, last=place.last, product_code=row.product_code, year=year)
    work.mark_stale(cause)
