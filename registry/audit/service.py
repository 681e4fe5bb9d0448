"""How services report the records they change; before the commit each changed record gets one event.

    await audit.watch(conn, act, "contract", contract_id)     # before the change
    audit.made(conn, act, "delivery", [row.delivery_id])      # after the insert
    await audit.event(conn, act, kind="session", record_id=…)  # anything but a change of a record

Reading the trail is `history.py`, sealing it `sealing.py`.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Protocol
from uuid import UUID

from registry.audit import differences, hash_chain, queries
from registry.audit.model import KINDS, NO_DIVISION, Changes, EventRow, Image, RecordChange
from registry.kernel.fill import fill
from registry.kernel.types import NO_COUNTY, new_id
from registry.kernel.work import Act, Audited, Work

RecordId = UUID | str


class VillageRow(Protocol):
    """A row of a village."""

    @property
    def county_code(self) -> str: ...
    @property
    def village_code(self) -> str: ...


def key(*parts: object) -> str:
    """The id of a record that is known by several columns: key(division_code, year)."""
    return "/".join(map(str, parts))


async def watch(work: Work, kind: str, record_id: RecordId) -> None:
    """To be called before a record changes: the event has its content before and at the commit.

    A record that does not exist yet counts as made; one that stays as it was leaves no event. KeyError for
    an unknown kind.
    """
    await watch_all(work, kind, [record_id])


async def watch_all(work: Work, kind: str, ids: Iterable[RecordId]) -> None:
    """`watch` for many records of one kind, with one statement."""
    _known(kind)
    audited = work.pending.audited
    new = [text for text in dict.fromkeys(map(str, ids)) if (kind, text) not in audited]
    if not new:
        return
    before = await queries.images(work, kind, new)
    for text in new:
        audited[kind, text] = Audited(act=work.act, before=before.get(text))


def created(work: Work, kind: str, ids: Iterable[RecordId]) -> None:
    """These records were created in this transaction. KeyError for an unknown kind."""
    _known(kind)
    audited = work.pending.audited
    for record_id in ids:
        audited.setdefault((kind, str(record_id)), Audited(act=work.act, before=None))


async def event(
    work: Work,
    *,
    kind: str,
    record_id: str,
    county_code: str = NO_COUNTY,
    division_code: str = NO_DIVISION,
    reason: str | None = None,
    changes: Changes | None = None,
) -> None:
    """Writes one event now, for what is no change of a record: a login, a reveal, a grant.

    division_code: of the record concerned; county_code its first six digits. changes: masked
    by the caller.
    """
    one = RecordChange(
        record_id=record_id, county_code=county_code, division_code=division_code, changes=changes or {}
    )
    await events(work, [one], kind=kind, reason=reason)


async def event_of(
    work: Work,
    row: VillageRow,
    *,
    kind: str,
    record_id: UUID,
    changes: Changes,
    reason: str | None = None,
) -> None:
    """`event` about a row of a village."""
    one = RecordChange(
        record_id=str(record_id),
        county_code=row.county_code,
        division_code=row.village_code,
        changes=changes,
    )
    await events(work, [one], kind=kind, reason=reason)


async def events(
    work: Work, record_changes: Sequence[RecordChange], *, kind: str, reason: str | None = None
) -> None:
    """`event` for many records of one kind, with one statement."""
    if record_changes:
        await queries.add(work, [_event(work.act, kind, one, one.changes, reason) for one in record_changes])


async def flush(work: Work, audited: dict[tuple[str, str], Audited]) -> None:
    """Compares the records watched or created with their current content and writes the events. app.py binds
    it to the kernel, which calls it once before the commit."""
    for kind in dict.fromkeys(kind for kind, _ in audited):
        of_kind = iter([(text, found) for (other, text), found in audited.items() if other == kind])
        while chunk := dict(islice(of_kind, queries.CHUNK)):
            await _write(work, kind, chunk)


async def _write(work: Work, kind: str, chunk: dict[str, Audited]) -> None:
    after = await queries.images(work, kind, list(chunk))
    events = [
        event
        for text, found in chunk.items()
        if (event := _changed(kind, found, after.get(text))) is not None
    ]
    if events:
        await queries.add(work, events)


def _changed(kind: str, audited: Audited, after: Image | None) -> EventRow | None:
    before: Image | None = audited.before
    place = after or before
    if place is None:
        return None  # made, and undone again before the commit
    found = differences.compared(before.image if before else None, after.image if after else None)
    return _event(audited.act, kind, place, found, None) if found else None


def _event(act: Act, kind: str, place: Image | RecordChange, found: Changes, reason: str | None) -> EventRow:
    return hash_chain.hashed(
        fill(
            EventRow,
            act,
            county_code=place.county_code,
            audit_event_id=new_id(),
            division_code=place.division_code,
            at=act.now,
            record_kind=kind,
            record_id=place.record_id,
            reason=reason,
            changes=found,
        )
    )


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise KeyError(f"no kind of record is called {kind!r}")
