"""How the trail is asked and answered. Stored: `model.py`."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from registry.audit.model import Event
from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import Role
from registry.kernel.work import CHINA

RecordKind: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z_]{0,39}$",
        title="记录类型",
        examples=["household"],
        extra={"say": "记录类型只含小写字母和下划线", "say_en": "a kind is small letters and underscores"},
    ),
]
RecordId: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=200, title="记录编号", examples=["chili_dried/first"])
]
Actor: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, title="操作人", examples=["clerk1"])]
Operation: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=100, title="操作", examples=["change_household"])
]
FirstDay: TypeAlias = Annotated[date, Meta(title="起始日期")]
LastDay: TypeAlias = Annotated[date, Meta(title="截止日期")]
SEARCHERS: Final[tuple[Role, ...]] = ("auditor", "clerk", "county", "admin")
"""Who searches the trail; an administrator sees what belongs to no place, and nothing else."""
BETWEEN: Final = "~"
"""Separates the parts of a record id in a URL ("/" in the trail)."""


class EventOut(Event, frozen=True, kw_only=True):
    """What was done to one record: by whom, in which role, and each changed value before and after, masked.

    division_code: of the record; twelve zeros for what belongs to no place. leaf_hash: over the rest, in hex.
    """

    leaf_hash: str


class EventFilter(Struct, frozen=True, kw_only=True):
    """Everything given narrows. Codes and days include both ends; after: the last event already seen."""

    record_kind: str | None = None
    record_id: str | None = None
    actor: str | None = None
    operation: str | None = None
    division: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    after: UUID | None = None
    limit: int

    @property
    def codes(self) -> tuple[str | None, str | None]:
        """The range of division codes; (None, None) for all."""
        if self.division is None:
            return None, None
        subtree = Scope.of_division(self.division)
        return subtree.first, subtree.last

    @property
    def moments(self) -> tuple[datetime | None, datetime | None]:
        """From the start of the first day until the end of the last, in Chinese time; the end excluded."""
        start = _midnight(self.first_day) if self.first_day else None
        end = _midnight(self.last_day + timedelta(days=1)) if self.last_day else None
        return start, end


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)
