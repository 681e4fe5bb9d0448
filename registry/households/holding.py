"""Holds households while their parts change: of two who change one at once, the trail tells each with its own
change only."""

from collections.abc import Collection
from uuid import UUID

from registry.audit import service as audit
from registry.households import queries
from registry.kernel.errors import NotFound
from registry.kernel.work import Work


async def hold(work: Work, county_code: str, ids: Collection[UUID]) -> None:
    """Nobody else changes these households of one county until the transaction ends. NotFound outside the
    write scope."""
    wanted = set(ids)
    if len(await queries.hold(work, county_code, wanted)) < len(wanted):
        raise NotFound


async def watch(work: Work, county_code: str, ids: Collection[UUID]) -> None:
    """Before a change of these households: holds them, then remembers what they say. NotFound as above."""
    await hold(work, county_code, ids)
    await audit.watch_all(work, "household", ids)
