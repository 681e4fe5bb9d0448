"""Imports divisions set-wise: rows of a sheet, and those an installation starts with."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from registry.audit import batches
from registry.divisions import queries, service
from registry.divisions.model import FIRST_DAY, DivisionIn, DivisionRow
from registry.kernel import batch
from registry.kernel.db import records
from registry.kernel.work import Act, Work

Store: TypeAlias = batch.Store[DivisionIn, DivisionRow]


async def import_rows(work: Work, rows: Sequence[DivisionIn], dry_run: bool) -> list[batch.Outcome]:
    """Creates or updates divisions by code. A first day that is not given and an empty last day keep what is
    stored. A dry run writes nothing and answers what would happen."""
    store = batches.recorded(work, "division", _store(work))
    return await _merge(work, store, rows, dry_run=dry_run)


async def add_base(work: Work, rows: Sequence[DivisionIn]) -> list[batch.Outcome]:
    """As `import_rows`, for base data: what an installation starts with names nobody in the trail."""
    return await _merge(work, _store(work), rows, dry_run=False)


def _store(work: Work) -> Store:
    return batch.Store[DivisionIn, DivisionRow](
        key=lambda new: new.division_code,
        made=lambda new: service.new_row(work.act, new),
        changed=lambda row, new: _updated(work.act, row, new),
        named=lambda row: row.division_code,
        add=lambda new: queries.add_divisions(work, new),
        change=lambda new: queries.change_divisions(work, new),
    )


async def _merge(
    work: Work, store: Store, rows: Sequence[DivisionIn], *, dry_run: bool
) -> list[batch.Outcome]:
    stored = {
        row.division_code: row for row in await service.by_codes(work, [row.division_code for row in rows])
    }
    faults = await service.row_faults(work, rows)
    done = await batch.merge(rows, store, stored=stored, faults=faults, dry_run=dry_run)
    return done.outcomes


def _updated(act: Act, row: DivisionRow, new: DivisionIn) -> DivisionRow:
    wanted: Mapping[str, object] = {
        "name": new.name,
        "code_status": new.code_status,
        "valid_from": row.valid_from if new.valid_from == FIRST_DAY else new.valid_from,
        "valid_to": new.valid_to or row.valid_to,
        "source_date": new.source_date or row.source_date,
    }
    return records.changed(row, act, wanted)
