"""Statements as values: how arguments become parameters, what is asked for nothing, what comes back."""

from collections.abc import Collection, Sequence

import pytest
from msgspec import Struct

from registry.kernel.db import sql
from registry.kernel.db.statements import Queries
from registry.kernel.errors import NotFound
from registry.kernel.work import Work


class _Range(Struct, frozen=True):
    first: int
    last: int | None = None


class _Numbered(Struct, frozen=True, kw_only=True):
    number: int
    name: str


TEXTS = {
    "spread": "select $1::int as number, concat_ws(',', $2::int, $3::int, $4::int) as name",
    "listed": "select number, 'n' || number as name from unnest($1::int[]) as asked (number)",
    "stored": "select number, name from jsonb_to_recordset($1::text::jsonb) as given (number int, name text)",
    "broken": "no SQL: the server would refuse it",
}


@pytest.fixture
def q(monkeypatch: pytest.MonkeyPatch) -> Queries:
    monkeypatch.setattr(sql, "queries", lambda _: TEXTS)
    monkeypatch.setattr(Queries, "declared", [])
    return Queries("tried")


async def test_structs_and_tuples_are_spread_into_parameters(q: Queries, work: Work) -> None:
    spread = q("spread", int, _Range, tuple[int]).one(_Numbered)
    nested = q("spread", tuple[int, _Range], int | None).one(_Numbered)
    assert await spread(work, 1, _Range(2, 3), (4,)) == _Numbered(number=1, name="2,3,4")
    assert await nested(work, (1, _Range(2)), None) == _Numbered(number=1, name="2")


async def test_none_for_a_struct_is_null_for_each_of_its_fields(q: Queries, work: Work) -> None:
    spread = q("spread", int, _Range | None, tuple[int] | None).one(_Numbered)
    assert await spread(work, 1, None, None) == _Numbered(number=1, name="")
    assert await spread(work, 1, _Range(2, 3), None) == _Numbered(number=1, name="2,3")


def test_the_width_counts_what_is_spread(q: Queries) -> None:
    widths = [
        q("spread", int, _Range | None, tuple[int]).width,
        q("spread", tuple[int, int, int], int).width,
        q("stored", Sequence[_Numbered]).width,
        q("listed", tuple[int, ...]).width,
    ]
    assert widths == [4, 4, 1, 1]


async def test_rows_by_key_and_a_column(q: Queries, work: Work) -> None:
    by_number = q("listed", Collection[int]).by(_Numbered, lambda row: row.number)
    numbers = q("listed", Collection[int]).values(int)
    assert await by_number(work, [3, 1]) == {
        3: _Numbered(number=3, name="n3"),
        1: _Numbered(number=1, name="n1"),
    }
    assert await numbers(work, {7}) == [7]


async def test_nothing_is_sent_for_empty_lists(q: Queries, work: Work) -> None:
    assert await q("broken", Collection[int]).many(_Numbered)(work, []) == []
    assert await q("broken", str, Collection[int]).by(_Numbered, lambda row: row.number)(work, "", []) == {}
    assert await q("broken", Sequence[_Numbered]).run()(work, []) == 0
    assert await q("broken", Collection[int], Collection[str]).values(int)(work, [], ()) == []


async def test_one_of_nothing_is_not_found(q: Queries, work: Work) -> None:
    with pytest.raises(NotFound):
        await q("listed", Collection[int]).one(_Numbered)(work, [])
