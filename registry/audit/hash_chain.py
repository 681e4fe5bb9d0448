"""The hash of an event and the chain over the events of a county. Pure; the only place that hashes events."""

import hashlib
from datetime import UTC
from typing import Final

import msgspec

from registry.audit.model import EventRow

FIRST: Final = bytes(32)
"""What the first event of a county is chained to."""


def leaf(event: EventRow) -> bytes:
    """SHA-256 over the event's columns as JSON with sorted keys, the time in UTC; the hash itself apart."""
    columns = msgspec.structs.asdict(event)
    del columns["leaf_hash"]
    columns["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(msgspec.json.encode(columns, order="deterministic")).digest()


def hashed(event: EventRow) -> EventRow:
    """The event with its leaf hash."""
    return msgspec.structs.replace(event, leaf_hash=leaf(event))


def chain(before: bytes, leaf_hash: bytes) -> bytes:
    """The chain's hash with one event more."""
    return hashlib.sha256(before + leaf_hash).digest()
