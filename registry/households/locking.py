"""Locks households while their parts change, so that of two concurrent changes each is audited with its own
change only."""

from collections.abc import Collection
from uuid import UUID

from registry.audit import service as audit
from registry.households import queries
from registry.kernel.errors import NotFound
from registry.kernel.work import Work


async def lock(work: Work, county_code: str, ids: Collection[UUID]) -> None:
    """Locks these households of one county until the transaction ends. NotFound outside the
    write scope."""
    wanted = set(ids)
    if len(await queries.hold(work, county_code, wanted)) < len(wanted):
        raise NotFound


async def lock_and_watch(work: Work, county_code: str, ids: Collection[UUID]) -> None:
    """Before a change of these households: locks them, then records their content. NotFound as above."""
    await lock(work, county_code, ids)
    await audit.watch_all(work, "household", ids)
