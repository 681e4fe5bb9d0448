"""Seals events after their transaction: each county's chain grows by what waits. No request waits for it.

One transaction per county and batch: seals are added and the events stop waiting together, so that a sealer
that dies loses nothing. Two at once never fork a chain: an advisory lock, behind it audit_seal's key.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog

from registry.audit import hash_chain
from registry.kernel import background
from registry.kernel.background import Clock, now
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Database, Identity, Scope
from registry.kernel.work import Work, system_act

q = Queries("audit")
BATCH: Final = 2000
IDLE_SECONDS, AWAY_SECONDS = 3.0, 10.0
_NOBODY: Final = Identity(actor="system", read=Scope.EMPTY, write=Scope.EMPTY)
_log = structlog.get_logger("registry.audit")


class ChainEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last seal of a county."""

    position: int
    chain_hash: bytes


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """An event that waits."""

    audit_event_id: UUID
    leaf_hash: bytes


def reader_of(county_code: str) -> Identity:
    """Sees the events of one county, of whatever level, and writes no record."""
    read = Scope(first=f"{county_code}000000", last=f"{county_code}999999")
    return Identity(actor="system", read=read, write=Scope.EMPTY)


async def seal_all(database: Database, clock: Clock = now) -> int:
    """Seals whatever waits; how many events that were."""
    async with database.reader(_NOBODY, system_act(now())) as work:
        counties = await _waiting(work)
    sealed = 0
    for county_code in counties:
        while batch := await seal_batch(database, county_code, clock()):
            sealed += batch
    return sealed


_waiting_leaves = q("waiting_leaves", str, int).many(Leaf)
_hold_chain = q("hold_chain", str).value(bool)


async def seal_batch(database: Database, county_code: str, at: datetime) -> int:
    """Seals the oldest BATCH events of a county that wait; 0 if none do or another sealer is at work."""
    async with database.writer(reader_of(county_code), system_act(at)) as work:
        if not await _hold_chain(work, county_code):
            return 0
        waiting = await _waiting_leaves(work, county_code, BATCH)
        if waiting:
            await _seal(work, county_code, waiting, at)
    return len(waiting)


_chain_end = q("chain_end", str).maybe(ChainEnd)
_add_seals = q(
    "add_seals", str, Collection[int], Collection[UUID], Collection[bytes], Collection[bytes], datetime
).run()
_end_waiting = q("end_waiting", str, Collection[UUID]).run()


async def _seal(work: Work, county_code: str, waiting: Sequence[Leaf], at: datetime) -> None:
    end = await _chain_end(work, county_code)
    position, chain_hash = (end.position, end.chain_hash) if end else (0, hash_chain.FIRST)
    chained = []
    for leaf in waiting:
        chain_hash = hash_chain.chain(chain_hash, leaf.leaf_hash)
        chained.append(chain_hash)
    ids = [leaf.audit_event_id for leaf in waiting]
    positions = list(range(position + 1, position + 1 + len(waiting)))
    hashes = [leaf.leaf_hash for leaf in waiting]
    await _add_seals(work, county_code, positions, ids, hashes, chained, at)
    await _end_waiting(work, county_code, ids)


_waiting = q("waiting_counties").values(str)


def running(database: Database, clock: Clock = now) -> AbstractAsyncContextManager[None]:
    """Seals in the background for as long as the block lasts; a batch that has begun is finished."""

    async def step() -> float:
        await seal_all(database, clock)
        return IDLE_SECONDS

    return background.running(step, away=AWAY_SECONDS, log=_log, stumbled="the sealer stumbled")
