"""A list of households pasted from a spreadsheet, read into lines. Pure: the household of a line is looked up
in `page_block.py`.

The columns are recognised by a heading line, or by their order: 户号或姓名, 面积, 计划交售, 原来种什么.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.contracts.annex_inputs import LINES, Area, Compared, HouseholdKey
from registry.kernel import money
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.forms import parsing
from registry.kernel.money import WeightUnit
from registry.kernel.text.normalise import half_width
from registry.kernel.types import Quantity, ShortText

_HEADINGS: Final[Sequence[tuple[str, str | None]]] = (
    ("证", None),
    ("电话", None),
    ("手机", None),
    ("账", None),
    ("卡", None),
    ("户号或姓名", "who"),
    ("户号", "number"),
    ("编号", "number"),
    ("姓名", "name"),
    ("户主", "name"),
    ("农户", "who"),
    ("面积", "area_mu"),
    ("亩数", "area_mu"),
    ("计划", "planned"),
    ("公斤", "planned"),
    ("产量", "planned"),
    ("斤", "planned"),
    ("原", "displaced"),
    ("作物", "displaced"),
    ("方法", "method"),
    ("对比", "method"),
)
_FIGURE = re.compile(r"[-+]?[0-9][0-9,.]*(亩|公斤|千克|kg|斤)?", re.IGNORECASE)
_JIN = re.compile(r"(?<!公)(?<!市)斤$")


class Pasted(Struct, frozen=True, kw_only=True):
    """A line of the block and its number there. `who`: a number or a name; weights in kg."""

    line: int
    who: HouseholdKey | None = None
    number: HouseholdKey | None = None
    name: HouseholdKey | None = None
    area_mu: Area | None = None
    planned: Annotated[Quantity, Meta(title="计划交售量")] | None = None
    displaced: Annotated[ShortText, Meta(title="原来种什么")] | None = None
    method: Compared | None = None

    @property
    def at(self) -> str:
        return f"/paste/{self.line}"


class Block(Struct, frozen=True, kw_only=True):
    """What could be read of a block."""

    lines: list[Pasted]
    mistakes: list[Mistake]


def read(text: str, unit: WeightUnit) -> Block:
    """The lines of a block; planned quantities are in `unit` unless heading or cell has 斤 or 公斤. Columns
    of ID cards, phones and accounts are never read."""
    rows = [(number, _cells(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    columns, weight = None, unit
    if rows and (columns := _headings(rows[0][1])):
        weight = _unit_of(rows[0][1], unit)
        rows = rows[1:]
    lines: list[Pasted] = []
    mistakes: list[Mistake] = []
    if len(rows) > LINES:
        mistakes.append(Mistake("/paste", "list.many", f"一次最多贴 {LINES} 行，请分几次"))
    for number, cells in rows[:LINES]:
        fields: dict[str, str] = {}
        for field, cell in _named(cells, columns):
            fields.setdefault(field, cell)
        try:
            lines.append(_line(number, fields, weight))
        except Invalid as error:
            mistakes += [block_mistake(number, one) for one in error.mistakes]
    return Block(lines=lines, mistakes=mistakes)


def block_mistake(line: int, mistake: Mistake) -> Mistake:
    """A mistake of a line, at the field of the whole block."""
    return Mistake("/paste", mistake.code, f"第 {line} 行：{mistake.message}")


def _cells(line: str) -> list[str]:
    """Cells by tabs, else by commas or wide gaps, else by single blanks."""
    for pattern in (r"\t", r"[,，;；]|\s{2,}|　", r"\s+"):
        cells = [cell.strip() for cell in re.split(pattern, line.strip("\r\n"))]
        if len(cells) > 1:
            return cells
    return [line.strip()]


def _headings(cells: Sequence[str]) -> list[str | None] | None:
    """What each column holds, if this line is a heading."""
    if any(_FIGURE.fullmatch(half_width(cell)) for cell in cells):
        return None
    found = [next((field for word, field in _HEADINGS if word in cell), None) for cell in cells]
    return found if {"who", "number", "name"} & {*found} and len({*found} - {None}) > 1 else None


def _unit_of(cells: Sequence[str], unit: WeightUnit) -> WeightUnit:
    for cell in cells:
        if "公斤" in cell or "千克" in cell:
            return "kg"
        if "斤" in cell:
            return "jin"
    return unit


def _named(cells: Sequence[str], columns: Sequence[str | None] | None) -> Iterator[tuple[str, str]]:
    """Fields and texts of a line."""
    if columns is not None:
        yield from ((field, cell) for field, cell in zip(columns, cells, strict=False) if field and cell)
        return
    rest = list(cells)
    first = rest.pop(0)
    if rest and rest[0] and not _FIGURE.fullmatch(half_width(rest[0])):
        yield "number", first
        yield "name", rest.pop(0)
    else:
        yield "who", first
    for field, cell in zip(("area_mu", "planned", "displaced", "method"), rest, strict=False):
        if cell:
            yield field, cell


def _line(number: int, fields: Mapping[str, str], unit: WeightUnit) -> Pasted:
    """Invalid with everything that cannot be read."""
    values: dict[str, object] = {"line": str(number), **fields}
    planned = fields.get("planned", "")
    own: WeightUnit = "jin" if _JIN.search(planned) else "kg" if re.search("公斤|千克|kg$", planned) else unit
    if planned:
        values["planned"] = re.sub("(公斤|千克|kg|市斤|斤)$", "", planned).strip()
    found = parsing.parse(Pasted, values, text=True)
    if found.planned is None:
        return found
    return replace(found, planned=money.kg(money.to_kg(found.planned, own)))
