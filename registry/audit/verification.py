"""Verifies the trail: every event as written, every chain unbroken. Names the first bad row of a county."""

from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from registry.audit import hash_chain
from registry.audit.model import Changes, EventRow
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("audit")
BATCH: Final = 1000
NIL: Final = UUID(int=0)
Wrong: TypeAlias = Literal["changed", "removed", "seal missing before it", "seal broken", "out of chain"]
"""Of an event: it was altered; it is missing; a seal before it is missing; its
seal does not continue the chain; it is neither sealed nor queued."""


class SealRow(msgspec.Struct, frozen=True, kw_only=True):
    """A seal, or an event that waits (position 0); with the event's columns while it is present."""

    position: int
    audit_event_id: UUID
    sealed_leaf: bytes | None
    chain_hash: bytes
    present: bool
    division_code: str | None
    at: datetime | None
    actor: str | None
    role: str | None
    operation: str | None
    source: str | None
    record_kind: str | None
    record_id: str | None
    reason: str | None
    changes: Changes | None
    trace_id: str | None
    address: str | None
    leaf_hash: bytes | None


class UnchainedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event beside the chain."""

    audit_event_id: UUID


class BadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A bad row; position 0: it is not in the chain."""

    county_code: str
    position: int
    audit_event_id: UUID
    wrong: Wrong


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """A county's chain up to its end or its first bad row: how many events are sealed, the last good hash."""

    county_code: str
    events: int
    chain_hash: bytes
    found: BadRow | None = None


counties = q("trail_counties").values(str)
"""Of which counties there is something to verify."""


async def verify(work: Work, county_code: str) -> Chain:
    """The county's chain from its beginning, then its events that are queued or outside the chain.

    `conn` sees every event of the county in one snapshot. No key is in the hashes: events cut off at the end
    with their seals, or a chain rewritten from some event on, are only seen by comparing its hash with one
    noted elsewhere before; an event rewritten or removed before it was sealed is not seen at all. Only who
    owns the tables can do this: the application neither changes nor removes events and seals.
    """
    chain = await _sealed(work, county_code)
    if chain.found is None:
        found = await _unsealed(work, county_code)
        chain = msgspec.structs.replace(chain, found=found)
    return chain


_sealed_events = q("sealed_events", str, int, int).many(SealRow)


async def _sealed(work: Work, county_code: str) -> Chain:
    position, chain_hash = 0, hash_chain.FIRST
    while rows := await _sealed_events(work, county_code, position, BATCH):
        for row in rows:
            wrong = _wrong_seal(county_code, row, position, chain_hash)
            if wrong:
                found = _bad_row(county_code, row, wrong)
                return Chain(county_code=county_code, events=position, chain_hash=chain_hash, found=found)
            position, chain_hash = row.position, row.chain_hash
    return Chain(county_code=county_code, events=position, chain_hash=chain_hash)


_loose_event = q("loose_event", str).maybe(UnchainedEvent)
_waiting_events = q("waiting_events", str, UUID, int).many(SealRow)


async def _unsealed(work: Work, county_code: str) -> BadRow | None:
    after = NIL
    while rows := await _waiting_events(work, county_code, after, BATCH):
        for row in rows:
            if wrong := _wrong_event(county_code, row):
                return _bad_row(county_code, row, wrong)
        after = rows[-1].audit_event_id
    loose = await _loose_event(work, county_code)
    if loose is None:
        return None
    return BadRow(
        county_code=county_code, position=0, audit_event_id=loose.audit_event_id, wrong="out of chain"
    )


def _wrong_seal(county_code: str, row: SealRow, position: int, chain_hash: bytes) -> Wrong | None:
    if row.position != position + 1:
        return "seal missing before it"
    if wrong := _wrong_event(county_code, row):
        return wrong
    if row.sealed_leaf is None or hash_chain.chain(chain_hash, row.sealed_leaf) != row.chain_hash:
        return "seal broken"
    return None if row.leaf_hash == row.sealed_leaf else "changed"


def _wrong_event(county_code: str, row: SealRow) -> Wrong | None:
    if not row.present:
        return "removed"
    event = EventRow(
        county_code=county_code,
        **{name: getattr(row, name) for name in EventRow.__struct_fields__ if name != "county_code"},
    )
    return None if hash_chain.leaf(event) == row.leaf_hash else "changed"


def _bad_row(county_code: str, row: SealRow, wrong: Wrong) -> BadRow:
    return BadRow(
        county_code=county_code, position=row.position, audit_event_id=row.audit_event_id, wrong=wrong
    )
