"""Typed calls of sql/queries/audit.sql."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from registry.audit import model
from registry.audit.model import OUTSIDE, EventRow, Image
from registry.kernel.db.statements import Queries
from registry.kernel.errors import NotFound
from registry.kernel.work import Work

q = Queries("audit")
CHUNK: Final = 500
"""Records whose images are loaded at once: searching through their ids stays short whatever the plan."""
_outside: Final = sorted(OUTSIDE)
IMAGES: Final = {
    kind: Queries(feature)(f"image_{kind}", Sequence[str], Sequence[str]).by(
        Image, lambda image: image.record_id
    )
    for kind, feature in model.IMAGES.items()
}
_add_events = q("add_events", str, Sequence[str], Sequence[UUID]).run()


async def images(work: Work, kind: str, ids: Sequence[str]) -> dict[str, Image]:
    """The current content of these records of one kind, by id; without those outside the scope."""
    return await IMAGES[kind](work, ids, _outside)


async def add(work: Work, events: Sequence[EventRow]) -> None:
    """Stores events; RuntimeError if their actor is not who entered."""
    counties, ids = [event.county_code for event in events], [event.audit_event_id for event in events]
    try:
        await _add_events(work, _json(events), counties, ids)
    except NotFound as refused:
        raise RuntimeError("the actor of an audit event is whoever entered the transaction") from refused


def _json(events: Sequence[EventRow]) -> str:
    return msgspec.json.encode([_columns(event) for event in events]).decode()


def _columns(event: EventRow) -> dict[str, object]:
    return {**msgspec.structs.asdict(event), "leaf_hash": f"\\x{event.leaf_hash.hex()}"}
