"""Brings the annex of a draft in line with step 3: lines added, changed and removed, with every mistake and
warning of all of them at once. What is wrong is found before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import (
    annex_lines,
    checks,
    corrections,
    guarded_updates,
    load_facts,
    page_block,
    page_land,
    page_paste,
    queries,
)
from registry.contracts.annex_inputs import ParticipantIn
from registry.contracts.annex_lines import AnnexEdit, AnnexWrites, Prepared
from registry.contracts.facts import ContractFacts
from registry.contracts.land import used
from registry.contracts.load_facts import Named
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow, paying_households
from registry.contracts.page_land import LineChange, SeasonLand
from registry.contracts.page_paste import Pasted
from registry.contracts.page_rows import AnnexForm, Crops, Filling, WantedLine, overrides
from registry.contracts.suspicions import Suspicion, about_land
from registry.households import land
from registry.households.land_model import LandUseRow
from registry.kernel.db import records
from registry.kernel.errors import Invalid, Mistake, Warned, Warning_
from registry.kernel.findings import Override, RecordWarnings
from registry.kernel.forms.pointers import Pointers, below
from registry.kernel.work import Act, Work

WHAT: Final = "修改参与农户"


class SyncCounts(Struct, frozen=True, kw_only=True):
    """How many lines were added, changed and removed."""

    added: int
    changed: int
    removed: int


class Plan(Struct, frozen=True, kw_only=True):
    """What has to happen."""

    add: list[WantedLine]
    change: list[tuple[WantedLine, ParticipantRow]]
    remove: list[UUID]

    def all(self) -> list[WantedLine]:
        """The lines of the annex afterwards."""
        return [*self.add, *(one for one, _ in self.change)]


class Sync(Struct, frozen=True, kw_only=True):
    """A form of the third step with the facts its lines are checked against."""

    act: Act
    form: AnnexForm
    facts: ContractFacts
    component: ComponentRow
    answers: Sequence[Override]


class Found:
    """Mistakes and warnings of all lines, at the fields of the page; what may be kept of the latter."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.warnings: list[Warning_] = []
        self.unanswered = False
        self.accepted: list[RecordWarnings] = []

    def warn(
        self, facts: ContractFacts, suspicions: Sequence[Suspicion], sync: Sync, pointers: Pointers
    ) -> None:
        """Warnings about a part of the request, overridden by the reasons given on the page."""
        try:
            self.accepted += checks.accepted(facts, suspicions, _answers(sync, pointers))
        except Warned:
            self.unanswered = True
        new = checks.unanswered(facts, suspicions)
        self.warnings += pointers.moved(one.warning for one in new)

    def end(self, pasted: Mapping[str, int]) -> None:
        """Invalid with all mistakes, else Warned with all warnings, if there are any without a reason."""
        if self.mistakes:
            raise Invalid([_at_field(one, pasted) for one in self.mistakes])
        if self.unanswered:
            raise Warned(
                list({(one.code, one.pointer): one for one in reversed(self.warnings)}.values())[::-1]
            )


class Checked(Struct, frozen=True, kw_only=True):
    """What saving the form writes, without mistakes."""

    edit: AnnexEdit
    version: int | None
    writes: AnnexWrites
    counts: SyncCounts


def _at_field(one: Mistake, pasted: Mapping[str, int]) -> Mistake:
    """At a field that is there: those of the block at the block, the base year at the shared one."""
    line = next((number for at, number in pasted.items() if f"{one.pointer}/".startswith(f"{at}/")), None)
    if line is not None:
        return page_paste.block_mistake(line, one)
    return replace(one, pointer="/base_year") if one.pointer.endswith("/base_year") else one


