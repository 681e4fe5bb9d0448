"""Each policy loosened, narrowed or dropped, one at a time: the table's rows of the matrix must tell.

The mutant lives in a transaction of the superuser that is undone. The probes in it run as the application (as
the owner for tables that would spare it) with every right on the table and no foreign keys.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from registry.kernel.db.transactions import Conn
from tests.invariants.conftest import CATALOGUE
from tests.invariants.populated import Matrix
from tests.invariants.rls_probes import PROBES, RULES
from tests.invariants.test_catalogue import PARTNER

RIGHTS = ["SELECT", "INSERT", "UPDATE", "DELETE"]
BOUND = re.compile(r"\((\w+ (?:>=|<=) (?:read|write)_(?:from|to)\(\))\)")
RANGE = re.compile(rf"\({BOUND.pattern} AND {BOUND.pattern}\)")
LIST = re.compile(r"\((\w+ = ANY \(\w+\(\)\))\)|read_villages_touch\([^()]*\)")
OWN = "(actor = acting())"
PARTNER_ARM = "contract_id = any(read_contracts())"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A row of pg_policies; using, check: "" where the command has none."""

    table_name: str
    name: str
    command: str
    using_: str
    checking: str


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to a table, and the commands whose probes have to see it."""

    name: str
    table: str
    commands: tuple[str, ...]
    ddl: str
    role: str = "registry_app"


def loosened(text: str) -> Iterator[tuple[str, str]]:
    """An expression without one of its bounds or arms, with another scope's, or true; each with its name."""
    if text != "true":
        yield "lets everything through", "true"
    for part in BOUND.finditer(text):
        yield f"without the bound {part[1]}", text.replace(part[0], "true")
    for part in RANGE.finditer(text):
        yield f"without the range {part[0]}", text.replace(part[0], "false")
    for part in LIST.finditer(text):
        yield f"without the list {part[0]}", text.replace(part[0], "false")
    if OWN in text:
        yield "for any actor", text.replace(OWN, "(acting() is not null)")
        yield "for other actors", text.replace("=", "<>")
    if (swapped := _swapped(text)) != text:
        yield "by the other scope", swapped
    if text == "true":
        yield "only where there is a scope", "read_from() is not null"


def _swapped(text: str) -> str:
    """read_contracts has no counterpart; the arm is a mutant of its own."""
    other = {"read": "write", "write": "read"}
    plain = text.replace("read_villages_touch", "touch")
    swapped = re.sub(r"\b(read|write)_(from|to|villages)\(", lambda m: f"{other[m[1]]}_{m[2]}(", plain)
    return swapped.replace("touch", "read_villages_touch")


def mutants(policy: Policy, columns: list[str]) -> Iterator[Mutant]:
    """All of a policy's: dropped; each expression loosened; a partner's arm where there is none."""
    on = f"policy {policy.name} on {policy.table_name}"
    given = {"using": policy.using_, "with check": policy.checking}
    found = {"dropped": f"drop {on}"}
    for clause, text in given.items():
        for name, changed in loosened(text) if text else ():
            found[f"{clause} {name}"] = f"alter {on} {clause} ({changed})"
    if policy.command == "SELECT" and "contract_id" in columns and policy.table_name not in PARTNER:
        found["with a partner's arm"] = f"alter {on} using ({policy.using_} or {PARTNER_ARM})"
    if policy.command == "UPDATE":
        found["lets everything through"] = f"alter {on} using (true) with check (true)"
    for name, ddl in found.items():
        yield Mutant(
            name=f"{policy.name}: {name}", table=policy.table_name, commands=(policy.command,), ddl=ddl
        )


def of_table(table: str) -> Iterator[Mutant]:
    """Protection off, and off for the owner."""
    for ddl, role in (
        ("disable row level security", "registry_app"),
        ("no force row level security", "registry_owner"),
    ):
        whole = f"alter table {table} {ddl}"
        yield Mutant(name=whole, table=table, commands=tuple(PROBES), ddl=whole, role=role)


@asynccontextmanager
async def undone(conn: Conn) -> AsyncIterator[None]:
    transaction = conn.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def caught(matrix: Matrix, mutant: Mutant) -> str | None:
    """The first difference the probes see."""
    async with undone(matrix.admin):
        await matrix.admin.execute(
            f"grant all on {mutant.table} to registry_app; {mutant.ddl}; set local role {mutant.role}"
        )
        for probe in (each for command in mutant.commands for each in PROBES[command]):
            async for fault in probe(matrix.admin, matrix, mutant.table):
                return fault
    return None


@pytest.fixture
async def bare(database: Matrix) -> Matrix:
    """With every right, without foreign keys."""
    return msgspec.structs.replace(database, rights=dict.fromkeys(database.tables, RIGHTS), exact=True)


@pytest.fixture
async def policies(database: Matrix) -> list[Policy]:
    rows = await database.admin.fetch(CATALOGUE["policies"])
    return [msgspec.convert(dict(row), Policy) for row in rows]


async def test_the_policies_alone_keep_out_and_let_in(database: Matrix, bare: Matrix) -> None:
    """The control: unchanged, the matrix holds also where test_isolation.py stops at a right or a key, and
    for the owner of the tables."""
    for table, rights in database.rights.items():
        if table not in bare.tables:
            continue
        commands = ("DELETE",) if "UPDATE" in rights else ("UPDATE", "DELETE")
        for role, tried in (("registry_app", commands), ("registry_owner", ("SELECT",))):
            assert (
                await caught(bare, Mutant(name="none", table=table, commands=tried, ddl="select", role=role))
                is None
            )


async def test_every_mutant_of_a_policy_is_caught(bare: Matrix, policies: list[Policy]) -> None:
    """Each policy of the catalogue has some, so a new one is covered or fails."""
    survivors, count = [], 0
    for policy in policies:
        made = list(mutants(policy, bare.tables[policy.table_name]))
        shared = policy.table_name not in RULES and "division_code" in bare.tables[policy.table_name]
        assert len(made) >= (2 if shared and policy.command == "SELECT" else 4), policy
        count += len(made)
        survivors += [mutant.name for mutant in made if await caught(bare, mutant) is None]
    print(f"{count} mutants of {len(policies)} policies, {len(survivors)} not caught")
    assert not survivors, "\n".join(survivors)
    assert {policy.table_name for policy in policies} == set(bare.tables)


async def test_every_table_left_open_is_caught(bare: Matrix) -> None:
    survivors = [
        mutant.name
        for table in bare.tables
        for mutant in of_table(table)
        if await caught(bare, mutant) is None
    ]
    assert survivors == []


async def test_nothing_of_a_mutant_stays(database: Matrix, policies: list[Policy]) -> None:
    """Mutants of one test are no fault of the next."""
    rows = await database.admin.fetch(CATALOGUE["rights"])
    assert {row["table_name"]: row["rights"] for row in rows} == database.rights
    assert "delivery_read" in {policy.name for policy in policies}
