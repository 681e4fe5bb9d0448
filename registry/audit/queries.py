"""Typed calls of sql/queries/audit.sql."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from registry.audit.model import OUTSIDE, EventRow, Image
from registry.kernel.db import sql
from registry.kernel.db.translate import translated
from registry.kernel.errors import NotFound
from registry.kernel.work import Work

Q = sql.queries("audit")
CHUNK: Final = 500
"""Records whose images are loaded at once: searching through their ids stays short whatever the plan."""
IMAGES: Final[Mapping[str, str]] = {
    "household": Q["image_household"],
    "contract": Q["image_contract"],
    "delivery": Q["image_delivery"],
    "entry": Q["image_entry"],
    "cost_record": Q["image_cost_record"],
    "own_sale": Q["image_own_sale"],
    "cost_completion": Q["image_cost_completion"],
    "membership": Q["image_membership"],
    "parcel": Q["image_parcel"],
    "framework": Q["image_framework"],
    "organization": Q["image_organization"],
    "ownership": Q["image_ownership"],
    "season": Q["image_season"],
    "market_price": Q["image_market_price"],
    "reference_return": Q["image_reference_return"],
    "import_batch": Q["image_import_batch"],
    "division_statistic": Q["image_division_statistic"],
    "price_index": Q["image_price_index"],
    "planted_area": Q["image_planted_area"],
    "crop": Q["image_crop"],
    "product": Q["image_product"],
    "grade": Q["image_grade"],
    "tag": Q["image_tag"],
    "labour_day_price": Q["image_labour_day_price"],
    "division": Q["image_division"],
    "area": Q["image_area"],
}
_outside: Final = sorted(OUTSIDE)


async def images(work: Work, kind: str, ids: Sequence[str]) -> dict[str, Image]:
    """The current content of these records of one kind, by id; without those outside the scope."""
    with translated():
        found = await work.conn.fetch(IMAGES[kind], list(ids), _outside)
    return {row["record_id"]: msgspec.convert(dict(row), Image) for row in found}


async def add(work: Work, events: Sequence[EventRow]) -> None:
    """Stores events; RuntimeError if their actor is not who entered."""
    counties, ids = [event.county_code for event in events], [event.audit_event_id for event in events]
    try:
        with translated():
            await work.conn.execute(Q["add_events"], _json(events), counties, ids)
    except NotFound as refused:
        raise RuntimeError("the actor of an audit event is whoever entered the transaction") from refused


def _json(events: Sequence[EventRow]) -> str:
    return msgspec.json.encode([_columns(event) for event in events]).decode()


def _columns(event: EventRow) -> dict[str, object]:
    return {**msgspec.structs.asdict(event), "leaf_hash": f"\\x{event.leaf_hash.hex()}"}
