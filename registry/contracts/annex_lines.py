"""Annex lines on their way in: households found, land planned, all mistakes and warnings collected, then
written set-wise. Who may do so, and when, is decided in `annex.py` and `amendments.py`."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import checks, land, queries, write_queries
from registry.contracts.annex_inputs import ParticipantIn
from registry.contracts.facts import ContractFacts, HouseholdRow
from registry.contracts.find_household import HouseholdFinder
from registry.contracts.land import LandRequest, Plan
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow, components_on
from registry.contracts.rules import Line, line_mistakes, paid_twice
from registry.contracts.suspicions import Suspicion, about_land, line_suspicions
from registry.households import land as household_land
from registry.households.land_model import LandUseRow
from registry.kernel import findings
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.findings import RecordWarnings
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work


class Prepared(Struct, frozen=True, kw_only=True):
    """A line to be stored, its pointer in the request, and the land still to be stored for it."""

    line: Line
    plan: Plan


class AnnexEdit(Struct, frozen=True, kw_only=True):
    """A contract locked for a change of its annex, with its facts, and the version of the contract that new
    lines belong to (`effective_on` None: a draft's)."""

    facts: ContractFacts
    version_no: int = 1
    effective_on: date | None = None

    @property
    def contract(self) -> ContractRow:
        return self.facts.contract


class AnnexWrites(Struct, frozen=True, kw_only=True):
    """All that a change of an annex writes, checked before.

    again: further versions of stored lines; superseded: versions they take the place of. relinked: lines
    whose links to land are made anew; linked: lines to link. removed: lines. moved: land that changes.
    """

    added: Sequence[Prepared] = ()
    again: Sequence[Prepared] = ()
    superseded: Collection[UUID] = ()
    relinked: Collection[UUID] = ()
    linked: Sequence[Line] = ()
    removed: Sequence[UUID] = ()
    moved: Sequence[LandUseRow] = ()
    accepted: Sequence[RecordWarnings] = ()


async def current_components(work: Work, contract: ContractRow) -> list[ComponentRow]:
    """The components with their latest terms."""
    versions = await queries.component_versions(work, [contract.contract_id], contract.county_code)
    return components_on(versions, date.max)


def prepare(
    act: Act, edit: AnnexEdit, asked: Sequence[ParticipantIn], at: str = "/participants"
) -> tuple[list[Prepared], list[Mistake]]:
    """New lines with all mistakes; a line whose household or component was not found is left out."""
    facts = edit.facts
    finder = HouseholdFinder(facts, at)
    picked = [finder.pick(index, one) for index, one in enumerate(asked)]
    planned = land.plan(
        act, facts, [_land_request(f"{at}/{i}", one, *picked[i]) for i, one in enumerate(asked)]
    )
    first = max((key.line_no for key in facts.keys), default=0) + 1
    prepared = []
    for index, (one, (household, component), plan) in enumerate(
        zip(asked, picked, planned.plans, strict=True)
    ):
        if household is not None and component is not None:
            row = _new_row(act, edit, one, household, component)
            row = replace(row, line_no=first + index, land_uses=plan.uses)
            prepared.append(Prepared(line=Line(pointer=f"{at}/{index}", row=row), plan=plan))
    return prepared, [
        *finder.mistakes,
        *planned.mistakes,
        *area_mistakes(prepared, planned.mistakes),
        *planned.unregistered,
        *paid_twice([one.line for one in prepared], facts.components, facts.lines),
    ]


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
    return fill(
        ParticipantRow,
        edit.contract,
        household,
        edit,
        one,
        participant_id=new_id(),
        component_id=component.component_id,
        component_number=component.number,
        household_number=household.number,
        signed_name=one.signed_name or household.head_name or household.number,
        line_no=0,
        participant_version_id=new_id(),
        withdrawn=False,
        recorded_at=act.now,
        land_uses=[],
    )


def suspicions(act: Act, edit: AnnexEdit, prepared: Sequence[Prepared]) -> list[Suspicion]:
    """All warnings about lines as they will be, of the register of households about new land too."""
    facts = edit.facts
    lines = [one.line for one in prepared]
    new = {pointer: row for one in prepared for pointer, row in one.plan.new}
    ids = {row.land_use_id for row in new.values()}
    return [
        *line_suspicions(lines, facts, day=edit.contract.signed_on or act.today),
        *checks.land_suspicions(facts, lines, but=ids),
        *about_land(facts.land, new),
    ]


def adding(prepared: Sequence[Prepared], accepted: Sequence[RecordWarnings]) -> AnnexWrites:
    """New lines with their land."""
    return AnnexWrites(added=prepared, linked=[one.line for one in prepared], accepted=accepted)


async def write(work: Work, edit: AnnexEdit, writes: AnnexWrites) -> None:
    """Writes a checked change of the annex, set-wise."""
    contract, both = edit.contract, [*writes.added, *writes.again]
    if writes.removed:
        await write_queries.remove_participants(work, contract, writes.removed)
    new = [row for one in both for _, row in one.plan.new]
    await household_land.write(work, edit.facts.land, added=new, changed=writes.moved)
    await write_queries.add_participants(
        work, [_participant(work.act, contract, one.line.row) for one in writes.added]
    )
    if writes.superseded:
        await write_queries.supersede_participant_versions(
            work, contract.county_code, list(writes.superseded), work.act.now
        )
    await write_queries.add_participant_versions(
        work, [_version(work.act, contract, one.line.row) for one in both]
    )
    if writes.relinked:
        await write_queries.remove_land_links(work, contract.county_code, list(writes.relinked))
    await _link(work, contract, writes.linked)
    await findings.store(work, writes.accepted, actor=work.act.actor, now=work.act.now)


async def _link(work: Work, contract: ContractRow, lines: Sequence[Line]) -> None:
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


def _version(act: Act, contract: ContractRow, row: ParticipantRow) -> write_queries.NewParticipantVersion:
    return fill(write_queries.NewParticipantVersion, contract, row, recorded_at=act.now, created_by=act.actor)
