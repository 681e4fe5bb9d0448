"""Imports a sheet in the caller's one transaction: dry run, all or nothing, or only the good rows."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

from registry.access.errors import Forbidden
from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.exchange import columns, name_lookup, queries, sheets
from registry.exchange.columns import BoundSheet
from registry.exchange.model import (
    ImportBatch,
    ImportRefused,
    ImportReport,
    Options,
    RowFault,
    Summary,
)
from registry.exchange.name_lookup import NameLookup
from registry.exchange.sheets import BadSheet, Line
from registry.kernel.batch import REPEATED, Outcome
from registry.kernel.errors import Invalid, Mistake, Warning_
from registry.kernel.forms import parsing
from registry.kernel.imports import VILLAGE_NAME, ImportKind
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the stage, the number of rows done and their total."""

COMMAND: Final = "system"
"""The role of a command at the server's own machine."""
WRONG_ROWS: Final = 5_000
"""Named at most; a file with more is not one that somebody corrects row by row."""
_YIELD_EVERY: Final = 500


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a sheet: those that can be read, with their lines, and what is wrong with the others."""

    lines: list[Line]
    rows: list[Any]
    faults: list[RowFault]
    read: int


async def run(
    work: Work,
    kind: ImportKind,
    *,
    data: bytes,
    options: Options,
    progress: Progress = lambda *_: None,
) -> ImportReport:
    """Imports a CSV file. All wrong rows are named at once; nothing is written by a dry run.

    Forbidden unless the kind is the role's; BadSheet if the file is no table; ImportRefused with the report
    if rows are wrong and mode is "all": the caller's transaction must then end without a commit. mode "valid"
    writes the good rows.
    """
    _require_role(work.act, kind)
    bound = _bound(sheets.read(data), kind, options)
    known = await name_lookup.load_names(work, kind, bound.fields, options.division)
    parsed = await _parsed(bound, kind, known, progress)
    pretend = options.dry_run or (options.mode == "all" and bool(parsed.faults))
    batch_id = None if pretend else new_id()
    importing = work.acting(msgspec.structs.replace(work.act, source="import", import_batch_id=batch_id))
    progress("write", 0, len(parsed.rows))
    outcomes = await kind.import_rows(importing, parsed.rows, pretend) if parsed.rows else []
    progress("write", len(parsed.rows), len(parsed.rows))
    faults = sorted([*parsed.faults, *_refused(bound, parsed.lines, outcomes)], key=bound.place)
    summary = _summary(parsed.read, faults, outcomes)
    report = _report(kind, bound, options, batch_id=batch_id, summary=summary, faults=faults)
    if faults and options.mode == "all" and not options.dry_run:
        raise ImportRefused(msgspec.structs.replace(report, written=False, import_batch_id=None))
    if not await _keep(importing, kind, parsed.rows, summary):
        return msgspec.structs.replace(report, import_batch_id=None)
    return report


def _require_role(act: Act, kind: ImportKind) -> None:
    if act.role != COMMAND and act.role not in kind.roles:
        raise Forbidden


async def _keep(work: Work, kind: ImportKind, rows: Sequence[Any], summary: Summary) -> bool:
    """Whether the batch was stored: it needs a place the caller may write; an administrator has none."""
    batch_id = work.act.import_batch_id
    if batch_id is None or not kind.place:
        return False
    codes = sorted({code for row in rows if (code := getattr(row, kind.place))})
    places_ = [*above(codes), *codes[:1]]
    kept = await queries.add_batch(work, kind.name, batch_id, places=places_, summary=summary)
    if kept:
        audit.created(work, "import_batch", [batch_id])
    return kept


async def batches(
    work: Work, *, division: str | None, kind: str | None, after: UUID | None, limit: int
) -> list[ImportBatch]:
    """Imports that were kept, newest first."""
    place = await divisions.readable(work, division, work.act.today) if division else None
    return await queries.batches(work, place, kind, after, limit)


async def batch(work: Work, batch_id: UUID) -> ImportBatch:
    """One import that was kept; NotFound."""
    return await queries.batch(work, batch_id)


def _bound(sheet: sheets.Sheet, kind: ImportKind, options: Options) -> BoundSheet:
    """The columns. A village's name, or a division given for all rows, does for the column of its code."""
    bound = columns.bind(sheet, kind.row, kind.names, [kind.place])
    by_name = VILLAGE_NAME in bound.fields
    if by_name and options.division is None and kind.place not in bound.fields:
        raise BadSheet("按村名导入时，请指明这些村所在的乡镇（division），或改填村代码。")
    if kind.place in columns.required(kind.row) and not (
        by_name or kind.place in bound.fields or kind.default_place(options.division)
    ):
        name = columns.titles(kind.row)[kind.place]
        raise BadSheet(f"表头（第 {bound.header.number} 行）缺少“{name}”列。")
    return bound


