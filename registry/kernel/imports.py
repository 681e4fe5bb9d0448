"""A kind of table that can be imported: the row each line becomes, names of its columns, who imports it.

A feature states its kinds in `feature.py`; registry/exchange reads the sheets.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from registry.kernel.batch import Outcome
from registry.kernel.http.callers import Role

KindName: TypeAlias = Literal[
    "divisions",
    "organizations",
    "households",
    "memberships",
    "deliveries",
    "reference-returns",
    "market-prices",
]
ImportRows: TypeAlias = Callable[..., Awaitable[list[Outcome]]]
"""import_rows(work, rows, dry_run): one Outcome per row, pointers relative to the row."""

VILLAGE_NAME: Final = "village"
"""A column with the village's name instead of its code, read before the row."""
VILLAGE: Final = {
    "village_code": ("村编码", "行政村代码", "村级代码", "village code", "division_code"),
    VILLAGE_NAME: ("村", "村名", "行政村", "村委会", "村（社区）名称", "所在村", "village name"),
}
HOUSEHOLD: Final = {
    "number": ("户编号", "农户编号", "农户号", "户编码", "household_number", "household number"),
    "head_name": ("户主", "姓名", "农户", "农户姓名", "户主名", "name", "household_name", "head name"),
}
PLACE: Final = {"division_code": ("区划代码", "行政区划代码", "地区代码", "division", "code")}


class ImportKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of table. `place`: the field that holds the row's division, "" for rows without one; `roles`:
    whose it is (domain.md 2); `names`: further headings of its columns."""

    name: KindName
    roles: tuple[Role, ...]
    row: type[msgspec.Struct]
    import_rows: ImportRows
    place: str = ""
    names: Mapping[str, Sequence[str]] = {}

    def default_place(self, division: str | None) -> str | None:
        """The place of rows that name none: the division given, where rows may have such a place."""
        if not self.place:
            return None
        is_village = division is not None and not division.endswith("000")
        return division if is_village or self.place == "division_code" else None
