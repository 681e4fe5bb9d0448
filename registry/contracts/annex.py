"""The annex of participating households: adding, changing and removing lines, many at once.

A draft's annex is free; of a signed contract only planned quantity and own days may be corrected, with a
reason (`corrections.py`). Further households join a signed contract by an amendment (`amendments.py`).
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import (
    annex_lines,
    checks,
    corrections,
    guarded_updates,
    load_facts,
    queries,
    recompute_triggers,
    write_queries,
)
from registry.contracts.annex_inputs import ParticipantsIn, ParticipantsPatch, all_overrides
from registry.contracts.annex_lines import AnnexEdit
from registry.contracts.model import IN_FORCE
from registry.kernel.errors import Invalid
from registry.kernel.work import Work


class Changed(Struct, frozen=True, kw_only=True):
    """The version of the contract after the change, and the lines concerned in the order of the request."""

    version: int
    participant_ids: list[UUID]


async def add(work: Work, contract_id: UUID, request: ParticipantsIn, version: int | None = None) -> Changed:
    """Adds lines to a draft, set-wise. Invalid with every mistake of every line, Warned, Conflict, Stale."""
    what = "增加参与农户"
    contract = await guarded_updates.hold(work, contract_id, ["draft"], version=version, what=what)
    facts = await load_facts.load(work, contract, load_facts.named_by(added=request.participants))
    edit = AnnexEdit(facts=facts)
    prepared, mistakes = annex_lines.prepare(work.act, edit, request.participants)
    if mistakes:
        raise Invalid(mistakes)
    overrides = all_overrides(request.overrides, request.participants)
    accepted = checks.accepted(facts, annex_lines.suspicions(work.act, edit, prepared), overrides)
    made = await guarded_updates.claim(work, contract, ["draft"], version=version, what=what)
    await annex_lines.write(work, edit, annex_lines.adding(prepared, accepted))
    return Changed(version=made, participant_ids=[one.line.row.participant_id for one in prepared])


async def change(
    work: Work, contract_id: UUID, request: ParticipantsPatch, version: int | None = None
) -> Changed:
    """Changes lines of a draft, or corrects lines of a signed contract; their former versions are kept."""
    allowed, what = ["draft", *IN_FORCE], "修改参与明细"
    contract = await guarded_updates.hold(work, contract_id, allowed, version=version, what=what)
    lines = request.participants
    edit = AnnexEdit(facts=await load_facts.load(work, contract, load_facts.named_by(changed=lines)))
    prepared, mistakes = corrections.changed_lines(work.act, edit, lines)
    if contract.status != "draft":
        mistakes += corrections.correction_mistakes(request)
    if mistakes:
        raise Invalid(mistakes)
    found = annex_lines.suspicions(
        work.act, corrections.without_land(edit, corrections.relinked(lines)), prepared
    )
    accepted = checks.accepted(edit.facts, found, all_overrides(request.overrides, lines))
    made = await guarded_updates.claim(work, contract, allowed, version=version, what=what)
    if contract.status != "draft":
        accepted += corrections.notes(edit, prepared, request)
    await annex_lines.write(
        work, edit, replace(corrections.rewriting(edit, prepared, lines), accepted=accepted)
    )
    if contract.status != "draft":
        households = {one.line.row.household_id for one in prepared}
        await recompute_triggers.touch(work, contract, households, edit.facts.components)
    return Changed(version=made, participant_ids=[one.line.row.participant_id for one in prepared])


async def remove(work: Work, contract_id: UUID, ids: Sequence[UUID], version: int | None = None) -> Changed:
    """Takes lines off a draft. Invalid if one is not there."""
    what = "移除参与农户"
    contract = await guarded_updates.hold(work, contract_id, ["draft"], version=version, what=what)
    known = {key.participant_id for key in await queries.annex_keys(work, contract.key)}
    mistakes = [
        corrections.unknown(f"/participant_ids/{index}") for index, one in enumerate(ids) if one not in known
    ]
    if mistakes:
        raise Invalid(mistakes)
    made = await guarded_updates.claim(work, contract, ["draft"], version=version, what=what)
    await write_queries.remove_participants(work, contract, ids)
    return Changed(version=made, participant_ids=list(ids))
