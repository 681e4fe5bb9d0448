"""`registry import`: a file in, totals and every wrong row out, the wrong rows back in their own file."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from registry.exchange import service
from registry.exchange.error_file import error_file
from registry.exchange.model import ImportRefused, ImportReport, Mode, Options
from registry.kernel import jobs
from registry.kernel.background import now
from registry.kernel.db.transactions import Connect, Connected, Database
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.imports import ImportKind, KindName
from registry.kernel.work import Act

ROWS_REJECTED: Final = 1
SECONDS: Final = 600.0
"""A large file may take longer than a request may."""
QUIET_SECONDS: Final = 1.0
_STAGES: Final = {"read": "reading rows", "write": "writing"}


def command(connect: Connect, kinds: Mapping[str, ImportKind]) -> click.Command:
    """The command; `connect` gives settings with a database that answers, for as long as it is entered."""

    @click.command("import")
    @click.argument("kind", type=click.Choice(get_args(KindName)))
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen.")
    @click.option(
        "--mode",
        type=click.Choice(get_args(Mode)),
        default="all",
        show_default=True,
        help="all: nothing is written if a row is wrong; valid: the good rows are written.",
    )
    @click.option("--division", help="12-digit code: the place of rows that name none.")
    @click.option(
        "--errors",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="Write the wrong rows with a column 错误原因 into this CSV file.",
    )
    def import_command(
        kind: KindName, file: Path, *, dry_run: bool, mode: Mode, division: str | None, errors: Path | None
    ) -> None:
        """Import FILE (CSV, UTF-8 or GBK, Chinese or English header) as KIND.

        Every wrong row is named with its line. Exit code 0: all rows are good; 1: some are not.
        """
        data = file.read_bytes()
        options = Options(dry_run=dry_run, mode=mode, division=division)
        with connect() as connected:
            report = asyncio.run(_import(connected, kinds[kind], data, options))
        _print_report(report)
        if errors is not None and report.errors:
            errors.write_text(error_file(data, report), "utf-8", newline="")
            click.echo(f"wrong rows: {errors}", err=True)
        if report.errors:
            raise click.exceptions.Exit(ROWS_REJECTED)

    return import_command


async def _import(connected: Connected, kind: ImportKind, data: bytes, options: Options) -> ImportReport:
    async with connected.database(seconds=SECONDS, keep_plans=True) as database:
        report = await _in_one_transaction(database, kind, data, options)
        if report.written:
            await jobs.run_pending(database)
    return report


async def _in_one_transaction(
    database: Database, kind: ImportKind, data: bytes, options: Options
) -> ImportReport:
    """ImportRefused leaves the transaction before it is answered: nothing of it is kept."""
    act = Act(actor=LOCAL_OPERATOR.actor, now=now(), source="import")
    try:
        with Bar() as bar:
            async with database.writer(LOCAL_OPERATOR, act) as work:
                return await service.run(work, kind, data=data, options=options, progress=bar)
    except ImportRefused as refused:
        return refused.report


def _print_report(report: ImportReport) -> None:
    for fault in report.errors:
        column = f"“{fault.column}”" if fault.column else ""
        click.echo(f"第 {fault.line} 行{column}：{fault.message}", err=True)
    if report.ignored_columns:
        click.echo(f"columns not read: {'、'.join(report.ignored_columns)}", err=True)
    total = report.summary
    kept = "" if report.written else " (nothing written)"
    click.echo(
        f"{report.kind}: {total.rows} rows, {total.created} created, {total.updated} updated, "
        f"{total.unchanged} unchanged, {total.rejected} rejected{kept}"
    )


class Bar:
    """A progress bar on stderr that appears when the work takes more than a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._tasks: dict[str, TaskID] = {}
        self._shown = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    @property
    def shown(self) -> bool:
        """Whether it can be seen now."""
        return self._shown.live.is_started

    def __enter__(self) -> Self:
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._shown.add_task(_STAGES[stage], total=total)
        self._shown.update(self._tasks[stage], completed=done, total=total)
        if time.monotonic() - self._began > QUIET_SECONDS:
            self._shown.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown.stop()
