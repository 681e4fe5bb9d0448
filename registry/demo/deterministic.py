"""Makes the demo reproducible: ids, choices and moments derived from names alone."""

from datetime import date, datetime, time
from functools import cache
from hashlib import blake2b
from typing import Final, TypedDict
from uuid import UUID

from registry.kernel.types import CREDIT_ALPHABET, credit_code_ok
from registry.kernel.work import CHINA

ACTOR: Final = "demo"
REGION: Final = "421303"


class CreatedColumns(TypedDict):
    """The common columns of a row that was entered on a day and never changed."""

    source: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class Place(TypedDict):
    """The columns every row of a village carries."""

    county_code: str
    village_code: str


@cache
def at(day: date) -> datetime:
    """Ten in the morning of that day, Chinese time."""
    return datetime.combine(day, time(10), CHINA)


def created_on(day: date, source: str = "page") -> CreatedColumns:
    """Entered on that day by the demo."""
    moment = at(day)
    return CreatedColumns(
        source=source, created_at=moment, created_by=ACTOR, updated_at=moment, updated_by=ACTOR
    )


def fixed_id(day: date, *name: str) -> UUID:
    """The id of a thing by its name: a uuid of version 7 for that day, so that lists are in order of time."""
    digest = _digest(name)
    low, high = digest & (1 << 62) - 1, digest >> 62 & 0xFFF
    return UUID(int=_stamp(day) | high << 64 | low)


@cache
def _stamp(day: date) -> int:
    return int(at(day).timestamp()) * 1000 << 80 | 7 << 76 | 2 << 62


def draw(low: int, high: int, *name: str) -> int:
    """A whole number from `low` to `high` that belongs to this name."""
    return low + _digest(name) % (high - low + 1)


def chance(per_mille: int, *name: str) -> bool:
    """True for about `per_mille` of a thousand names."""
    return _digest(name) % 1000 < per_mille


def credit_code(prefix: str, number: int) -> str:
    """A fictional credit code of a kind (91, 93, N2 …) with its right check character (GB 32100-2015)."""
    body = f"{prefix}{REGION}MA49{number:05d}"
    return next(body + last for last in CREDIT_ALPHABET if credit_code_ok(body + last))


def _digest(name: tuple[str, ...]) -> int:
    return int.from_bytes(blake2b("\x1f".join(name).encode(), digest_size=10).digest())
