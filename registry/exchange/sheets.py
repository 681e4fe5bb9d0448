"""Reads a CSV file as it comes: UTF-8 (with or without BOM), GBK or UTF-16, any usual separator, a title
above the header, totals below. What the columns mean is columns.py."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from registry.kernel.errors import DomainError
from registry.kernel.text.normalise import half_width

ROWS: Final = 200_000
COLUMNS: Final = 500
HEADER_WITHIN: Final = 10
"""How many lines may precede the header (a title, who filled it in)."""
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计"})
_SEPARATORS: Final = ",\t;；"


class BadSheet(DomainError):
    """The file as a whole cannot be read as a table; no row can be named."""

    code = "import.unreadable"
    status = 422
    title = "The file cannot be read as a table"
    detail = "这个文件无法按表格读取，请另存为 CSV 后重试。"


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of the file with the number of the line it begins on, counted from 1. There may be 200,000, and
    none can be part of a circle: nobody has to look for garbage among them."""

    number: int
    cells: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a file that are not blank, as they are."""

    lines: tuple[Line, ...]


def read(data: bytes) -> Sheet:
    """The lines of a CSV file. BadSheet if it is no text, no table, or has too many rows."""
    text = decoded(data)
    if "\x00" in text:
        raise BadSheet("文件里有空字符，不是 CSV 文本；Excel 文件请先另存为 CSV。")
    physical = max(text.count("\n"), text.count("\r"))
    if physical > ROWS:
        raise BadSheet(f"文件有 {physical} 行，一次最多导入 {ROWS} 行，请分成几个文件。")
    lines = tuple(_lines(text))
    if not lines:
        raise BadSheet("文件是空的，请检查是否选错了文件。")
    return Sheet(lines=lines)


def decoded(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else GBK as Chinese Excel and WPS write it."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadSheet("这是 Excel 文件，请在 Excel 或 WPS 里“另存为”CSV（UTF-8）后再导入。")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSheet("文件既不是 UTF-8 也不是 GBK 编码，请另存为 CSV（UTF-8）后再导入。")


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise BadSheet from fault


def _lines(text: str) -> Iterator[Line]:
    """csv counts physical lines, so that a cell with a line break does not shift the numbers."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    begins = 1
    try:
        for cells in reader:
            if len(cells) > COLUMNS:
                raise BadSheet(f"第 {begins} 行有 {len(cells)} 列，最多 {COLUMNS} 列，请检查是否选错了文件。")
            if "".join(cells).strip():
                yield Line(number=begins, cells=tuple(cells))
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise BadSheet(f"第 {begins} 行无法读取（引号不成对，或一格内容太长），请检查。") from fault


def _separator(text: str) -> str:
    """Whatever separates most of the first lines."""
    head = "\n".join(text.splitlines()[:HEADER_WITHIN])
    return max(_SEPARATORS, key=head.count)


def is_total(line: Line) -> bool:
    """A row of sums under the table (合计)."""
    first = next((half_width(cell) for cell in line.cells if cell.strip()), "")
    return re.sub(r"[\s:：]", "", first) in _TOTALS


def neutral(cells: Sequence[str]) -> list[str]:
    """Cells for Excel to open: what it would run as a formula gets an apostrophe, numbers do not."""
    return [f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell for cell in cells]


_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?")
