"""Step 3 as typed: ticked rows, shared values, a pasted block; and what each line is to be once they are put
together. Writing it is `page_sync.py`."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.contracts.annex_inputs import Area, BaseYear, Compared, Planned
from registry.contracts.inputs import Number
from registry.contracts.model import Method, ParticipantRow
from registry.contracts.page_paste import Pasted
from registry.contracts.prices import Unit
from registry.kernel import money
from registry.kernel.errors import Mistake
from registry.kernel.findings import Override
from registry.kernel.text.normalise import several
from registry.kernel.types import POSITIVE, Kg, Reason, RowNumber, ShortText, Version

IDLE: Final = "闲置"
_IDLE_WORDS: Final = frozenset({"闲置", "撂荒", "空闲", "抛荒", "荒地", "无"})
Displaced: TypeAlias = Annotated[ShortText, Meta(title="原来种什么")]
PastedText: TypeAlias = Annotated[str, Meta(max_length=200_000, title="粘贴的名单", extra={"lines": True})]


class RowForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household of the page."""

    row: RowNumber
    household_id: Annotated[UUID, Meta(title="农户")]
    chosen: bool = False
    area_mu: Area | None = None
    planned_kg: Planned | None = None
    method: Compared | None = None
    displaced: Displaced | None = None

    @property
    def at(self) -> str:
        return f"/rows/{self.row}"

    def stray(self) -> Iterator[Mistake]:
        """Figures of a household that is not ticked: which of the two is meant?"""
        if not self.chosen and (self.area_mu is not None or self.planned_kg is not None):
            yield Mistake(
                f"{self.at}/chosen", "annex.not_chosen", "这一户填了面积或计划，但没有打勾：请打勾，或清空"
            )


class OverrideForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A warning as it was shown, with its own reason or none."""

    code: str
    pointer: str = ""
    reason: Reason | None = None


def overrides(forms: Sequence[OverrideForm], same: str | None) -> list[Override]:
    """The answered warnings; `same` is the reason of all that have none of their own."""
    return [
        Override(code=one.code, pointer=one.pointer, reason=reason)
        for one in forms
        if (reason := one.reason or same) is not None
    ]


class AnnexForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The third step: rows of one component, and the shared values used where a row is empty."""

    version: Version | None = None
    component: Annotated[Number, Meta(title="价款")]
    rows: Annotated[list[RowForm], Meta(max_length=200, title="农户")] = []
    method: Compared | None = None
    displaced: Displaced | None = None
    per_mu: Annotated[Kg, POSITIVE, Meta(title="计划亩产")] | None = None
    base_year: BaseYear | None = None
    seasons: Annotated[list[UUID], Meta(max_length=20, title="产季")] = []
    paste: PastedText | None = None
    paste_unit: Unit = "kg"
    overrides: Annotated[list[OverrideForm], Meta(max_length=2000)] = []
    same_reason: Annotated[Reason, Meta(title="理由")] | None = None


class WantedLine(Struct, frozen=True, kw_only=True):
    """A line as wanted. `crops` None: land was left out; (): idle; `clear`: no land.
    `line`: of the block."""

    at: str
    household_id: UUID
    area_mu: Decimal | None
    planned_kg: Decimal | None
    method: Method | None
    base_year: int | None = None
    crops: tuple[str, ...] | None = None
    clear: bool = False
    line: int | None = None


class Crops:
    """Crops by name or code; `names`: by code."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def codes(self, text: str, at: str) -> tuple[str, ...] | Mistake:
        """ "小麦、中籼稻" → their codes, 闲置 → (); a Mistake for what is no crop."""
        words = [word for part in several(text.replace("+", "、")) for word in part.split()]
        if all(word in _IDLE_WORDS for word in words):
            return ()
        found: list[str] = []
        for word in words:
            meant = [code for code, name in self.names.items() if word in (code, name)]
            meant = meant or [code for code, name in self.names.items() if word in name]
            if len(meant) != 1:
                return Mistake(at, "crop.unknown", self._say(word, meant))
            found += meant
        return tuple(dict.fromkeys(found))

    def _say(self, word: str, meant: Sequence[str]) -> str:
        if not meant:
            return f"没有“{word}”这种作物，请从候选里选；原来没种的请填“闲置”"
        return f"“{word}”可能是{'、'.join(self.names[code] for code in meant)}，请写全名称"

    def text(self, row: ParticipantRow) -> str:
        """What a stored line would have carried, in words."""
        if not row.land_uses:
            return ""
        codes = dict.fromkeys(code for use in row.land_uses for code in use.displaced_crops)
        return "、".join(self.names.get(code, code) for code in codes) or IDLE


class Filling:
    """Combines the row's own values with the shared ones."""

    def __init__(self, form: AnnexForm, crops: Crops) -> None:
        self.form = form
        self.crops = crops
        self.mistakes: list[Mistake] = []
        self.shared = self._crops(form.displaced, "/displaced") if form.displaced else None

    def ticked(self, row: RowForm) -> WantedLine:
        """An empty cell takes the shared value; without one it is empty."""
        own = self._crops(row.displaced, f"{row.at}/displaced") if row.displaced else None
        return self._wanted(
            WantedLine(
                at=row.at,
                household_id=row.household_id,
                area_mu=row.area_mu,
                planned_kg=row.planned_kg,
                method=row.method or self.form.method,
                crops=own,
                clear=row.displaced is None,
            )
        )

    def pasted(self, one: Pasted, household_id: UUID, stored: ParticipantRow | None) -> WantedLine:
        """Values missing in the block stay as stored."""
        return self._wanted(
            WantedLine(
                at=one.at,
                household_id=household_id,
                area_mu=one.area_mu or (stored.area_mu if stored else None),
                planned_kg=one.planned or (stored.planned_kg if stored else None),
                method=one.method or (stored.method if stored else None) or self.form.method,
                crops=self._crops(one.displaced, one.at) if one.displaced else None,
                line=one.line,
            )
        )

    def _wanted(self, given: WantedLine) -> WantedLine:
        """The line with the shared values where it has none."""
        planned, crops = given.planned_kg, given.crops
        if planned is None and given.area_mu is not None and self.form.per_mu is not None:
            planned = money.kg(given.area_mu * self.form.per_mu)
        if crops is None and given.method == "replaced_crop":
            crops = self.shared
        year = self.form.base_year if given.method == "own_history" else None
        return replace(
            given, planned_kg=planned, crops=crops, base_year=year, clear=given.clear and crops is None
        )

    def _crops(self, text: str, at: str) -> tuple[str, ...] | None:
        found = self.crops.codes(text, at)
        if isinstance(found, Mistake):
            self.mistakes.append(found)
            return None
        return found


def typed(rows: Mapping[int, ParticipantRow], crops: Crops) -> dict[str, str]:
    """Stored lines as the values of the form, by the number of their row."""
    values: dict[str, str] = {}
    for number, row in rows.items():
        at = f"rows-{number}"
        values[f"{at}-chosen"] = "true"
        values[f"{at}-area_mu"] = "" if row.area_mu is None else str(row.area_mu)
        values[f"{at}-planned_kg"] = "" if row.planned_kg is None else str(row.planned_kg)
        values[f"{at}-method"] = row.method or ""
        values[f"{at}-displaced"] = crops.text(row)
    return values
