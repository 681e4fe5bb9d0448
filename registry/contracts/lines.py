"""Annex lines on their way in: households found, land planned, all mistakes collected, then written set-wise.
Who may do so, and when, is decided in `annex.py` and `amendments.py`."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import checks, land, queries, writing
from registry.contracts.annex_inputs import ParticipantIn
from registry.contracts.checks import UNMADE, Whole
from registry.contracts.land import Asked, Plan
from registry.contracts.model import (
    ComponentRow,
    ContractRow,
    ParticipantRow,
    components_on,
    paying_households,
)
from registry.contracts.picking import Picker
from registry.contracts.queries import HouseholdRow
from registry.contracts.rules import Line, line_mistakes
from registry.contracts.suspicions import Suspicion
from registry.households.land import create_land_uses
from registry.kernel.errors import Mistake, Warned
from registry.kernel.findings import Override
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work


class Prepared(Struct, frozen=True, kw_only=True):
    """A line as it will stand, where it came from in the request, and the land still to be made for it."""

    line: Line
    plan: Plan


class Opened(Struct, frozen=True, kw_only=True):
    """A contract taken for a change of its annex, its components with their latest terms, and the version of
    the contract that new lines belong to (`effective_on` None: a draft's)."""

    contract: ContractRow
    components: list[ComponentRow]
    version_no: int = 1
    effective_on: date | None = None


async def current_components(work: Work, contract: ContractRow) -> list[ComponentRow]:
    """The components with their latest terms."""
    versions = await queries.component_versions(work, [contract.contract_id], contract.county_code)
    return components_on(versions, date.max)


async def prepare(
    work: Work, opened: Opened, asked: Sequence[ParticipantIn], at: str = "/participants"
) -> tuple[list[Prepared], list[Mistake]]:
    """New lines, with everything wrong with them; one whose household or component is wrong is left out."""
    contract = opened.contract
    ids = [one.household_id for one in asked if one.household_id is not None]
    names = [one.household for one in asked if one.household is not None]
    households = await queries.households_named(work, contract, ids, names)
    keys = await queries.annex_keys(work, contract)
    picker = Picker(households, keys, paying_households(opened.components), at)
    picked = [picker.pick(index, one) for index, one in enumerate(asked)]
    plans, wrong = await land.plan(
        work, contract, [_asked(f"{at}/{i}", one, *picked[i]) for i, one in enumerate(asked)]
    )
    first = max((key.line_no for key in keys), default=0) + 1
    prepared = []
    for index, (one, (household, component), plan) in enumerate(zip(asked, picked, plans, strict=True)):
        if household is not None and component is not None:
            row = _new_row(work.act, opened, one, household, component)
            row = replace(row, line_no=first + index, land_uses=plan.uses)
            prepared.append(Prepared(line=Line(pointer=f"{at}/{index}", row=row), plan=plan))
    return prepared, [*picker.mistakes, *wrong, *area_mistakes(prepared, wrong)]


def area_mistakes(prepared: Sequence[Prepared], wrong: Sequence[Mistake]) -> list[Mistake]:
    """Areas that do not add up, of the lines whose land could be told."""
    faulty = {mistake.pointer.partition("/land_uses/")[0] for mistake in wrong}
    return [
        mistake for one in prepared if one.line.pointer not in faulty for mistake in line_mistakes(one.line)
    ]


def _asked(
    pointer: str, one: ParticipantIn, household: HouseholdRow | None, component: ComponentRow | None
) -> Asked:
    return Asked(
        pointer=pointer,
        household_id=None if household is None else household.household_id,
        component=component,
        area_mu=one.area_mu,
        land_uses=one.land_uses,
    )


def _new_row(
    act: Act, opened: Opened, one: ParticipantIn, household: HouseholdRow, component: ComponentRow
) -> ParticipantRow:
    return ParticipantRow(
        participant_id=new_id(),
        village_code=opened.contract.village_code,
        contract_id=opened.contract.contract_id,
        component_id=component.component_id,
        component_number=component.number,
        household_id=household.household_id,
        household_number=household.number,
        group_name=household.group_name,
        head_name=household.head_name,
        signed_name=one.signed_name or household.head_name or household.number,
        line_no=0,
        participant_version_id=new_id(),
        version_no=opened.version_no,
        effective_on=opened.effective_on,
        area_mu=one.area_mu,
        planned_kg=one.planned_kg,
        method=one.method,
        base_year=one.base_year,
        own_days=one.own_days,
        withdrawn=False,
        recorded_at=act.now,
        land_uses=[],
    )


async def store(
    work: Work, opened: Opened, prepared: Sequence[Prepared], overrides: Sequence[Override]
) -> list[Line]:
    """Writes new lines with their land, set-wise; the lines as stored. Warned with everything unlikely."""
    await write_new(work, opened, prepared)
    lines = await settle(work, opened, prepared, overrides)
    await link_land(work, opened.contract, lines)
    return lines


async def write_new(work: Work, opened: Opened, prepared: Sequence[Prepared]) -> None:
    """Writes new lines and what they say; their land is made by `settle`."""
    if prepared:
        rows = [_participant(work.act, opened.contract, one.line.row) for one in prepared]
        await writing.add_participants(work, rows)
        await write_said(work, opened, prepared)


async def write_said(work: Work, opened: Opened, prepared: Sequence[Prepared]) -> None:
    """Writes what lines say in the version they belong to."""
    if prepared:
        rows = [said(work.act, opened.contract, one.line.row) for one in prepared]
        await writing.add_participant_versions(work, rows)


async def settle(
    work: Work,
    opened: Opened,
    prepared: Sequence[Prepared],
    overrides: Sequence[Override],
    *,
    also: Sequence[Suspicion] = (),
) -> list[Line]:
    """Checks lines already written, has their planned land made, keeps overridden warnings; all warnings at
    once (`also`: found elsewhere), those of the register of households about new land included. The lines
    with the land they got."""
    contract = opened.contract
    day = contract.signed_on or work.act.today
    written = [one.line for one in prepared]
    whole = Whole(contract=contract, components=opened.components, lines=written)
    found = [*also, *await checks.annex_suspicions(work, whole, day=day)]
    found += await checks.land_suspicions(work, contract, written)
    new = [use for one in prepared for use in one.plan.new]
    try:
        made = iter(await create_land_uses(work, contract.village_code, new, overrides))
    except Warned as warned:
        own = await checks.unanswered(work, contract, found)
        raise Warned([*(one.warning for one in own), *warned.warnings]) from warned
    await checks.accept(work, contract, found, overrides)
    settled = []
    for line in written:
        uses = [
            replace(use, land_use_id=next(made).land_use_id) if use.land_use_id == UNMADE else use
            for use in line.row.land_uses
        ]
        settled.append(replace(line, row=replace(line.row, land_uses=uses)))
    return settled


async def link_land(work: Work, contract: ContractRow, lines: Sequence[Line]) -> None:
    """Says on which land the lines stand."""
    links = [
        writing.NewLandLink(
            county_code=contract.county_code,
            participant_id=line.row.participant_id,
            land_use_id=use.land_use_id,
            village_code=contract.village_code,
            created_at=work.act.now,
            created_by=work.act.actor,
        )
        for line in lines
        for use in line.row.land_uses
    ]
    if links:
        await writing.add_land_links(work, links)


def _participant(act: Act, contract: ContractRow, row: ParticipantRow) -> writing.NewParticipant:
    return writing.NewParticipant(
        county_code=contract.county_code,
        participant_id=row.participant_id,
        village_code=contract.village_code,
        contract_id=contract.contract_id,
        component_id=row.component_id,
        household_id=row.household_id,
        signed_name=row.signed_name,
        line_no=row.line_no,
        created_at=act.now,
        created_by=act.actor,
        source=act.source,
        import_batch_id=act.import_batch_id,
    )


def said(act: Act, contract: ContractRow, row: ParticipantRow) -> writing.NewParticipantVersion:
    """What a line says, as the row to store."""
    return writing.NewParticipantVersion(
        county_code=contract.county_code,
        participant_version_id=row.participant_version_id,
        village_code=contract.village_code,
        contract_id=contract.contract_id,
        participant_id=row.participant_id,
        version_no=row.version_no,
        effective_on=row.effective_on,
        area_mu=row.area_mu,
        planned_kg=row.planned_kg,
        method=row.method,
        base_year=row.base_year,
        own_days=row.own_days,
        withdrawn=row.withdrawn,
        recorded_at=act.now,
        created_by=act.actor,
    )
