"""Gives people their own rows back, with what is wrong with each in a column of its own."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from registry.exchange import sheets
from registry.exchange.model import ImportReport, messages_by_line

REASON: Final = "错误原因"


def error_file(data: bytes, report: ImportReport) -> str:
    """The wrong rows of the file as they were, under its own header, the reasons last. UTF-8 with BOM, CRLF.

    The file can be corrected and imported again: the reason's column is not read.
    """
    reasons = {report.header_line: REASON} | messages_by_line(report.errors)
    lines = [line for line in sheets.read(data).lines if line.number in reasons]
    width = max(len(line.cells) for line in lines)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([*_padded(line.cells, width), reasons[line.number]] for line in lines)
    return f"\ufeff{buffer.getvalue()}"


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*sheets.neutral(cells), *([""] * (width - len(cells)))]
