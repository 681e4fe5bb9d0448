"""The audit trail: the content of an event, the kinds of record, and what is never recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import msgspec

from registry.kernel.db import sql

NO_DIVISION: Final = "000000000000"
PATHS: Final = 200
"""How many changed values an event lists one by one; under REST only the number of the others is kept."""
REST: Final = "…"

Changes: TypeAlias = dict[str, list[str | None]]
"""By path ("members/<id>/relation"): the value before and after, as text; None: absent."""

_IMAGE: Final = "image_"
IMAGES: Final[Mapping[str, str]] = {
    name.removeprefix(_IMAGE): feature
    for feature in ("audit", *sorted(sql.features() - {"audit"}))
    for name in sql.queries(feature)
    if name.startswith(_IMAGE)
}
"""The records whose changes are compared, called after their tables, and the file of statements that has the
image: audit.sql or the feature's own."""
KINDS: Final = tuple(IMAGES)
SELF_AUDITED: Final[tuple[str, ...]] = ("person_identifier", "organization_contact", "consent")
"""Records of personal data: their services write the events themselves, a changed number under an equal
mask and every reveal included. An event about a person's numbers has the person's id."""

OUTSIDE: Final[frozenset[str]] = frozenset(
    {
        "county_code", "village_code", "version", "source", "import_batch_id", "created_at", "created_by",
        "updated_at", "updated_by", "recorded_at", "superseded_at", "search_key",
    }
)  # fmt: skip
"""Columns that are no content of a record: where and how it is kept."""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a record and its parts at one moment; image: JSON, decoded only to be compared."""

    record_id: str
    county_code: str
    division_code: str
    image: str


class RecordChange(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to one of many records; changes: masked."""

    record_id: str
    county_code: str
    division_code: str
    changes: Changes


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to one record, without its hash."""

    audit_event_id: UUID
    county_code: str
    division_code: str
    at: datetime
    actor: str
    role: str
    operation: str
    source: str
    record_kind: str
    record_id: str
    reason: str | None
    changes: Changes
    trace_id: str
    address: str


class EventRow(Event, frozen=True, kw_only=True):
    """An event as stored. `leaf_hash` is over all the other fields."""

    leaf_hash: bytes = b""
