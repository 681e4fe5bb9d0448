"""The annex of participating households: adding, changing and removing lines, many at once.

A draft's annex is free; of a signed contract only planned quantity and own days may be corrected, with a
reason (`corrections.py`). Further households join a signed contract by an amendment (`amendments.py`).
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from registry.contracts import (
    annex_lines,
    corrections,
    guarded_updates,
    queries,
    recompute_triggers,
    write_queries,
)
from registry.contracts.annex_inputs import ParticipantsIn, ParticipantsPatch, all_overrides
from registry.contracts.annex_lines import AnnexEdit, current_components
from registry.contracts.model import IN_FORCE
from registry.kernel.errors import Invalid
from registry.kernel.work import Work


class Changed(Struct, frozen=True, kw_only=True):
    """The version of the contract after the change, and the lines concerned in the order of the request."""

    version: int
    participant_ids: list[UUID]


async def add(work: Work, contract_id: UUID, request: ParticipantsIn, version: int | None = None) -> Changed:
    """Adds lines to a draft, set-wise. Invalid with every mistake of every line, Warned, Conflict, Stale."""
    contract = await queries.contract(work, contract_id)
    made = await guarded_updates.claim(work, contract, ["draft"], version=version, what="增加参与农户")
    edit = AnnexEdit(contract=contract, components=await current_components(work, contract))
    prepared, mistakes = await annex_lines.prepare(work, edit, request.participants)
    if mistakes:
        raise Invalid(mistakes)
    overrides = all_overrides(request.overrides, request.participants)
    stored = await annex_lines.store(work, edit, prepared, overrides)
    return Changed(version=made, participant_ids=[line.row.participant_id for line in stored])


async def change(
    work: Work, contract_id: UUID, request: ParticipantsPatch, version: int | None = None
) -> Changed:
    """Changes lines of a draft, or corrects lines of a signed contract; their former versions are kept."""
    contract = await queries.contract(work, contract_id)
    allowed = ["draft", *IN_FORCE]
    made = await guarded_updates.claim(work, contract, allowed, version=version, what="修改参与明细")
    edit = AnnexEdit(contract=contract, components=await current_components(work, contract))
    before = await corrections.stored_lines(work, contract, request.participants)
    prepared, mistakes = await corrections.changed_lines(work, edit, before, request.participants)
    if contract.status != "draft":
        mistakes += corrections.correction_mistakes(request)
    if mistakes:
        raise Invalid(mistakes)
    await corrections.supersede(work, contract, before)
    now = await corrections.rewrite(work, edit, prepared, request)
    if contract.status != "draft":
        await corrections.note(work, contract, before=before, now=now, request=request)
        await recompute_triggers.touch(
            work, contract, {line.row.household_id for line in now}, edit.components
        )
    return Changed(version=made, participant_ids=[line.row.participant_id for line in now])


async def remove(work: Work, contract_id: UUID, ids: Sequence[UUID], version: int | None = None) -> Changed:
    """Takes lines off a draft. Invalid if one is not there."""
    contract = await queries.contract(work, contract_id)
    made = await guarded_updates.claim(work, contract, ["draft"], version=version, what="移除参与农户")
    known = {key.participant_id for key in await queries.annex_keys(work, contract.key)}
    mistakes = [
        corrections.unknown(f"/participant_ids/{index}") for index, one in enumerate(ids) if one not in known
    ]
    if mistakes:
        raise Invalid(mistakes)
    await write_queries.remove_participants(work, contract, ids)
    return Changed(version=made, participant_ids=list(ids))