async def check(work: Work, contract_id: UUID, form: AnnexForm) -> Checked:
    """What saving would write. Conflict if it is no draft, Stale, Invalid, Warned."""
    contract = await guarded_updates.hold(work, contract_id, ["draft"], version=None, what=WHAT)
    pasted, mistakes = await page_block.pasted(work, contract, form)
    named = Named(households={*(row.household_id for row in form.rows), *(one for _, one in pasted)})
    facts = await load_facts.load(work, contract, named)
    sync = Sync(
        act=work.act,
        form=form,
        facts=facts,
        component=paying(facts.components, form.component),
        answers=overrides(form.overrides, form.same_reason),
    )
    found = Found()
    plan = _plan(sync, pasted, mistakes, found)
    if plan.add or plan.change or plan.remove:
        records.require_version(contract, form.version)
    writes = _writes(sync, plan, found)
    found.end({one.at: one.line for one in plan.all() if one.line is not None})
    return Checked(
        edit=AnnexEdit(facts=facts),
        version=form.version,
        writes=replace(writes, accepted=found.accepted),
        counts=SyncCounts(added=len(plan.add), changed=len(plan.change), removed=len(plan.remove)),
    )


async def write(work: Work, checked: Checked) -> SyncCounts:
    """Writes what was checked."""
    counts, contract = checked.counts, checked.edit.contract
    if counts.added or counts.changed or counts.removed:
        await guarded_updates.claim(work, contract, ["draft"], version=checked.version, what=WHAT)
        await annex_lines.write(work, checked.edit, checked.writes)
    return counts


def paying(components: Sequence[ComponentRow], number: int) -> ComponentRow:
    """The component that pays households; Invalid if no component has this number."""
    found = next((one for one in paying_households(components) if one.number == number), None)
    if found is None:
        raise Invalid(
            [Mistake("/component", "annex.component", f"没有付给农户的第 {number} 项价款，请先填第二步")]
        )
    return found


async def lines_of(work: Work, contract: ContractRow, component: ComponentRow) -> dict[UUID, ParticipantRow]:
    """The lines of a component by household."""
    rows = await queries.participants(work, contract, date.max)
    return {row.household_id: row for row in rows if row.component_id == component.component_id}


def _plan(
    sync: Sync, pasted: Sequence[tuple[Pasted, UUID]], mistakes: Sequence[Mistake], found: Found
) -> Plan:
    """Ticked rows merged with the block; the block wins where both name a household."""
    form, own = sync.form, sync.component.component_id
    stored = {row.household_id: row for row in sync.facts.lines if row.component_id == own}
    filling = Filling(form, Crops(sync.facts.land.crops))
    wanted = {row.household_id: filling.ticked(row) for row in form.rows if row.chosen}
    for row in form.rows:
        found.mistakes += () if row.household_id in stored else row.stray()
    found.mistakes += mistakes
    for one, household_id in pasted:
        wanted[household_id] = filling.pasted(one, household_id, stored.get(household_id))
    found.mistakes += filling.mistakes
    gone = [row.household_id for row in form.rows if not row.chosen and row.household_id not in wanted]
    changed = [(one, stored[key]) for key, one in wanted.items() if key in stored]
    return Plan(
        add=[one for key, one in wanted.items() if key not in stored],
        change=[pair for pair in changed if page_land.differs(*pair)],
        remove=[stored[key].participant_id for key in gone if key in stored],
    )


def _writes(sync: Sync, plan: Plan, found: Found) -> AnnexWrites:
    """What the lines come to, one after the other: those that leave, land that changes, lines that change,
    lines that are new. Each is checked with the land as those before it leave it."""
    ground = page_land.season_land(sync.facts, sync.component, sync.form.seasons, plan.all())
    found.mistakes += ground.mistakes
    freed = _without(sync.facts, plan.remove)
    changes = []
    for one, row in plan.change:
        mixed = page_land.mixed(one, row)
        found.mistakes += mixed
        changes += [] if mixed else [(one, page_land.change_of(one, row, ground, freed.land))]
    moved, facts = _move(sync, freed, changes, found)
    changed, facts = _change(sync, facts, changes, found)
    added = _add(sync, facts, plan, ground, found)
    return AnnexWrites(
        added=added,
        again=changed.again,
        superseded=changed.superseded,
        relinked=changed.relinked,
        linked=[*changed.linked, *(one.line for one in added)],
        removed=plan.remove,
        moved=list(moved.values()),
    )


def _without(facts: ContractFacts, lines: Collection[UUID]) -> ContractFacts:
    """The facts as if these lines were not there."""
    keys = [key for key in facts.keys if key.participant_id not in lines]
    return replace(facts, keys=keys, land=facts.land.unlinked(lines))


