"""Amending a versioned record, merging a batch, cursors of coded lists: without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from registry.kernel import batch
from registry.kernel.db import records
from registry.kernel.db.records import Record
from registry.kernel.errors import Invalid, Mistake, NotFound, Stale
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.work import Act

ACT = Act(actor="tester", now=datetime(2023, 1, 16, 2, 0, tzinfo=UTC), source="import")
WRONG = Mistake(pointer="/name", code="wrong", message="不对")


class Row(Record, frozen=True, kw_only=True):
    name: str


ROW = Row(name="甲", **records.audit_columns(replace(ACT, actor="first", source="api")))


async def amend(changes: dict[str, Any], *, wrote: bool = True, now: Row = ROW, **given: Any) -> Row:
    async def write(_: list[Row]) -> list[str]:
        return ["甲"] if wrote else []

    async def again() -> Row:
        return now

    return await records.guarded_update(
        ROW, ACT, changes, given.pop("version", 1), write=write, again=again, **given
    )


async def test_a_change_carries_who_made_it_and_the_next_version() -> None:
    done = await amend({"name": "乙"})
    assert (done.name, done.version, done.updated_by, done.source) == ("乙", 2, "tester", "import")
    assert (done.created_by, done.created_at) == ("first", ROW.created_at)


async def test_no_change_is_no_new_version() -> None:
    assert await amend({"name": "甲"}, wrote=False) is ROW


async def test_an_old_version_is_stale_before_and_at_the_write() -> None:
    with pytest.raises(Stale):
        await amend({"name": "乙"}, version=2)
    with pytest.raises(Stale):
        await amend({"name": "乙"}, wrote=False, now=replace(ROW, version=2))


async def test_what_may_not_be_written_is_as_if_missing() -> None:
    with pytest.raises(NotFound):
        await amend({"name": "乙"}, wrote=False)


async def test_a_wrong_whole_is_not_written() -> None:
    with pytest.raises(Invalid) as caught:
        await amend({"name": "乙"}, check=lambda row: [WRONG] if row.name == "乙" else [])
    assert caught.value.mistakes == (WRONG,)


def store(written: list[str]) -> batch.Store[str, Row]:
    """Inputs are names; only what `written` lists gets written."""

    async def write(rows: list[Row]) -> list[str]:
        return [row.name for row in rows if row.name in written]

    return batch.Store(
        key=lambda name: name.lower(),
        made=lambda name: replace(ROW, name=name),
        changed=lambda row, name: row if row.name == name else replace(row, name=name),
        named=lambda row: row.name,
        add=write,
        change=write,
    )


async def merged(names: Sequence[str], *, written: list[str], dry_run: bool = False) -> batch.Merged[Row]:
    stored = {"a": replace(ROW, name="a"), "b": replace(ROW, name="b")}
    faults = [[WRONG] if name == "wrong" else [] for name in names]
    return await batch.merge(names, store(written), stored=stored, faults=faults, dry_run=dry_run)


async def test_each_row_of_a_batch_has_its_outcome() -> None:
    done = await merged(["a", "B", "c", "wrong"], written=["B", "c"])
    assert [one.result for one in done.outcomes] == ["unchanged", "updated", "created", "rejected"]
    assert [one.record_id for one in done.outcomes] == ["a", "B", "c", None]
    assert done.outcomes[3].mistakes == (WRONG,)
    assert ([row.name for row in done.created], [row.name for row in done.updated]) == (["c"], ["B"])
    assert [row.name for row in done.written] == ["c", "B"]


async def test_what_someone_else_wrote_first_is_a_conflict() -> None:
    done = await merged(["B", "c"], written=[])
    assert [one.mistakes for one in done.outcomes] == [(batch.CONFLICT,)] * 2
    assert done.written == []


async def test_a_dry_run_answers_as_if_it_had_written() -> None:
    done = await merged(["B", "c"], written=[], dry_run=True)
    assert [one.result for one in done.outcomes] == ["updated", "created"]


async def test_rows_that_are_the_same_record_refuse_each_other() -> None:
    done = await merged(["c", "d", "C"], written=["d"])
    assert [one.result for one in done.outcomes] == ["rejected", "created", "rejected"]
    assert [one.mistakes for one in done.outcomes] == [(batch.REPEATED,), (), (batch.REPEATED,)]
    assert [one.repeats for one in done.outcomes] == [2, None, 0]


def test_a_cursor_goes_on_after_the_last_row_shown() -> None:
    page = cut_keys(["a", "b", "c"], 2, lambda row: (row, 2022))
    assert page.items == ["a", "b"]
    assert after_keys(page.next_cursor, tuple[str, int]) == ("b", 2022)
    assert cut_keys(["a"], 2, lambda row: (row,)).next_cursor is None
    assert after_keys(None, tuple[str]) is None
    assert after_keys("", tuple[str]) is None


@pytest.mark.parametrize("cursor", ["不是", "!!!!", "WzFd", "bm9uZQ==", "WyJcdTAwMDAiXQ==", "W10="])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        after_keys(cursor, tuple[str])
