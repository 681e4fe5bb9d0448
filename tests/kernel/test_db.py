"""The statement helpers and the two kinds of transaction."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec
import pytest

from registry.kernel import changes
from registry.kernel.db.statements import rows_json
from registry.kernel.db.transactions import Database, Identity, Scope
from registry.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from registry.kernel.work import Act, Work
from tests import adhoc
from tests.conftest import OPERATOR, World
from tests.serving import NOW

ADD_TAG = """insert into tag (tag_code, label, valid_from, source_text, source, created_at, created_by,
  updated_at, updated_by) values ('a', '甲', '2020-01-01', 'x', 'base', $1, 'local', $1, 'local')"""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    a: int
    b: str | None


class Term(msgspec.Struct, frozen=True, kw_only=True, tag="fixed"):
    price: Decimal


class Other(msgspec.Struct, frozen=True, kw_only=True, tag="other"):
    text: str


class Nested(msgspec.Struct, frozen=True, kw_only=True):
    terms: Term | Other
    list_: list[Term] = msgspec.field(name="list")
    tags: tuple[str, ...]
    raw: str


async def test_cardinality_is_said_at_the_call(work: Work) -> None:
    two = "select a, null::text as b from generate_series(1, $1::int) as a"
    assert await adhoc.one(work, Pair, two, 1) == Pair(a=1, b=None)
    assert await adhoc.maybe(work, Pair, two, 0) is None
    assert len(await adhoc.many(work, Pair, two, 2)) == 2
    with pytest.raises(NotFound):
        await adhoc.one(work, Pair, two, 0)
    with pytest.raises(LookupError):
        await adhoc.one(work, Pair, two, 2)


async def test_value_converts_and_allows_none_only_if_asked(work: Work) -> None:
    assert await adhoc.value(work, Decimal, "select 1.10::numeric") == Decimal("1.10")
    assert await adhoc.value(work, int | None, "select null::int") is None  # type: ignore[arg-type]
    assert await adhoc.value(work, dict[str, int], """select '{"a": 1}'::jsonb""") == {"a": 1}
    with pytest.raises(msgspec.ValidationError):
        await adhoc.value(work, int, "select null::int")
    with pytest.raises(NotFound):
        await adhoc.value(work, int, "select 1 where false")
    with pytest.raises(LookupError):
        await adhoc.value(work, int, "select generate_series(1, 2)")


async def test_json_columns_become_structs_without_passing_through_float(work: Work) -> None:
    found = await adhoc.one(
        work,
        Nested,
        """select '{"type": "fixed", "price": 4.20}'::jsonb as terms,
             '[{"type": "fixed", "price": "1.1000"}]'::jsonb as list, array['x'] as tags,
             '{"a": 1}'::jsonb as raw
        """,
    )
    assert found.terms == Term(price=Decimal("4.20"))
    assert str(found.list_[0].price) == "1.1000"
    assert (found.tags, found.raw) == (("x",), '{"a": 1}')


async def test_rows_json_feeds_a_set_based_statement(work: Work) -> None:
    rows = rows_json([Pair(a=1, b="村"), Pair(a=2, b=None)])
    statement = "select a, b from jsonb_to_recordset($1::text::jsonb) as row (a int, b text)"
    assert await adhoc.many(work, Pair, statement, rows) == [Pair(a=1, b="村"), Pair(a=2, b=None)]
    assert await adhoc.run(work, statement, rows) == 2


async def test_a_value_no_column_holds_is_the_senders_mistake(work: Work) -> None:
    with pytest.raises(Invalid):
        await adhoc.value(work, str, "select $1::text", "nul \x00 inside")


@pytest.mark.parametrize(
    ("kind", "sent"), [("int", 2**31), ("int", -(2**40)), ("bigint", 2**63), ("date", 10**9)]
)
async def test_a_number_the_driver_cannot_send_is_the_senders_mistake(
    work: Work, kind: str, sent: int
) -> None:
    """A value of another type is a fault of the program."""
    expected = Invalid if kind != "date" else asyncpg.DataError
    with pytest.raises(expected):
        await adhoc.value(work, str, f"select $1::{kind}::text", sent)


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("420000000000", "429999999999"),
        ("421300000000", "421399999999"),
        ("421303000000", "421303999999"),
        ("421303187000", "421303187999"),
        ("421303187236", "421303187236"),
    ],
)
def test_scope_of_a_division_is_its_code_range(code: str, last: str) -> None:
    scope = Scope.of_division(code)
    assert (scope.first, scope.last) == (code, last)
    assert scope.covers(code)
    assert not scope.covers("110101001001")


def test_scope_text() -> None:
    contract = UUID(int=7)
    scope = Scope(first="1", last="2", villages=("421303187236", "421303187202"), contracts=(contract,))
    assert scope.text() == f"1-2|421303187236,421303187202|{contract}"
    assert scope.covers("421303187236")
    assert Scope.EMPTY.text() == "-||"
    assert not Scope.EMPTY.covers("")
    with pytest.raises(ValueError, match="division codes"):
        Scope(first="1|", last="2").text()


async def test_reader_cannot_write_and_writer_commits_with_its_identity(committed_db: World) -> None:
    now = datetime.now(UTC)
    async with committed_db.database.writer(OPERATOR, Act(actor=OPERATOR.actor, now=now)) as work:
        assert await adhoc.value(work, str, "select acting()") == OPERATOR.actor
        assert await adhoc.run(work, ADD_TAG, now) == 1
    async with committed_db.database.reader(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)) as work:
        assert await adhoc.value(work, int, "select count(*) from tag") == 1
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await adhoc.run(work, "delete from job")


async def test_an_error_undoes_the_whole_transaction(committed_db: World) -> None:
    async def fail() -> None:
        async with committed_db.writer() as work:
            await adhoc.run(work, ADD_TAG, NOW)
            raise NotFound

    with pytest.raises(NotFound):
        await fail()
    async with committed_db.reader() as work:
        assert await adhoc.value(work, int, "select count(*) from tag") == 0


async def test_a_writer_starts_over_with_its_identity_after_a_failure(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await adhoc.run(work, ADD_TAG, NOW)
        work.touch_every_year("421303", UUID(int=1))
        with pytest.raises(Conflict):
            await adhoc.run(work, ADD_TAG, NOW)
        await work.start_over()
        assert await adhoc.value(work, str, "select acting()") == OPERATOR.actor
        assert await adhoc.value(work, int, "select count(*) from tag") == 0
        assert work.pending.touched == set()
        await adhoc.run(work, ADD_TAG, NOW)
    async with committed_db.reader() as work:
        assert await adhoc.value(work, int, "select count(*) from tag") == 1
        with pytest.raises(RuntimeError, match="starts over"):
            await work.start_over()


async def test_identity_ends_with_the_transaction(committed_db: World) -> None:
    narrow = Identity(actor="x", read=Scope.EMPTY, write=Scope.EMPTY)
    async with committed_db.reader(narrow) as work:
        assert await adhoc.value(work, str | None, "select read_from()") is None  # type: ignore[arg-type]
    async with committed_db.reader() as work:
        assert await adhoc.value(work, str, "select read_from()") == "0" * 12


async def test_what_was_touched_is_settled_before_the_commit(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    async def settle(work: Work) -> None:
        seen.append(await adhoc.value(work, str, "select acting()"))

    monkeypatch.setattr(changes, "settle", settle)
    async with committed_db.writer():
        assert seen == []
    assert seen == [OPERATOR.actor]


async def test_a_server_that_is_gone_is_unavailable(committed_db: World) -> None:
    away = msgspec.structs.replace(
        committed_db.settings, database_url="postgresql://registry_app@/registry?host=/nonexistent"
    )
    with pytest.raises(Unavailable):
        await Database.open(away)


async def test_a_lost_connection_is_unavailable_and_the_pool_recovers(committed_db: World) -> None:
    admin = await asyncpg.connect(committed_db.superuser_url)

    async def lose() -> None:
        async with committed_db.reader() as work:
            pid = await adhoc.value(work, int, "select pg_backend_pid()")
            await admin.execute("select pg_terminate_backend($1)", pid)
            await adhoc.value(work, int, "select 1")

    with pytest.raises(Unavailable):
        await lose()
    await admin.close()
    async with committed_db.reader() as work:
        assert await adhoc.value(work, int, "select 1") == 1


async def test_a_full_pool_is_unavailable_not_a_hang(committed_db: World) -> None:
    small = msgspec.structs.replace(committed_db.settings, pool_size=1, connect_timeout=0.2)
    database = await Database.open(small)
    try:
        async with database.reader(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)):
            with pytest.raises(Unavailable):
                async with database.writer(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)):
                    pass
    finally:
        await database.close()


@pytest.mark.parametrize(("keep_plans", "mode"), [(False, "force_custom_plan"), (True, "auto")])
async def test_statements_are_planned_for_who_asks_unless_it_is_always_the_same(
    committed_db: World, keep_plans: bool, mode: str
) -> None:
    database = await Database.open(committed_db.settings, keep_plans=keep_plans)
    try:
        async with database.reader(OPERATOR, Act(actor=OPERATOR.actor, now=NOW)) as work:
            assert await adhoc.value(work, str, "show plan_cache_mode") == mode
    finally:
        await database.close()
