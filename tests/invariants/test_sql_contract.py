"""Every statement against the migrated schema, and against the Struct and arguments it is called with."""

import ast
import datetime as dt
import decimal
import importlib
import re
import uuid
from typing import Any

import asyncpg
import msgspec
import pytest
from msgspec import inspect

from registry.kernel.db import sql
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Conn
from tests.invariants import sql_calls

FEATURES = sorted(path.stem for path in (sql.folder() / "queries").glob("*.sql"))
MODULES = list(sql_calls.modules())
# What a column of a type may become. numeric never becomes float.
FITTING: dict[str, tuple[type[inspect.Type], ...]] = {
    "bool": (inspect.BoolType,),
    "int2": (inspect.IntType,),
    "int4": (inspect.IntType,),
    "int8": (inspect.IntType,),
    "numeric": (inspect.DecimalType,),
    "text": (inspect.StrType, inspect.EnumType, inspect.LiteralType),
    "name": (inspect.StrType,),
    "uuid": (inspect.UUIDType,),
    "date": (inspect.DateType,),
    "timestamptz": (inspect.DateTimeType,),
    "bytea": (inspect.BytesType,),
    "void": (inspect.NoneType,),
    "json": (inspect.ListType,),
    "jsonb": (
        inspect.StrType,
        inspect.StructType,
        inspect.DictType,
        inspect.ListType,
        inspect.VarTupleType,
        inspect.TupleType,
    ),
}
for module, _ in MODULES:
    importlib.import_module(module)
DECLARED = list(Queries.declared)
STATEMENTS = [(feature, name) for feature in FEATURES for name in sql.queries(feature)]


