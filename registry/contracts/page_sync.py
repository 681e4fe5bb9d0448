"""Brings the annex of a draft in line with step 3: lines added, changed and removed, with every mistake and
warning of all of them at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import (
    annex,
    annex_lines,
    guarded_updates,
    page_land,
    page_paste,
    page_queries,
    queries,
)
from registry.contracts.annex_inputs import (
    ParticipantChange,
    ParticipantIn,
    ParticipantsIn,
    ParticipantsPatch,
)
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow, paying_households
from registry.contracts.page_land import SeasonLand
from registry.contracts.page_paste import Pasted
from registry.contracts.page_rows import AnnexForm, Crops, Filling, WantedLine, overrides
from registry.contracts.page_steps import Spots, wrong
from registry.households import service as households
from registry.households.land_model import LandUsePatch
from registry.households.model import Candidate, HouseholdReference
from registry.kernel.errors import Conflict, Invalid, Mistake, Warned, Warning_
from registry.kernel.findings import Override
from registry.kernel.work import Work


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
    """On which contract, by whom, with which warnings answered."""

    work: Work
    contract: ContractRow
    answers: Sequence[Override]


class CollectedProblems:
    """Mistakes and warnings of several steps; each step is undone by itself if it fails."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.mistakes: list[Mistake] = []
        self.warnings: list[Warning_] = []

    async def trying(self, spots: Spots, step: Callable[[], Awaitable[Any]]) -> bool:
        """Whether the step could be done."""
        try:
            with spots.told():
                async with self.work.conn.transaction():
                    await step()
        except Warned as warned:
            self.warnings += warned.warnings
        except (Invalid, Conflict) as error:
            self.mistakes += error.mistakes or [wrong("/rows", error.code, error.detail)]
        else:
            return True
        return False

    def end(self, pasted: Mapping[str, int]) -> None:
        """Invalid with all mistakes, else Warned with all warnings, if there are any."""
        if self.mistakes:
            raise Invalid([_at_field(one, pasted) for one in self.mistakes])
        if self.warnings:
            raise Warned(list({(one.code, one.pointer): one for one in self.warnings}.values()))


def _at_field(one: Mistake, pasted: Mapping[str, int]) -> Mistake:
    """At a field that is there: those of the block at the block, the base year at the shared one."""
    line = next((number for at, number in pasted.items() if f"{one.pointer}/".startswith(f"{at}/")), None)
    if line is not None:
        return page_paste.block_mistake(line, one)
    return replace(one, pointer="/base_year") if one.pointer.endswith("/base_year") else one


async def save(work: Work, contract_id: UUID, form: AnnexForm) -> SyncCounts:
    """Conflict if it is no draft, Stale, Invalid, Warned; nothing is written then."""
    contract = await queries.contract(work, contract_id)
    if contract.status != "draft":
        raise guarded_updates.wrong_state(contract, ["draft"], "修改参与农户")
    component = await paying(work, contract, form.component)
    stored = await lines_of(work, contract, component)
    found = CollectedProblems(work)
    sync = Sync(work=work, contract=contract, answers=overrides(form.overrides, form.same_reason))
    plan = await _plan(sync, form, stored, found)
    if plan.add or plan.change or plan.remove:
        await guarded_updates.claim(work, contract, ["draft"], version=form.version, what="修改参与农户")
    grounds = await page_land.season_land(work, contract, component, form.seasons, plan.all())
    found.mistakes += grounds.mistakes
    if plan.remove:
        await annex.remove(work, contract_id, plan.remove)
    await _change(sync, plan, grounds, found)
    await _add(sync, component, plan, grounds, found)
    found.end({one.at: one.line for one in plan.all() if one.line is not None})
    return SyncCounts(added=len(plan.add), changed=len(plan.change), removed=len(plan.remove))


async def paying(work: Work, contract: ContractRow, number: int) -> ComponentRow:
    """The component that pays households; Invalid if no component has this number."""
    known = paying_households(await annex_lines.current_components(work, contract))
    found = next((one for one in known if one.number == number), None)
    if found is None:
        raise Invalid(
            [wrong("/component", "annex.component", f"没有付给农户的第 {number} 项价款，请先填第二步")]
        )
    return found


async def lines_of(work: Work, contract: ContractRow, component: ComponentRow) -> dict[UUID, ParticipantRow]:
    """The lines of a component by household."""
    rows = await queries.participants(work, contract, date.max)
    return {row.household_id: row for row in rows if row.component_id == component.component_id}


