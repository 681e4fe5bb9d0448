"""Annex lines on their way in: households found, land planned, all mistakes collected, then written set-wise.
Who may do so, and when, is decided in `annex.py` and `amendments.py`."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import checks, land, queries, write_queries
from registry.contracts.annex_inputs import ParticipantIn
from registry.contracts.checks import UNMADE, ContractWithParts
from registry.contracts.find_household import HouseholdFinder
from registry.contracts.land import LandRequest, Plan
from registry.contracts.model import (
    ComponentRow,
    ContractRow,
    ParticipantRow,
    components_on,
    paying_households,
)
from registry.contracts.queries import HouseholdRow
from registry.contracts.rules import Line, line_mistakes
from registry.contracts.suspicions import Suspicion
from registry.households.land import create_land_uses
from registry.kernel.errors import Mistake, Warned
from registry.kernel.findings import Override
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work


class Prepared(Struct, frozen=True, kw_only=True):
    """A line to be stored, its pointer in the request, and the land still to be created for it."""

    line: Line
    plan: Plan


class AnnexEdit(Struct, frozen=True, kw_only=True):
    """A contract locked for a change of its annex, its components with their latest terms, and the version of
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
    work: Work, edit: AnnexEdit, asked: Sequence[ParticipantIn], at: str = "/participants"
) -> tuple[list[Prepared], list[Mistake]]:
    """New lines with all mistakes; a line whose household or component was not found is left out."""
    contract = edit.contract
    ids = [one.household_id for one in asked if one.household_id is not None]
    names = [one.household for one in asked if one.household is not None]
    households = await queries.households_named(work, contract.county_code, contract.village_code, ids, names)
    keys = await queries.annex_keys(work, contract.key)
    picker = HouseholdFinder(households, keys, paying_households(edit.components), at)
    picked = [picker.pick(index, one) for index, one in enumerate(asked)]
    plans, wrong = await land.plan(
        work, contract, [_land_request(f"{at}/{i}", one, *picked[i]) for i, one in enumerate(asked)]
    )
    first = max((key.line_no for key in keys), default=0) + 1
    prepared = []
    for index, (one, (household, component), plan) in enumerate(zip(asked, picked, plans, strict=True)):
        if household is not None and component is not None:
            row = _new_row(work.act, edit, one, household, component)
            row = replace(row, line_no=first + index, land_uses=plan.uses)
            prepared.append(Prepared(line=Line(pointer=f"{at}/{index}", row=row), plan=plan))
    return prepared, [*picker.mistakes, *wrong, *area_mistakes(prepared, wrong)]


def area_mistakes(prepared: Sequence[Prepared], wrong: Sequence[Mistake]) -> list[Mistake]:
    """Areas that do not add up, of the lines whose land was found."""
    faulty = {mistake.pointer.partition("/land_uses/")[0] for mistake in wrong}
    return [
        mistake for one in prepared if one.line.pointer not in faulty for mistake in line_mistakes(one.line)
    ]


def _land_request(
    pointer: str, one: ParticipantIn, household: HouseholdRow | None, component: ComponentRow | None
) -> LandRequest:
    return LandRequest(
        pointer=pointer,
        household_id=None if household is None else household.household_id,
        component=component,
        area_mu=one.area_mu,
        land_uses=one.land_uses,
    )


def _new_row(
    act: Act, edit: AnnexEdit, one: ParticipantIn, household: HouseholdRow, component: ComponentRow
) -> ParticipantRow:
    return ParticipantRow(
        participant_id=new_id(),
        village_code=edit.contract.village_code,
        contract_id=edit.contract.contract_id,
        component_id=component.component_id,
        component_number=component.number,
        household_id=household.household_id,
        household_number=household.number,
        group_name=household.group_name,
        head_name=household.head_name,
        signed_name=one.signed_name or household.head_name or household.number,
        line_no=0,
        participant_version_id=new_id(),
        version_no=edit.version_no,
        effective_on=edit.effective_on,
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
    work: Work, edit: AnnexEdit, prepared: Sequence[Prepared], overrides: Sequence[Override]
) -> list[Line]:
    """Writes new lines with their land, set-wise; the lines as stored. Warned with everything unlikely."""
    await write_new(work, edit, prepared)
    lines = await settle(work, edit, prepared, overrides)
    await link_land(work, edit.contract, lines)
    return lines


async def write_new(work: Work, edit: AnnexEdit, prepared: Sequence[Prepared]) -> None:
    """Writes new lines and their versions; their land is created by `settle`."""
    if prepared:
        rows = [_participant(work.act, edit.contract, one.line.row) for one in prepared]
        await write_queries.add_participants(work, rows)
        await write_versions(work, edit, prepared)


async def write_versions(work: Work, edit: AnnexEdit, prepared: Sequence[Prepared]) -> None:
    """Writes the versions of lines."""
    if prepared:
        rows = [version_row(work.act, edit.contract, one.line.row) for one in prepared]
        await write_queries.add_participant_versions(work, rows)


async def settle(
    work: Work,
    edit: AnnexEdit,
    prepared: Sequence[Prepared],
    overrides: Sequence[Override],
    *,
    also: Sequence[Suspicion] = (),
) -> list[Line]:
    """Checks lines already written, has their planned land made, keeps overridden warnings; all warnings at
    once (`also`: found elsewhere), those of the register of households about new land included. The lines
    with the land they got."""
    contract = edit.contract
    day = contract.signed_on or work.act.today
    written = [one.line for one in prepared]
    whole = ContractWithParts(contract=contract, components=edit.components, lines=written)
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
    """Links the lines to their land."""
    links = [
        write_queries.NewLandLink(
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
        await write_queries.add_land_links(work, links)


def _participant(act: Act, contract: ContractRow, row: ParticipantRow) -> write_queries.NewParticipant:
    return write_queries.NewParticipant(
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


def version_row(act: Act, contract: ContractRow, row: ParticipantRow) -> write_queries.NewParticipantVersion:
    """The version of a line, as the row to store."""
    return write_queries.NewParticipantVersion(
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
