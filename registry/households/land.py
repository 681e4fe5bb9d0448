"""Land uses: what land would otherwise have carried, and the warnings when it is promised twice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from registry.households import land_queries, locking, queries
from registry.households.area import LandUsePeriod, area_warnings
from registry.households.land_model import (
    LandUse,
    LandUseCreate,
    LandUseIn,
    LandUsePatch,
    LandUseRow,
    NewLandUse,
    ParcelRow,
    stored_mistakes,
)
from registry.households.land_queries import SeasonDays
from registry.kernel import findings
from registry.kernel.db import records
from registry.kernel.db.records import audit_columns
from registry.kernel.db.transactions import Scope
from registry.kernel.errors import Invalid, Mistake, Warning_
from registry.kernel.findings import Accepted, Override, RecordWarnings
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work

KIND: Final = "land_use"


class LandReferences(msgspec.Struct, frozen=True, kw_only=True):
    """The stored facts land uses of one village point to."""

    village_code: str
    households: frozenset[UUID]
    parcels: Mapping[UUID, ParcelRow]
    by_code: Mapping[str, ParcelRow]
    seasons: Mapping[UUID, SeasonDays]
    crops: frozenset[str]


async def land_uses(work: Work, household_id: UUID) -> list[LandUse]:
    """The land uses of a household, latest first."""
    row = await queries.household(work, household_id)
    return await land_queries.land_uses_of(work, row.county_code, household_id)


async def land_uses_by_ids(work: Work, county_code: str, ids: Sequence[UUID]) -> dict[UUID, LandUse]:
    """Those of the land uses that exist, by id."""
    return {use.land_use_id: use for use in await land_queries.land_uses(work, county_code, ids)}


async def land_use(work: Work, land_use_id: UUID) -> LandUse:
    """One land use with what it points to; NotFound."""
    row = await land_queries.land_use_row(work, land_use_id)
    return (await land_queries.land_uses(work, row.county_code, [land_use_id]))[0]


async def create_land_use(work: Work, household_id: UUID, new: LandUseCreate) -> LandUse:
    """A land use of the household, compared with all its others. Invalid, Warned."""
    household = await queries.household(work, household_id)
    wanted = [NewLandUse(household_id=household_id, use=new)]
    (made,) = await create_land_uses(work, household.village_code, wanted, new.overrides, free=True)
    return (await land_queries.land_uses(work, household.county_code, [made.land_use_id]))[0]


async def create_land_uses(
    work: Work,
    village_code: str,
    new: Sequence[NewLandUse],
    overrides: Sequence[Override] = (),
    *,
    free: bool = False,
) -> list[LandUseRow]:
    """Checks and writes the land uses of households of one village, in order; warnings overridden with a
    reason are kept as findings. Invalid with all mistakes, Warned; neither writes. `free`: as below."""
    if not new:
        return []
    references = await _land_references(work, village_code, new)
    mistakes = [mistake for one in new for mistake in _mistakes(one, references)]
    if mistakes:
        raise Invalid(mistakes)
    rows = [_row(work.act, one, references) for one in new]
    placed = [(one.pointer, row) for one, row in zip(new, rows, strict=True)]
    accepted = findings.accept(await land_warnings(work, placed, free=free), overrides)
    await locking.lock_and_watch(work, rows[0].county_code, [row.household_id for row in rows])
    await land_queries.add_land_uses(work, rows)
    await _keep(work, placed, accepted)
    return rows


async def land_warnings(
    work: Work, uses: Sequence[tuple[str, LandUseRow]], *, free: bool = False
) -> list[Warning_]:
    """Where these uses of one village (pointer, row; stored or not) need more land at one time than there is,
    counting all land under contracts that are not cancelled; `free`: also land no contract points to."""
    if not uses:
        return []
    rows = [row for _, row in uses]
    households = {row.household_id for row in rows}
    parcel_ids = {row.parcel_id for row in rows if row.parcel_id}
    known = await land_queries.in_use(work, rows[0].village_code, households, parcel_ids, free=free)
    own = {row.land_use_id for row in rows}
    seasons = await land_queries.seasons(work, {row.season_id for row in rows if row.season_id})
    return area_warnings(
        [(pointer, _placed(row, seasons)) for pointer, row in uses],
        [placed for placed in known if placed.land_use_id not in own],
        await land_queries.lands(work, rows[0].county_code, households),
        await land_queries.parcels(work, rows[0].county_code, parcel_ids),
    )


async def change_land_use(work: Work, land_use_id: UUID, patch: LandUsePatch, version: int) -> LandUse:
    """Changes a land use; the gains that use it are recomputed. NotFound, Stale, Invalid, Warned."""
    before = await land_queries.land_use_row(work, land_use_id)
    records.require_version(before, version)
    sent = {name: value for name, value in records.given_fields(patch).items() if name != "overrides"}
    wanted = records.changed(before, work.act, sent)
    if wanted is before:
        return await land_use(work, land_use_id)
    references = await _land_references(work, before.village_code, [_as_sent(wanted)])
    mistakes = [*stored_mistakes(wanted), *_pointing(_as_sent(wanted), references)]
    if mistakes:
        raise Invalid(mistakes)
    accepted = findings.accept(await land_warnings(work, [("", wanted)], free=True), patch.overrides)
    await locking.lock_and_watch(work, before.county_code, [before.household_id])
    if not await land_queries.change_land_use(work, [wanted]):
        raise records.why_not_written(before, await land_queries.land_use_row(work, land_use_id))
    await _keep(work, [("", wanted)], accepted)
    await _touch(work, before, wanted)
    return await land_use(work, land_use_id)


async def _touch(work: Work, was: LandUseRow, made: LandUseRow) -> None:
    """Every year with lines, as land held by days may concern any; the years of the seasons, which may have
    none yet. Land of drafts alone carries no line: nothing to recompute."""
    if not await land_queries.land_in_force(work, made.county_code, made.land_use_id):
        return
    work.touch_every_year(made.county_code, made.household_id)
    seasons = await land_queries.seasons(work, {use.season_id for use in (was, made) if use.season_id})
    for season in seasons.values():
        work.touch(made.county_code, made.household_id, season.ends_on.year)


async def _land_references(work: Work, village_code: str, new: Sequence[NewLandUse]) -> LandReferences:
    county = village_code[:6]
    uses = [one.use for one in new]
    households = await queries.households(work, [county], {one.household_id for one in new})
    return LandReferences(
        village_code=village_code,
        households=frozenset(h.household_id for h in households if h.village_code == village_code),
        parcels=await land_queries.parcels(work, county, {u.parcel_id for u in uses if u.parcel_id}),
        by_code=await land_queries.parcels_by_code(
            work, county, village_code, {u.parcel_code for u in uses if u.parcel_code}
        ),
        seasons=await land_queries.seasons(work, {u.season_id for u in uses if u.season_id}),
        crops=frozenset(await land_queries.known_crops(work, {c for u in uses for c in u.displaced_crops})),
    )


def _mistakes(new: NewLandUse, references: LandReferences) -> Iterator[Mistake]:
    if new.household_id not in references.households:
        yield _mistake(
            new.pointer, "household_id", "household.unknown", "找不到这户，或它不是本村农户，请重新选取"
        )
    yield from _pointing(new, references)


def _pointing(new: NewLandUse, references: LandReferences) -> Iterator[Mistake]:
    """What the use points to and is not there. Missing and out of scope answer the same."""
    use, at = new.use, new.pointer
    parcel = references.parcels.get(use.parcel_id) if use.parcel_id else None
    if use.parcel_id and (parcel is None or parcel.village_code != references.village_code):
        yield _mistake(at, "parcel_id", "parcel.unknown", "找不到这个地块，或它不在本村，请从列表中选取")
    if use.parcel_code and use.parcel_code not in references.by_code:
        reason = f"本村没有编码为 {use.parcel_code} 的地块，请核对或先登记地块"
        yield _mistake(at, "parcel_code", "parcel.unknown", reason)
    season = references.seasons.get(use.season_id) if use.season_id else None
    if use.season_id and (
        season is None or not Scope.of_division(season.division_code).covers(references.village_code)
    ):
        yield _mistake(at, "season_id", "season.unknown", "找不到这个产季，或它不适用于本村，请从列表中选取")
    for index, crop in enumerate(use.displaced_crops):
        if crop not in references.crops:
            reason = f"没有“{crop}”这种作物，请从作物列表中选取"
            yield _mistake(at, f"displaced_crops/{index}", "crop.unknown", reason)


def _row(act: Act, new: NewLandUse, references: LandReferences) -> LandUseRow:
    use = new.use
    by_code = references.by_code[use.parcel_code].parcel_id if use.parcel_code else None
    return LandUseRow(
        **audit_columns(act),
        county_code=references.village_code[:6],
        land_use_id=new_id(),
        village_code=references.village_code,
        household_id=new.household_id,
        parcel_id=use.parcel_id or by_code,
        area_mu=use.area_mu,
        season_id=use.season_id,
        use_from=use.use_from,
        use_to=use.use_to,
        displaced_crops=use.displaced_crops,
        rented_in=use.rented_in,
        rent_either_way=use.rent_either_way,
        rent_paid=use.rent_paid,
    )


def _as_sent(row: LandUseRow) -> NewLandUse:
    """A stored use in the form of a new one, so that both are checked alike."""
    use = LandUseIn(
        area_mu=row.area_mu,
        parcel_id=row.parcel_id,
        season_id=row.season_id,
        displaced_crops=row.displaced_crops,
        idle=not row.displaced_crops,
    )
    return NewLandUse(household_id=row.household_id, use=use)


def _placed(row: LandUseRow, seasons: Mapping[UUID, SeasonDays]) -> LandUsePeriod:
    season = seasons.get(row.season_id) if row.season_id else None
    first, last = (season.starts_on, season.ends_on) if season else (row.use_from, row.use_to)
    if first is None or last is None:
        raise ValueError("a land use has a season or both days")
    return LandUsePeriod(
        land_use_id=row.land_use_id,
        household_id=row.household_id,
        parcel_id=row.parcel_id,
        area_mu=row.area_mu,
        rented_in=row.rented_in,
        first_day=first,
        last_day=last,
        season_name=season.name if season else None,
    )


async def _keep(work: Work, uses: Sequence[tuple[str, LandUseRow]], accepted: Sequence[Accepted]) -> None:
    """Overridden warnings as findings of the land use they point into."""
    kept = [
        RecordWarnings(
            village_code=row.village_code,
            record_kind=KIND,
            record_id=row.land_use_id,
            accepted=[item for item in accepted if item.warning.pointer == f"{pointer}/area_mu"],
        )
        for pointer, row in uses
    ]
    await findings.store(work, kept, actor=work.act.actor, now=work.act.now)


def _mistake(at: str, field: str, code: str, message: str) -> Mistake:
    return Mistake(pointer=f"{at}/{field}", code=code, message=message)