async def _parsed(bound: BoundSheet, kind: ImportKind, known: NameLookup, progress: Progress) -> Parsed:
    good: list[Line] = []
    rows: list[Any] = []
    faults: list[RowFault] = []
    read = 0
    for index, line in enumerate(bound.lines):
        if index % _YIELD_EVERY == 0:
            progress("read", index, len(bound.lines))
            await asyncio.sleep(0)  # other requests go on while a long file is read
        if sheets.is_total(line):
            continue
        read += 1
        row, mistakes = _row(line, bound, kind, known)
        if mistakes:
            faults += _faults(bound, line, mistakes)
            if read - len(good) > WRONG_ROWS:
                raise BadSheet(f"已有 {WRONG_ROWS} 多行有误，请检查是否选错了文件或类别，改好后再导入。")
        else:
            good.append(line)
            rows.append(row)
    progress("read", len(bound.lines), len(bound.lines))
    return Parsed(lines=good, rows=rows, faults=faults, read=read)


def _row(line: Line, bound: BoundSheet, kind: ImportKind, known: NameLookup) -> tuple[Any, Sequence[Mistake]]:
    over = [cell for cell in line.cells[len(bound.fields) :] if cell.strip()]
    if over:
        too_wide = f"这一行比表头多出 {len(over)} 格（{over[0][:20]}…），请检查是否错位或少了引号"
        return None, [Mistake(pointer="", code="row.wide", message=too_wide)]
    cells = {field: cell for field, cell in zip(bound.fields, line.cells, strict=False) if field}
    fields, mistakes = known.resolve(cells)
    try:
        return parsing.parse(kind.row, fields, text=True), mistakes
    except Invalid as error:
        found = [one for one in error.mistakes if not (mistakes and one.pointer == f"/{kind.place}")]
        return None, [*mistakes, *found]


def _faults(bound: BoundSheet, line: Line, mistakes: Sequence[Mistake]) -> Iterator[RowFault]:
    for one in mistakes:
        field = one.pointer.removeprefix("/").partition("/")[0]
        heading = bound.heading(field) or (bound.heading(VILLAGE_NAME) if field == "village_code" else "")
        yield RowFault(line=line.number, column=heading, field=field, code=one.code, message=one.message)


def _refused(bound: BoundSheet, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> Iterator[RowFault]:
    """What the registers have against rows that could be read. A warning without its reason refuses, too."""
    for outcome in outcomes:
        if outcome.result != "rejected":
            continue
        line = lines[outcome.index]
        yield from _faults(bound, line, [_by_line(one, outcome, lines) for one in outcome.mistakes])
        for fault in _faults(bound, line, [_as_mistake(one) for one in outcome.warnings]):
            yield msgspec.structs.replace(fault, warning=True)


def _by_line(one: Mistake, outcome: Outcome, lines: Sequence[Line]) -> Mistake:
    """A row that repeats another names it by its line in the file."""
    if one != REPEATED or outcome.repeats is None:
        return one
    message = f"与第 {lines[outcome.repeats].number} 行是同一条记录，请只保留一条"
    return msgspec.structs.replace(one, message=message)


def _as_mistake(warning: Warning_) -> Mistake:
    return Mistake(pointer=warning.pointer, code=warning.code, message=warning.message)


def _summary(read: int, faults: Sequence[RowFault], outcomes: Sequence[Outcome]) -> Summary:
    results = [outcome.result for outcome in outcomes]
    return Summary(
        rows=read,
        created=results.count("created"),
        updated=results.count("updated"),
        unchanged=results.count("unchanged"),
        rejected=len({fault.line for fault in faults}),
    )


def _report(
    kind: ImportKind,
    bound: BoundSheet,
    options: Options,
    *,
    batch_id: UUID | None,
    summary: Summary,
    faults: list[RowFault],
) -> ImportReport:
    return ImportReport(
        kind=kind.name,
        dry_run=options.dry_run,
        mode=options.mode,
        written=batch_id is not None and bool(summary.created or summary.updated),
        import_batch_id=batch_id,
        summary=summary,
        errors=faults,
        header_line=bound.header.number,
        ignored_columns=bound.ignored,
    )


def above(codes: Sequence[str]) -> list[str]:
    """The divisions that hold all the codes, nearest first."""
    if not codes:
        return []
    low, high = codes[0], codes[-1]
    found = [low] if low == high else []
    found += [low[:n].ljust(12, "0") for n in (9, 6, 4, 2) if low[:n] == high[:n]]
    return list(dict.fromkeys(found))
