"""Finds the household of a number or a name. People of the same name are never merged: an ambiguous name is
answered with the numbers to choose from. Pure; loading the candidates is service.py."""

from collections.abc import Iterable, Sequence
from datetime import date

from registry.households.model import Candidate, HouseholdReference, clean_name
from registry.kernel.errors import Mistake


class Directory:
    """The candidates of several villages by number and by name."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.by_number: dict[tuple[str, str], Candidate] = {}
        self.heads: dict[tuple[str, str], list[Candidate]] = {}
        self.members: dict[tuple[str, str], list[Candidate]] = {}
        for one in candidates:
            self.by_number[one.village_code, one.number] = one
            if one.head_name:
                self.heads.setdefault((one.village_code, clean_name(one.head_name)), []).append(one)
            for name in {clean_name(name) for name in one.names}:
                self.members.setdefault((one.village_code, name), []).append(one)

    def pick(self, sought: HouseholdReference, day: date) -> Candidate | Mistake:
        """The only matching household that exists on the day, else a Mistake that says how to distinguish
        them."""
        name = clean_name(sought.name) if sought.name else None
        if sought.number is not None:
            return self._numbered(sought.village_code, sought.number, name, day)
        if name is None:
            return Mistake("/number", "required", "请填户号或户主姓名")
        return self._named(sought.village_code, name, day)

    def _numbered(self, village: str, number: str, name: str | None, day: date) -> Candidate | Mistake:
        found = self.by_number.get((village, number))
        if found is None:
            return Mistake(
                "/number", "household.unknown", f"本村没有户号 {number} 的农户，请核对户号或先登记农户"
            )
        if name is not None and name not in {clean_name(n) for n in (*found.names, found.head_name or "")}:
            head = found.head_name or "（未登记）"
            reason = f"户号 {number} 登记的户主是{head}，与“{name}”不符，请核对户号和姓名"
            return Mistake("/name", "household.other_name", reason)
        return _ended(found, day) or found

    def _named(self, village: str, name: str, day: date) -> Candidate | Mistake:
        found = self.heads.get((village, name)) or self.members.get((village, name)) or []
        standing = [one for one in found if not _ended(one, day)]
        if len(standing) > 1:
            return ambiguous(name, standing)
        if standing:
            return standing[0]
        if found:
            return _ended(found[0], day) or found[0]
        return Mistake("/name", "household.unknown", f"本村没有叫“{name}”的农户，请核对姓名或先登记农户")


def ambiguous(name: str, candidates: Sequence[Candidate], pointer: str = "/name") -> Mistake:
    """Several households answer to one name: all their numbers."""
    numbers = "、".join(one.number for one in candidates)
    reason = f"本村有 {len(candidates)} 户叫“{name}”（户号 {numbers}），请填写户号以免认错"
    return Mistake(pointer, "household.ambiguous", reason)


def _ended(found: Candidate, day: date) -> Mistake | None:
    if found.valid_to is None or found.valid_to >= day:
        return None
    return Mistake(
        "/number", "household.ended", f"户号 {found.number} 已于 {found.valid_to} 销户或迁出，请核对"
    )
