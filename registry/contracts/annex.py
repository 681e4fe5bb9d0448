"""The annex of participating households: adding, changing and removing lines, many at once.

A draft's annex is free; of a signed contract only planned quantity and own days may be corrected, with a
reason (`corrections.py`). Further households join a signed contract by an amendment (`amendments.py`).
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from registry.contracts import corrections, lines, queries, states, touching, writing
from registry.contracts.annex_inputs import ParticipantsIn, ParticipantsPatch, all_overrides
from registry.contracts.lines import Opened, current_components
from registry.contracts.model import IN_FORCE
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid
from registry.kernel.web import Act


class Changed(Struct, frozen=True, kw_only=True):
    """The version of the contract after the change, and the lines concerned in the order of the request."""

    version: int
    participant_ids: list[UUID]


async def add(
    conn: Conn, act: Act, contract_id: UUID, request: ParticipantsIn, version: int | None = None
) -> Changed:
    """Adds lines to a draft, set-wise. Invalid with every mistake of every line, Warned, Conflict, Stale."""
    contract = await queries.contract(conn, contract_id)
    made = await states.claim(conn, act, contract, ["draft"], version=version, what="增加参与农户")
    opened = Opened(contract=contract, components=await current_components(conn, contract))
    prepared, mistakes = await lines.prepare(conn, act, opened, request.participants)
    if mistakes:
        raise Invalid(mistakes)
    overrides = all_overrides(request.overrides, request.participants)
    stored = await lines.store(conn, act, opened, prepared, overrides)
    return Changed(version=made, participant_ids=[line.row.participant_id for line in stored])


async def change(
    conn: Conn, act: Act, contract_id: UUID, request: ParticipantsPatch, version: int | None = None
) -> Changed:
    """Changes lines of a draft, or corrects lines of a signed contract; what they said before is kept."""
    contract = await queries.contract(conn, contract_id)
    allowed = ["draft", *IN_FORCE]
    made = await states.claim(conn, act, contract, allowed, version=version, what="修改参与明细")
    opened = Opened(contract=contract, components=await current_components(conn, contract))
    before = await corrections.stored_lines(conn, contract, request.participants)
    prepared, mistakes = await corrections.changed_lines(conn, opened, before, request.participants)
    if contract.status != "draft":
        mistakes += corrections.correction_mistakes(request)
    if mistakes:
        raise Invalid(mistakes)
    await corrections.supersede(conn, act, contract, before)
    now = await corrections.rewrite(conn, act, opened, prepared, request)
    if contract.status != "draft":
        await corrections.note(conn, act, contract, before=before, now=now, request=request)
        await touching.touch(conn, contract, {line.row.household_id for line in now}, opened.components)
    return Changed(version=made, participant_ids=[line.row.participant_id for line in now])


async def remove(
    conn: Conn, act: Act, contract_id: UUID, ids: Sequence[UUID], version: int | None = None
) -> Changed:
    """Takes lines off a draft. Invalid if one is not there."""
    contract = await queries.contract(conn, contract_id)
    made = await states.claim(conn, act, contract, ["draft"], version=version, what="移除参与农户")
    known = {key.participant_id for key in await queries.annex_keys(conn, contract)}
    mistakes = [
        corrections.unknown(f"/participant_ids/{index}") for index, one in enumerate(ids) if one not in known
    ]
    if mistakes:
        raise Invalid(mistakes)
    await writing.remove_participants(conn, contract, ids)
    return Changed(version=made, participant_ids=list(ids))
