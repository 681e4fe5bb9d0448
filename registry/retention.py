"""`registry retention`: removes what is past its time: numbers of persons who left, stored answers, sessions,
windows of limits. Whom a duty keeps is households/erasure.py's."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import click
import msgspec

from registry.access import limits
from registry.households import erasure
from registry.households.erasure import Leaver
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Connect, Connected, Database, Identity, Scope
from registry.kernel.http.callers import ANONYMOUS
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import Act, system_act

q = Queries("erasure")
YEARS: Final = 3
"""How long numbers of a person are kept after it left, where no contract keeps them."""
MACHINERY: Final = timedelta(days=90)
"""How long answers under idempotency keys and ended sessions are kept."""
REASON: Final = "保留期满"
BATCH: Final = 200


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    actor: str


class Expired(msgspec.Struct, kw_only=True):
    """What is past its time. leavers: whose numbers; the others are counts of rows removed."""

    leavers: list[Leaver]
    answers: int = 0
    sessions: int = 0


def command(connect: Connect) -> click.Command:
    """The command; `connect` gives settings with a database that answers, for as long as it is entered."""

    @click.command("retention")
    @click.option("--apply", is_flag=True, help="Remove it; without this it is only listed.")
    @click.option(
        "--years",
        type=click.IntRange(1, 100),
        default=YEARS,
        show_default=True,
        help="Years after leaving.",
    )
    def retention(years: int, *, apply: bool) -> None:
        """List ID, phone and bank numbers of persons who left years ago and whom no contract keeps.

        With --apply they are removed, with an event each in the audit trail; so are stored answers and ended
        sessions older than 90 days. Run it once a month.
        """
        with connect() as connected:
            found = asyncio.run(_run(connected, years, apply=apply))
        for one in found.leavers:
            kinds = ", ".join(one.kinds) or "consents"
            click.echo(f"{one.village_code} household {one.number} person {one.person_id}: {kinds}")
        done = "removed" if apply else "to be removed with --apply"
        click.echo(f"{len(found.leavers)} person(s) with numbers {done}")
        if apply:
            click.echo(f"{found.answers} stored answer(s) and {found.sessions} session(s) removed")

    return retention


async def _run(connected: Connected, years: int, *, apply: bool) -> Expired:
    async with connected.database() as database:
        return await sweep(database, datetime.now(UTC), years=years, apply=apply)


_expire_sessions = q("expire_sessions", datetime).run()


async def sweep(database: Database, now: datetime, *, years: int = YEARS, apply: bool) -> Expired:
    """What is past its time; with `apply` it is removed, batch by batch."""
    found = Expired(leavers=[])
    act = Act(actor=LOCAL_OPERATOR.actor, now=now, source="system", operation="retention")
    last = None
    while True:
        async with database.writer(LOCAL_OPERATOR, act) as work:
            some = await erasure.left_with_numbers(work, act.today, years=years, after=last, limit=BATCH)
            if apply:
                await erasure.forget(work, some, REASON)
        found.leavers += some
        if len(some) < BATCH:
            break
        last = some[-1].person_id
    if apply:
        found.answers = await _answers(database, now)
        async with database.short() as work:
            found.sessions = await _expire_sessions(work, now - MACHINERY)
            await limits.sweep(work, now)
    return found


_actors = q("actors").many(Actor)
_expire_answers = q("expire_answers", datetime).run()


async def _answers(database: Database, now: datetime) -> int:
    """Each user's answers are seen and removed as that user only: the policy makes no exception."""
    async with database.short() as work:
        known = await _actors(work)
    removed = 0
    for name in {LOCAL_OPERATOR.actor, ANONYMOUS.actor, *(one.actor for one in known)}:
        own = Identity(actor=name, read=Scope.EMPTY, write=Scope.EMPTY)
        async with database.writer(own, system_act(now, "retention", name)) as work:
            removed += await _expire_answers(work, now - MACHINERY)
    return removed