def _move(
    sync: Sync, facts: ContractFacts, changes: Sequence[tuple[WantedLine, LineChange]], found: Found
) -> tuple[dict[UUID, LandUseRow], ContractFacts]:
    """Land that is a line's alone is changed where it is recorded."""
    moved: dict[UUID, LandUseRow] = {}
    stored = {row.participant_id: row for row in facts.lines}
    for one, change in changes:
        if change.patch is None:
            continue
        for index, use in enumerate(stored[change.line.participant_id].land_uses):
            before = facts.land.uses[use.land_use_id]
            wanted = land.changed_use(sync.act, before, change.patch)
            if wanted is before:
                continue
            pointers = below(f"{one.at}/displaced/{index}")
            found.mistakes += pointers.moved(land.changed_mistakes(wanted, facts.land))
            about = about_land(facts.land, {"": wanted}, free=True)
            found.warn(replace(facts, answered=frozenset()), about, sync, pointers)
            moved[use.land_use_id] = wanted
            facts = replace(
                facts,
                land=facts.land.changed([wanted]),
                answered=facts.answered
                | {(one.record_id, one.warning.code, one.warning.message) for one in about},
            )
    lines = [
        replace(
            row,
            land_uses=[
                used(facts.land.uses[use.land_use_id], facts.land) if use.land_use_id in moved else use
                for use in row.land_uses
            ],
        )
        for row in facts.lines
    ]
    return moved, replace(facts, lines=lines)


def _change(
    sync: Sync,
    facts: ContractFacts,
    changes: Sequence[tuple[WantedLine, LineChange]],
    found: Found,
) -> tuple[AnnexWrites, ContractFacts]:
    """The lines that change, and the facts with the land they stand on then."""
    requests = [change.line for _, change in changes]
    if not requests:
        return AnnexWrites(), facts
    pointers = Pointers(
        {k: v for index, (one, _) in enumerate(changes) for k, v in _places(one, index).items()}
    )
    edit = AnnexEdit(facts=facts)
    prepared, mistakes = corrections.changed_lines(sync.act, edit, requests)
    found.mistakes += pointers.moved(mistakes)
    unlinked = corrections.without_land(edit, corrections.relinked(requests))
    if not mistakes:
        suspicions = annex_lines.suspicions(sync.act, unlinked, prepared)
        found.warn(facts, suspicions, sync, pointers)
    writes = corrections.rewriting(edit, prepared, requests)
    land_now = unlinked.facts.land.changed(row for one in prepared for _, row in one.plan.new)
    for line in writes.linked:
        uses = [use.land_use_id for use in line.row.land_uses]
        land_now = land_now.linked(line.row.participant_id, uses, facts.contract.status)
    return writes, replace(facts, land=land_now)


def _add(sync: Sync, facts: ContractFacts, plan: Plan, ground: SeasonLand, found: Found) -> list[Prepared]:
    """The lines that are new."""
    asked: list[ParticipantIn] = []
    places: dict[str, str] = {}
    for one in plan.add:
        line = page_land.line(one, sync.component, ground)
        wrong_itself = below(one.at).moved(line.mistakes())
        found.mistakes += wrong_itself
        if not wrong_itself:
            places |= _places(one, len(asked))
            asked.append(line)
    edit, pointers = AnnexEdit(facts=facts), Pointers(places)
    prepared, mistakes = annex_lines.prepare(sync.act, edit, asked)
    found.mistakes += pointers.moved(mistakes)
    if not mistakes:
        found.warn(facts, annex_lines.suspicions(sync.act, edit, prepared), sync, pointers)
    return prepared


def _places(one: WantedLine, index: int) -> dict[str, str]:
    at = f"/participants/{index}"
    return {
        at: one.at,
        f"{at}/household_id": f"{one.at}/chosen",
        f"{at}/household": f"{one.at}/chosen",
        f"{at}/land_uses": f"{one.at}/displaced",
    }


def _answers(sync: Sync, pointers: Pointers) -> list[Override]:
    """The reasons given, at the pointers of the request."""
    return [
        replace(one, pointer=pointers.sent(one.pointer))
        for one in sync.answers
        if pointers.sent(one.pointer) != one.pointer
    ]
