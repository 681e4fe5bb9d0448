"""Batches of tickets as sent, where rows that cannot be read are rejected one by one; the report on all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from registry.fulfilment.deliveries import Mode, enter
from registry.fulfilment.model import BATCH_ROWS, DeliveryIn
from registry.kernel.batch import Outcome
from registry.kernel.errors import Invalid, Mistake, Warning_
from registry.kernel.findings import Override
from registry.kernel.forms import parsing
from registry.kernel.forms.pointers import Pointers, below
from registry.kernel.work import Work


class DeliveryBatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tickets to be entered together. `overrides` answer warnings: of one ticket with a pointer such as
    "/items/3/gross", of every ticket with "/gross"."""

    items: Annotated[tuple[DeliveryIn, ...], Meta(min_length=1, max_length=BATCH_ROWS, title="过磅单")]
    overrides: tuple[Override, ...] = ()


class Received(DeliveryBatch, frozen=True, kw_only=True):
    """A batch of which some rows could not be read: `places` are those of `items` in what was sent."""

    places: tuple[int, ...]
    refused: tuple[Outcome, ...]


class _Sent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    overrides: tuple[Override, ...] = ()


class Summary(Struct, frozen=True, kw_only=True):
    """How many rows ended how; in a dry run, how they would."""

    created: int
    updated: int
    unchanged: int
    rejected: int


class RowErrors(Struct, frozen=True, kw_only=True):
    """What is wrong with the row `index` (from 0); pointers are relative to the row."""

    index: int
    errors: tuple[Mistake, ...]
    warnings: tuple[Warning_, ...] = ()


class BatchReport(Struct, frozen=True, kw_only=True):
    """The answer to a batch."""

    summary: Summary
    conflicts: tuple[RowErrors, ...]


class BatchRefused(Invalid):
    """Nothing was written: every mistake and warning of every row, and the report."""

    code = "batch_refused"
    title = "Some rows have mistakes: nothing was written"
    detail = "有些行需要修改，因此全部没有保存。请按提示修改后重新提交，或只提交没有问题的行。"

    def __init__(self, report: BatchReport) -> None:
        super().__init__([one for row in report.conflicts for one in _in_batch(row.index).moved(row.errors)])
        nothing = msgspec.structs.replace(report.summary, created=0, updated=0)
        self.extra |= {"summary": nothing, "conflicts": report.conflicts}
        self._report = report

    @property
    def warnings(self) -> tuple[Warning_, ...]:
        return tuple(
            one for row in self._report.conflicts for one in _in_batch(row.index).moved(row.warnings)
        )


def read_batch(body: object) -> Received:
    """Plain JSON (an object with `items`, or the list itself) as rows; those that cannot be read are refused.
    Invalid if there is no list, too many rows, or something besides."""
    sent: Mapping[str, Any] = body if isinstance(body, dict) else {"items": body}
    rows = sent.get("items")
    if not isinstance(rows, list) or not 1 <= len(rows) <= BATCH_ROWS:
        parsing.parse(DeliveryBatch, sent)  # says what is wrong with the list
    further = parsing.parse(_Sent, {name: value for name, value in sent.items() if name != "items"})
    read, refused = {}, []
    for index, row in enumerate(rows or ()):
        try:
            read[index] = parsing.parse(DeliveryIn, row)
        except Invalid as wrong:
            refused.append(Outcome(index=index, result="rejected", mistakes=wrong.mistakes))
    return Received(
        items=tuple(read.values()),
        overrides=further.overrides,
        places=tuple(read),
        refused=tuple(refused),
    )


async def enter_batch(
    work: Work, batch: DeliveryBatch, *, mode: Mode = "all", dry_run: bool = False
) -> BatchReport:
    """Enters a batch. BatchRefused if a row is rejected, unless only the valid ones are wanted or it is a dry
    run, which writes nothing and answers what would happen."""
    places = batch.places if isinstance(batch, Received) else tuple(range(len(batch.items)))
    refused = batch.refused if isinstance(batch, Received) else ()
    overrides = [own for one in batch.overrides for own in _own(one, places)]
    hopeless = bool(refused) and mode == "all"
    done = await enter(work, batch.items, mode=mode, dry_run=dry_run or hopeless, overrides=overrides)
    placed = [msgspec.structs.replace(one, index=places[one.index]) for one in done]
    report = report_of([*placed, *refused])
    if report.conflicts and mode == "all" and not dry_run:
        raise BatchRefused(report)
    return report


def report_of(outcomes: Sequence[Outcome]) -> BatchReport:
    """Counts, and the rejected rows in order."""
    count = {kind: sum(one.result == kind for one in outcomes) for kind in Summary.__struct_fields__}
    rejected = sorted((one for one in outcomes if one.result == "rejected"), key=lambda one: one.index)
    return BatchReport(
        summary=Summary(**count),
        conflicts=tuple(
            RowErrors(index=one.index, errors=one.mistakes, warnings=one.warnings) for one in rejected
        ),
    )


def _own(override: Override, places: Sequence[int]) -> Iterator[Override]:
    """An override of the request with the row's place among those that could be read."""
    for start in ("/items/", "/"):
        index, _, rest = override.pointer.removeprefix(start).partition("/")
        if override.pointer.startswith(start) and index.isdecimal() and rest:
            if int(index) in places:
                pointer = f"/{places.index(int(index))}/{rest}"
                yield msgspec.structs.replace(override, pointer=pointer)
            return
    yield override


def _in_batch(index: int) -> Pointers:
    return below(f"/items/{index}")