def code(text: str) -> str:
    """Without comments and string literals."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", text))


@pytest.mark.parametrize("feature", FEATURES)
async def test_every_statement_can_be_prepared(conn: Conn, feature: str) -> None:
    faults = []
    for name, text in sql.queries(feature).items():
        try:
            async with conn.transaction():
                await conn.prepare(text)
        except asyncpg.PostgresError as error:
            faults.append(f"{feature}.{name}: {error}")
    assert faults == []


@pytest.mark.parametrize("feature", FEATURES)
def test_every_statement_says_which_question_it_answers(feature: str) -> None:
    silent = [name for name, text in sql.queries(feature).items() if not text.startswith("--")]
    assert silent == []


def test_every_statement_is_used() -> None:
    used = {pair for _, tree in MODULES for pair in sql_calls.used(tree)}
    used |= {(one.feature, one.name) for one in DECLARED}
    assert sorted(set(STATEMENTS) - used) == []


def test_every_named_statement_exists() -> None:
    used = {pair for _, tree in MODULES for pair in sql_calls.used(tree)}
    assert sorted(used - set(STATEMENTS)) == []


async def test_rows_and_arguments_fit_their_statements(conn: Conn) -> None:
    faults: list[str] = []
    for one in DECLARED:
        where = f"{one.feature}.{one.name}"
        faults += await unfit(conn, where, one.text, one.width, reads=one.columns, result=one.result)
    assert faults == []


async def unfit(conn: Conn, where: str, text: str, given: int, *, reads: str, result: Any) -> list[str]:
    """What of the arguments given and the Row or value read does not fit the statement."""
    prepared = await preparable(conn, text)
    if prepared is None:
        return []  # test_every_statement_can_be_prepared names the reason
    faults = []
    wanted = len(prepared.get_parameters())
    if given != wanted:
        faults.append(f"{where} takes {wanted} arguments, not {given}")
    columns = {column.name: column.type.name for column in prepared.get_attributes()}
    if reads == "struct":
        faults += [f"{where}: {fault}" for fault in misfits(result, columns)]
    if reads == "value" and (
        len(columns) != 1 or not fits(inspect.type_info(result), next(iter(columns.values())))
    ):
        faults.append(f"{where} gives {columns}, not {result}")
    return faults


async def preparable(conn: Conn, text: str) -> Any:
    try:
        async with conn.transaction():
            return await conn.prepare(text)
    except asyncpg.PostgresError:
        return None


def misfits(row: type[msgspec.Struct], columns: dict[str, str]) -> list[str]:
    """How a Struct and the columns of a statement differ."""
    info = inspect.type_info(row)
    assert isinstance(info, inspect.StructType)
    fields = {field.encode_name: field for field in info.fields}
    faults = [f"column {name} is no field of {row.__name__}" for name in columns.keys() - fields.keys()]
    for name, field in fields.items():
        if name not in columns:
            if field.required:
                faults.append(f"{row.__name__}.{name} is no column")
        elif not fits(field.type, columns[name]):
            faults.append(f"{row.__name__}.{name} cannot hold {columns[name]}")
    return faults


def fits(kind: inspect.Type, column: str) -> bool:
    """Whether a column's type can become the field's."""
    if isinstance(kind, inspect.Metadata):
        return fits(kind.type, column)
    if isinstance(kind, inspect.UnionType):
        return any(fits(arm, column) for arm in kind.types if not isinstance(arm, inspect.NoneType))
    if column.endswith("[]"):
        inner = kind.item_type if isinstance(kind, inspect.ListType | inspect.VarTupleType) else None
        return inner is not None and fits(inner, column.removesuffix("[]"))
    return isinstance(kind, FITTING[column])


def test_misfits_are_found() -> None:
    class Row(msgspec.Struct):
        a: int
        b: decimal.Decimal | None
        c: list[uuid.UUID]
        d: dt.date
        e: str = ""

    good: dict[str, str] = {"a": "int4", "b": "numeric", "c": "uuid[]", "d": "date"}
    assert misfits(Row, good) == []
    assert misfits(Row, good | {"e": "jsonb"}) == []
    assert misfits(Row, good | {"a": "numeric"}) == ["Row.a cannot hold numeric"]
    assert misfits(Row, good | {"x": "text"}) == ["column x is no field of Row"]
    assert misfits(Row, {key: good[key] for key in "abc"}) == ["Row.d is no column"]
    assert misfits(Row, good | {"c": "uuid"}) == ["Row.c cannot hold uuid"]


@pytest.mark.parametrize(
    ("forbidden", "why"),
    [
        (
            r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(",
            "the clock is a parameter",
        ),
        (r"\bcurrent_(date|timestamp|time)\b", "the clock is a parameter"),
        (r"\b(gen_random_uuid|random)\s*\(", "random values are parameters"),
        (r"\bround\s*\(", "only money.py rounds"),
        (r"(?<![/*])/(?![/*])", "Python divides"),
        (r"\bset_config\s*\(\s*''", "identity is set by enter()"),
        (r"\bselect\s+\*|,\s*\*|\w\.\*", "columns are named"),
        (r"\bmerge\s+into\b", "refused on a distributed database"),
        (r"\bi?like\b", "not leakproof: loses its index under row level security"),
    ],
)
def test_statements_keep_the_rules(forbidden: str, why: str) -> None:
    exempt = {("kernel", "prepare_migration"), ("kernel", "lock_migrations")}
    broken = [
        f"{feature}.{name}"
        for feature, name in STATEMENTS
        if (feature, name) not in exempt
        and re.search(forbidden, code(sql.queries(feature)[name]), re.IGNORECASE)
    ]
    assert broken == [], why


def test_inserts_from_a_query_return_rows() -> None:
    """Otherwise row level security refuses them on a distributed database."""
    broken = [
        f"{feature}.{name}"
        for feature, name in STATEMENTS
        if re.search(r"\binsert\s+into\b[^;]*\bselect\b", code(sql.queries(feature)[name]), re.IGNORECASE)
        and not re.search(r"\breturning\b", sql.queries(feature)[name], re.IGNORECASE)
    ]
    assert broken == []


def test_no_statement_is_in_python() -> None:
    pattern = re.compile(
        r"\s*(select|insert\s+into|update|delete\s+from|with\s+\w+\s+as)\s.*", re.IGNORECASE | re.DOTALL
    )
    telling = re.compile(r"\b(from|into|set|values|where)\b|\$1", re.IGNORECASE)
    found = [
        f"{module}:{node.lineno}"
        for module, tree in MODULES
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if pattern.fullmatch(node.value) and telling.search(node.value) and not _is_docstring(node, tree)
    ]
    assert found == []


def _is_docstring(node: ast.Constant, tree: ast.Module) -> bool:
    return any(isinstance(expression, ast.Expr) and expression.value is node for expression in ast.walk(tree))


def test_the_declared_statements_are_seen() -> None:
    """A positive control."""
    assert ("fulfilment", "enter_deliveries") in {(one.feature, one.name) for one in DECLARED}
