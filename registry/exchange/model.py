"""What an import answers: totals, and every wrong row by its line in the file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from registry.kernel.errors import Invalid, Mistake
from registry.kernel.imports import KindName

Mode: TypeAlias = Literal["all", "valid"]
"""all: one wrong row and nothing is written; valid: the good rows are written."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to import. `division`: the place of rows that name none, and where village names are looked up."""

    dry_run: bool = False
    mode: Mode = "all"
    division: str | None = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were read, and what became (in a dry run: would become) of them."""

    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int


class RowFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a row: its line in the file, the heading of the column, what to do.

    `warning`: unlikely, not impossible; it passes when the row gives a reason (column 核对说明).
    """

    line: int
    column: str
    field: str
    code: str
    message: str
    warning: bool = False


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of an import. `written`: whether anything was kept; a batch id only then."""

    kind: KindName
    dry_run: bool
    mode: Mode
    written: bool
    import_batch_id: UUID | None
    summary: Summary
    errors: list[RowFault]
    header_line: int
    ignored_columns: list[str]


class ImportRefused(Invalid):
    """Rows are wrong and all or nothing was asked for: nothing was written."""

    title = "Rows are wrong; nothing was imported"

    def __init__(self, report: ImportReport) -> None:
        lines = len({fault.line for fault in report.errors})
        super().__init__(
            [as_mistake(fault) for fault in report.errors],
            code="import.rejected",
            detail=f"有 {lines} 行有误，没有导入任何一行；请按提示改正，或选择只导入无误的行。",
        )
        self.report = report
        self.extra |= {"summary": report.summary, "ignored_columns": report.ignored_columns}


class ImportBatch(msgspec.Struct, frozen=True, kw_only=True):
    """One import that was kept."""

    import_batch_id: UUID
    division_code: str
    kind: str
    rows_read: int
    rows_created: int
    rows_updated: int
    rows_unchanged: int
    created_at: datetime
    created_by: str


def as_mistake(fault: RowFault) -> Mistake:
    """A fault with its line, for a problem document: pointer "/<line>/<field>"."""
    column = f"“{fault.column}”" if fault.column else ""
    return Mistake(
        pointer=f"/{fault.line}/{fault.field}" if fault.field else f"/{fault.line}",
        code=fault.code,
        message=f"第 {fault.line} 行{column}：{fault.message}",
    )


def messages_by_line(faults: Sequence[RowFault]) -> dict[int, str]:
    """All messages of each line in one text, for the column 错误原因."""
    found: dict[int, list[str]] = {}
    for fault in faults:
        column = f"{fault.column}：" if fault.column else ""
        found.setdefault(fault.line, []).append(f"{column}{fault.message}")
    return {line: "；".join(messages) for line, messages in found.items()}
