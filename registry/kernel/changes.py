"""What follows from a writing transaction, once before its commit: the recomputation and the audit events."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from registry.kernel.db.statements import Queries
from registry.kernel.types import new_id
from registry.kernel.work import Cause, Hooks, Pending, Touched, Village, Work

q = Queries("kernel")
_hold_places = q("hold_places", Sequence[str], Sequence[bool]).run()
_lock_households = q("lock_households", str, Sequence[UUID], Sequence[str], Sequence[bool]).run()
_enqueue_jobs = q("enqueue_jobs", str).run()

RECOMPUTE_JOB = "recompute"
PREFIXES = (0, 2, 4, 6)
"""Digits of a code that name the nation, a province, a prefecture, a county."""


async def settle(work: Work) -> None:
    """Recomputes what was touched, marks what went stale, writes the audit events of what changed.

    To be called once, before the commit.
    """
    pending, hooks = work.pending, work.hooks
    if hooks is None:
        if pending.touched or pending.causes or pending.audited:
            raise RuntimeError("a transaction that changes facts needs the hooks of app.py")
        return
    await _follow(work, pending, hooks)
    if pending.audited:
        collected, pending.audited = pending.audited, {}
        await hooks.audit(work, collected)


async def _follow(work: Work, pending: Pending, hooks: Hooks) -> None:
    touched = sorted(pending.touched)
    await _lock(work, touched, _places(pending))
    if touched:
        pending.touched.clear()
        await hooks.recompute(work, touched)
    if pending.causes:
        causes = list(pending.causes)
        pending.causes.clear()
        await _enqueue(work, await hooks.mark(work, causes))


def _places(pending: Pending) -> dict[str, bool]:
    """The places to hold until the commit, alone or together with others, so that recomputing and marking of
    one place are kept apart both ways: a recomputation that read the old price while another transaction
    marks for the new one would store lines without the mark.

    Recomputing holds the county and all above together with others; marking holds the place that all its
    villages have in common alone. Sorted, before any household is locked: no two wait for each other.
    """
    held = {item.county_code[:n]: False for item in pending.touched for n in PREFIXES}
    held |= {_common(cause): True for cause in pending.causes}
    return dict(sorted(held.items()))


def _common(cause: Cause) -> str:
    """The code, cut to a level not below the county, that all villages of the cause begin with."""
    return next(cause.first[:n] for n in reversed(PREFIXES) if cause.last.startswith(cause.first[:n]))


async def _lock(work: Work, touched: Sequence[Touched], places: dict[str, bool]) -> None:
    """Holds the places, then the households, county by county. Two transactions on one household must not
    miss each other's rows; ordered ids avoid deadlocks."""
    if places and not touched:
        await _hold_places(work, list(places), list(places.values()))
    for county_code in sorted({item.county_code for item in touched}):
        ids = sorted({item.household_id for item in touched if item.county_code == county_code})
        await _lock_households(work, county_code, ids, list(places), list(places.values()))
        places = {}


async def _enqueue(work: Work, villages: Sequence[Village]) -> None:
    rows = [
        {
            "job_id": new_id(),
            "kind": RECOMPUTE_JOB,
            "county_code": village.county_code,
            "village_code": village.village_code,
            "payload": {},
            "queued_at": work.act.now,
            "run_after": work.act.now,
        }
        for village in sorted(set(villages))
    ]
    await _enqueue_jobs(work, msgspec.json.encode(rows).decode())
