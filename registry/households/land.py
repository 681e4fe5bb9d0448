"""Land uses: what land would otherwise have carried, and the warnings when it is promised twice."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from registry.households import land_facts, land_queries, locking, queries
from registry.households.area import area_warnings
from registry.households.land_facts import LandFacts, LandNamed
from registry.households.land_model import (
    LandUse,
    LandUseCreate,
    LandUseIn,
    LandUsePatch,
    LandUseRow,
    NewLandUse,
    stored_mistakes,
)
from registry.kernel import findings
from registry.kernel.db import records
from registry.kernel.db.records import audit_columns
from registry.kernel.db.transactions import Scope
from registry.kernel.errors import Invalid, Mistake, Warning_
from registry.kernel.fill import fill
from registry.kernel.findings import Accepted, Override, RecordWarnings
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work

KIND: Final = "land_use"


async def land_uses(work: Work, household_id: UUID) -> list[LandUse]:
    """The land uses of a household, latest first."""
    row = await queries.household(work, household_id)
    return await land_queries.land_uses_of(work, row.county_code, household_id)


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
    facts = await land_facts.load(work, village_code, named(new))
    mistakes = [mistake for one in new for mistake in mistakes_of(one, facts)]
    if mistakes:
        raise Invalid(mistakes)
    placed = [(one.pointer, row_of(work.act, one, facts)) for one in new]
    accepted = findings.accept(land_warnings(facts, placed, free=free), overrides)
    await write(work, facts, added=[row for _, row in placed])
    await _keep(work, placed, accepted)
    return [row for _, row in placed]


async def change_land_use(work: Work, land_use_id: UUID, patch: LandUsePatch, version: int) -> LandUse:
    """Changes a land use; the gains that use it are recomputed. NotFound, Stale, Invalid, Warned."""
    before = await land_queries.land_use_row(work, land_use_id)
    records.require_version(before, version)
    wanted = changed_use(work.act, before, patch)
    if wanted is before:
        return await land_use(work, land_use_id)
    facts = await land_facts.load(work, before.village_code, named([_as_sent(before), _as_sent(wanted)]))
    mistakes = changed_mistakes(wanted, facts)
    if mistakes:
        raise Invalid(mistakes)
    accepted = findings.accept(land_warnings(facts, [("", wanted)], free=True), patch.overrides)
    await write(work, facts, changed=[wanted])
    await _keep(work, [("", wanted)], accepted)
    return await land_use(work, land_use_id)


def named(new: Iterable[NewLandUse]) -> LandNamed:
    """What these land uses name."""
    wanted = list(new)
    uses = [one.use for one in wanted]
    return LandNamed(
        households={one.household_id for one in wanted},
        parcels={use.parcel_id for use in uses if use.parcel_id},
        parcel_codes={use.parcel_code for use in uses if use.parcel_code},
        seasons={use.season_id for use in uses if use.season_id},
    )


def land_warnings(
    facts: LandFacts, uses: Sequence[tuple[str, LandUseRow]], *, free: bool = False
) -> list[Warning_]:
    """Where these uses of one village (pointer, row; stored or not) need more land at one time than there is,
    counting all land under contracts that are not cancelled; `free`: also land no contract points to."""
    if not uses:
        return []
    return area_warnings(
        [(pointer, facts.period(row)) for pointer, row in uses],
        facts.beside([row for _, row in uses], free=free),
        facts.households,
        facts.parcels,
    )


def mistakes_of(new: NewLandUse, facts: LandFacts) -> Iterator[Mistake]:
    """What a new land use points to and is not there."""
    household = facts.households.get(new.household_id)
    if household is None or household.village_code != facts.village_code:
        yield _mistake(
            new.pointer, "household_id", "household.unknown", "找不到这户，或它不是本村农户，请重新选取"
        )
    yield from _pointing(new, facts)


def changed_use(act: Act, before: LandUseRow, patch: LandUsePatch) -> LandUseRow:
    """The land use after the change; the same row if nothing changes."""
    sent = {name: value for name, value in records.given_fields(patch).items() if name != "overrides"}
    return records.changed(before, act, sent)


def changed_mistakes(wanted: LandUseRow, facts: LandFacts) -> list[Mistake]:
    """What is wrong with a land use as it will be."""
    return [*stored_mistakes(wanted), *_pointing(_as_sent(wanted), facts)]


async def write(
    work: Work, facts: LandFacts, *, added: Sequence[LandUseRow] = (), changed: Sequence[LandUseRow] = ()
) -> None:
    """Stores land uses that are new and such as change, checked before; gains that rest on a changed one are
    computed again. Stale if one was changed meanwhile, NotFound outside the write scope."""
    rows = [*added, *changed]
    if not rows:
        return
    await locking.lock_and_watch(work, rows[0].county_code, [row.household_id for row in rows])
    if added:
        await land_queries.add_land_uses(work, added)
    if changed:
        await _change(work, facts, changed)


async def _change(work: Work, facts: LandFacts, rows: Sequence[LandUseRow]) -> None:
    written = {one.land_use_id: one for one in await land_queries.change_land_uses(work, rows)}
    for row in rows:
        made = written.get(row.land_use_id)
        if made is None:
            raise records.why_not_written(row, await land_queries.land_use_row(work, row.land_use_id))
        if made.in_force:
            _touch(work, facts, facts.uses[row.land_use_id], row)


def _touch(work: Work, facts: LandFacts, was: LandUseRow, made: LandUseRow) -> None:
    """Every year with lines, as land held by days may concern any; the years of the seasons, which may have
    none yet. Land of drafts alone carries no line: nothing to recompute."""
    work.touch_every_year(made.county_code, made.household_id)
    for season_id in {use.season_id for use in (was, made) if use.season_id}:
        work.touch(made.county_code, made.household_id, facts.seasons[season_id].ends_on.year)


def _pointing(new: NewLandUse, facts: LandFacts) -> Iterator[Mistake]:
    """What the use points to and is not there. Missing and out of scope answer the same."""
    use, at = new.use, new.pointer
    parcel = facts.parcels.get(use.parcel_id) if use.parcel_id else None
    if use.parcel_id and (parcel is None or parcel.village_code != facts.village_code):
        yield _mistake(at, "parcel_id", "parcel.unknown", "找不到这个地块，或它不在本村，请从列表中选取")
    if use.parcel_code and facts.parcel_of(use.parcel_code) is None:
        reason = f"本村没有编码为 {use.parcel_code} 的地块，请核对或先登记地块"
        yield _mistake(at, "parcel_code", "parcel.unknown", reason)
    season = facts.seasons.get(use.season_id) if use.season_id else None
    if use.season_id and (
        season is None or not Scope.of_division(season.division_code).covers(facts.village_code)
    ):
        yield _mistake(at, "season_id", "season.unknown", "找不到这个产季，或它不适用于本村，请从列表中选取")
    for index, crop in enumerate(use.displaced_crops):
        if crop not in facts.crops:
            reason = f"没有“{crop}”这种作物，请从作物列表中选取"
            yield _mistake(at, f"displaced_crops/{index}", "crop.unknown", reason)


def row_of(act: Act, new: NewLandUse, facts: LandFacts) -> LandUseRow:
    """The row of a new land use that has no mistakes."""
    use = new.use
    by_code = facts.parcel_of(use.parcel_code) if use.parcel_code else None
    return fill(
        LandUseRow,
        use,
        **audit_columns(act),
        county_code=facts.village_code[:6],
        land_use_id=new_id(),
        village_code=facts.village_code,
        household_id=new.household_id,
        parcel_id=use.parcel_id if by_code is None else by_code.parcel_id,
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
