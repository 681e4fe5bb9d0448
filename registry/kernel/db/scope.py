"""Who acts, and which rows it may see and write."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import msgspec


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Ranges of village codes, disjoint and in order, and the counties they lie in (None: not known which).

    As an argument of a statement it is its counties, first codes and last codes.
    """

    counties: Sequence[str] | None
    firsts: Sequence[str]
    lasts: Sequence[str]

    @property
    def within_counties(self) -> bool:
        """Whether it is made of villages and townships only: then a list may ask each village in turn."""
        whole = any(last == f"{first[:6]}999999" for first, last in zip(self.firsts, self.lasts, strict=True))
        return bool(self.firsts) and self.counties is not None and not whole


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What may be seen or written: one range of division codes, further villages, a partner's contracts."""

    first: str = ""
    last: str = ""
    villages: tuple[str, ...] = ()
    contracts: tuple[UUID, ...] = ()

    ALL: ClassVar["Scope"]
    EMPTY: ClassVar["Scope"]

    @classmethod
    def of_division(cls, code: str) -> "Scope":
        """Everything under a 12-digit division code; its level follows from the zeros at its end."""
        levels = (2, 4, 6, 9)
        digits = next((n for n in levels if not code[n:].strip("0")), 12)
        return cls(first=code, last=code[:digits].ljust(12, "9"))

    def covers(self, village_code: str) -> bool:
        """Whether a village's rows lie in this scope (a partner's contracts apart)."""
        inside = bool(self.first) and self.first <= village_code <= self.last
        return inside or village_code in self.villages

    def holds(self, first: str, last: str) -> bool:
        """Whether the subtree first..last lies wholly in this scope. Of an area every code is listed: a
        subtree is in it if its own code is."""
        inside = bool(self.first) and self.first <= first and last <= self.last
        return inside or first in self.villages

    @property
    def reach(self) -> Reach:
        """The codes of its villages: how statements are narrowed to it. A partner's is empty."""
        listed = [(code, code) for code in sorted(set(self.villages)) if not self.first <= code <= self.last]
        ranges = sorted([*listed, *([(self.first, self.last)] if self.first else [])])
        firsts, lasts = [first for first, _ in ranges], [last for _, last in ranges]
        known = all(first[:6] == last[:6] for first, last in ranges)
        return Reach(
            counties=sorted({code[:6] for code in firsts}) if known else None, firsts=firsts, lasts=lasts
        )

    def text(self) -> str:
        """The form enter() reads: "first-last|village,village|contract,contract"."""
        if not all(code.isdecimal() for code in (self.first, self.last, *self.villages) if code):
            raise ValueError("a scope holds division codes only")
        return f"{self.first}-{self.last}|{','.join(self.villages)}|{','.join(map(str, self.contracts))}"


Scope.ALL = Scope(first="0" * 12, last="9" * 12)
Scope.EMPTY = Scope()


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, what it may read and what it may write."""

    actor: str
    read: Scope
    write: Scope