async def _plan(
    sync: Sync, form: AnnexForm, stored: Mapping[UUID, ParticipantRow], found: CollectedProblems
) -> Plan:
    """Ticked rows merged with the block; the block wins where both name a household."""
    filling = Filling(form, Crops(await page_queries.crops_to_offer(sync.work)))
    wanted = {row.household_id: filling.ticked(row) for row in form.rows if row.chosen}
    for row in form.rows:
        found.mistakes += () if row.household_id in stored else row.stray()
    if form.paste:
        block = page_paste.read(form.paste, form.paste_unit)
        found.mistakes += block.mistakes
        for one, household_id in await _households_of_block(sync, block.lines, found):
            wanted[household_id] = filling.pasted(one, household_id, stored.get(household_id))
    found.mistakes += filling.mistakes
    gone = [row.household_id for row in form.rows if not row.chosen and row.household_id not in wanted]
    changed = [(one, stored[key]) for key, one in wanted.items() if key in stored]
    return Plan(
        add=[one for key, one in wanted.items() if key not in stored],
        change=[pair for pair in changed if page_land.differs(*pair)],
        remove=[stored[key].participant_id for key in gone if key in stored],
    )


async def _households_of_block(
    sync: Sync, block: Sequence[Pasted], found: CollectedProblems
) -> list[tuple[Pasted, UUID]]:
    """The household of each line of the block: by number, else by name; for namesakes the mistake lists their
    numbers."""
    village = sync.contract.village_code
    sought = [
        one
        for line in block
        for one in (
            HouseholdReference(
                village_code=village, number=line.number or line.who, name=line.name if line.number else None
            ),
            HouseholdReference(village_code=village, name=line.name or line.who),
        )
    ]
    answers = iter(await households.find(sync.work, sought, sync.contract.starts_on or sync.work.act.today))
    meant: list[tuple[Pasted, UUID]] = []
    lines_seen: dict[UUID, int] = {}
    for line in block:
        by_number, by_name = next(answers), next(answers)
        one = by_number if line.number or not _unknown(by_number) else by_name
        if isinstance(one, Mistake):
            found.mistakes.append(page_paste.block_mistake(line.line, one))
        elif one.household_id in lines_seen:
            message = f"和第 {lines_seen[one.household_id]} 行是同一户，请合并"
            found.mistakes.append(page_paste.block_mistake(line.line, wrong("", "annex.twice", message)))
        else:
            lines_seen[one.household_id] = line.line
            meant.append((line, one.household_id))
    return meant


def _unknown(answer: Candidate | Mistake) -> bool:
    return isinstance(answer, Mistake) and answer.code in ("household.unknown", "required")


async def _change(sync: Sync, plan: Plan, grounds: SeasonLand, found: CollectedProblems) -> None:
    """Land that is this line's alone is changed where it is recorded; then the lines, together."""
    requests: list[ParticipantChange] = []
    places: dict[str, str] = {}
    shared = await page_land.shared(sync.work, sync.contract, [row for _, row in plan.change])
    for one, row in plan.change:
        found.mistakes += page_land.mixed(one, row)
        line_change = page_land.change_of(one, row, grounds, shared)
        if line_change.patch is not None and not await _move(sync, one, row, line_change.patch, found):
            continue
        places |= _places(one, len(requests))
        requests.append(line_change.line)
    if requests:
        spots = Spots(places)
        request = ParticipantsPatch(participants=requests, overrides=_answers(sync, spots))
        await found.trying(spots, lambda: annex.change(sync.work, sync.contract.contract_id, request))


async def _move(
    sync: Sync, one: WantedLine, row: ParticipantRow, patch: LandUsePatch, found: CollectedProblems
) -> bool:
    """Changes the land of a line; False if that has to be looked at first."""
    right = True
    for index, use in enumerate(row.land_uses):
        spots = Spots({"": f"{one.at}/displaced/{index}"})
        asked = replace(patch, overrides=tuple(_answers(sync, spots, f"{one.at}/displaced/{index}")))
        step = partial(page_land.change_use, sync.work, sync.contract, use.land_use_id, asked)
        right = await found.trying(spots, step) and right
    return right


async def _add(
    sync: Sync, component: ComponentRow, plan: Plan, grounds: SeasonLand, found: CollectedProblems
) -> None:
    asked: list[ParticipantIn] = []
    places: dict[str, str] = {}
    for one in plan.add:
        line = page_land.line(one, component, grounds)
        wrong_itself = [replace(mistake, pointer=one.at + mistake.pointer) for mistake in line.mistakes()]
        found.mistakes += wrong_itself
        if not wrong_itself:
            places |= _places(one, len(asked))
            asked.append(line)
    if asked:
        spots = Spots(places)
        request = ParticipantsIn(participants=asked, overrides=_answers(sync, spots))
        await found.trying(spots, lambda: annex.add(sync.work, sync.contract.contract_id, request))


def _places(one: WantedLine, index: int) -> dict[str, str]:
    at = f"/participants/{index}"
    return {
        at: one.at,
        f"{at}/household_id": f"{one.at}/chosen",
        f"{at}/household": f"{one.at}/chosen",
        f"{at}/land_uses": f"{one.at}/displaced",
    }


def _answers(sync: Sync, spots: Spots, below: str = "") -> list[Override]:
    """The reasons given, at the pointers of the request; only those below a pointer of the page, if given."""
    return [
        replace(one, pointer=spots.sent(one.pointer))
        for one in sync.answers
        if one.pointer.startswith(below) and spots.sent(one.pointer) != one.pointer
    ]
