"""Which column of a sheet is which field: by the field's name, its Chinese title, or another common name."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from registry.exchange.model import RowFault
from registry.exchange.sheets import HEADER_WITHIN, BadSheet, Line, Sheet

_UNIT: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_NOISE: Final = re.compile(r"[\s_\-*＊:：·.。]")


class BoundSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet whose columns are known. `fields`: the field of each column, None for one that is not read."""

    header: Line
    fields: tuple[str | None, ...]
    lines: tuple[Line, ...]

    @property
    def ignored(self) -> list[str]:
        """The headings of the columns that are not read."""
        pairs = zip(self.header.cells, self.fields, strict=True)
        return [heading.strip() for heading, field in pairs if field is None and heading.strip()]

    def place(self, fault: RowFault) -> tuple[int, int]:
        """Where a fault stands in the sheet: its line, then its column; what concerns the row comes first."""
        return fault.line, self.fields.index(fault.field) if fault.field in self.fields else -1

    def heading(self, field: str) -> str:
        """What the sheet itself calls a field; "" if it has no such column."""
        return self.header.cells[self.fields.index(field)].strip() if field in self.fields else ""


def normalised(heading: str) -> str:
    """A heading as it is compared: half width, without unit in brackets, blanks, marks, capitals."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return _NOISE.sub("", _UNIT.sub("", text))


@cache
def titles(row: type[msgspec.Struct]) -> Mapping[str, str]:
    """Chinese title of each field of a row type."""
    info: Any = inspect.type_info(row)
    return {field.name: _title(field.type) for field in info.fields}


def required(row: type[msgspec.Struct]) -> list[str]:
    """The fields every row must have."""
    return [field.name for field in msgspec.structs.fields(row) if field.required]


def _title(kind: Any) -> str:
    if isinstance(kind, inspect.UnionType):
        return next((found for one in kind.types if (found := _title(one))), "")
    if not isinstance(kind, inspect.Metadata):
        return ""
    return str((kind.extra_json_schema or {}).get("title", "")) or _title(kind.type)


def bind(
    sheet: Sheet, row: type[msgspec.Struct], names: Mapping[str, Sequence[str]], given: Sequence[str]
) -> BoundSheet:
    """Finds the header among the first lines: the one with most known names. `names`: further names of
    fields; `given`: fields that need no column. BadSheet if one is missing or a field has two columns."""
    known = _known(row, names)
    tops = sheet.lines[:HEADER_WITHIN]
    best = max(range(len(tops)), key=lambda i: (len({*_matched(tops[i], known)} - {None}), -i))
    header = tops[best]
    fields = _matched(header, known)
    twice = sorted({field for field in fields if field and fields.count(field) > 1})
    missing = [field for field in required(row) if field not in fields and field not in given]
    if len(missing) == len(required(row)) and not any(fields):
        raise BadSheet(f"没有找到表头。第一行应写列名，例如：{'、'.join(_headings(row, required(row)))}。")
    faults = [f"缺少“{name}”列" for name in _headings(row, missing)]
    faults += [f"“{name}”有两列，请只留一列" for name in _headings(row, twice)]
    if faults:
        raise BadSheet(f"表头（第 {header.number} 行）{'；'.join(faults)}。")
    return BoundSheet(header=header, fields=tuple(fields), lines=sheet.lines[best + 1 :])


def _known(row: type[msgspec.Struct], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    known = {normalised(name): field for field, many in names.items() for name in many}
    for field, title in titles(row).items():
        known |= {normalised(field): field} | ({normalised(title): field} if title else {})
    return known


def _matched(line: Line, known: Mapping[str, str]) -> list[str | None]:
    return [known.get(normalised(cell)) for cell in line.cells]


def _headings(row: type[msgspec.Struct], fields: Sequence[str]) -> list[str]:
    return [titles(row).get(field) or field for field in fields]
