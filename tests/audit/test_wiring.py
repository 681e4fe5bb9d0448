"""Every operation that writes tells the trail exactly what it changed; one without a write here fails."""

from uuid import UUID

import msgspec
import pytest

from registry.kernel.work import Work
from tests import factories
from tests.audit import (
    writes_access,
    writes_annexes,
    writes_contracts,
    writes_facts,
    writes_households,
    writes_land,
    writes_people,
    writes_registers,
    writes_shared,
)
from tests.audit.calls import WRITES, Told, operations
from tests.contracts.browse import Page
from tests.contracts.desk import Desk

OPERATIONS = operations()
MODULES = (
    writes_access,
    writes_annexes,
    writes_contracts,
    writes_facts,
    writes_households,
    writes_land,
    writes_people,
    writes_registers,
    writes_shared,
)
EARLIER = "select audit_event_id from audit_event"
EVENTS = """
    select record_kind, record_id, operation, actor, role, changes::text from audit_event
    where audit_event_id <> all($1::uuid[])
"""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the trail."""

    record_kind: str
    record_id: str
    operation: str
    actor: str
    role: str
    changes: dict[str, list[str | None]]


@pytest.fixture
async def desk(work: Work, client: object) -> Desk:
    return Desk(work=work, client=client, world=await factories.world(work))  # type: ignore[arg-type]


async def trail(work: Work, earlier: list[UUID]) -> list[Event]:
    rows = [dict(row) for row in await work.conn.fetch(EVENTS, earlier)]
    return [msgspec.convert({**row, "changes": msgspec.json.decode(row["changes"])}, Event) for row in rows]


def test_nothing_is_written_here_that_is_no_operation() -> None:
    assert WRITES.keys() <= OPERATIONS.keys()


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
async def test_a_write_tells_what_it_changed(desk: Desk, operation: str) -> None:
    assert operation in WRITES, "writes, but no test shows what the trail tells of it: add a write"
    call = await WRITES[operation](desk)
    earlier = [row["audit_event_id"] for row in await desk.work.conn.fetch(EARLIER)]
    answer = await call.send()
    status, text = (
        (answer.status, answer.plain) if isinstance(answer, Page) else (answer.status_code, answer.text)
    )
    assert status < 400, text[:400]
    found = await trail(desk.work, earlier)
    is_json = not isinstance(answer, Page) and answer.headers.get("content-type", "").startswith(
        "application/json"
    )
    expected = list(call.told(answer.json() if is_json else answer))  # type: ignore[union-attr]
    assert sorted((one.record_kind, one.record_id) for one in found) == sorted(
        (one.kind, one.record_id) for one in expected
    )
    for event in found:
        whole(event, OPERATIONS[operation])
    for told in expected:
        assert any(agree(event, told) for event in found), f"{told} is not in {found}"


def whole(event: Event, operation: str) -> None:
    """Who, by what; and values of which each changed."""
    assert (event.operation, event.actor) == (operation, "local")
    assert event.role in ("clerk", "county", "admin")
    assert event.changes
    assert all(before != after for before, after in event.changes.values())


def agree(event: Event, told: Told) -> bool:
    """Whether this is the event, with the values that had to change; of a new record nothing stood before."""
    same = (event.record_kind, event.record_id) == (told.kind, told.record_id)
    new = not told.made or all(before is None for before, _ in event.changes.values())
    return bool(told.changes) and same and new and event.changes.items() >= told.changes.items()
