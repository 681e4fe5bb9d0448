"""Every protected table of the catalogue under real scopes: who reads, adds, changes, moves, removes what.

By the application's own role with its own rights. What a policy alone keeps out: test_policy_mutants.py.
"""

from collections.abc import AsyncIterator

import pytest

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from tests.factories import SIBLING, VILLAGE
from tests.invariants import rls_probes
from tests.invariants.populated import FAR, VILLAGES, Matrix
from tests.invariants.rls_probes import ACTOR, OUTSIDE, SYSTEM, Probe, attempt
from tests.invariants.test_catalogue import APPENDED, PARTNER, REMOVABLE


@pytest.fixture
async def matrix(database: Matrix) -> AsyncIterator[Matrix]:
    """Whatever a test does is undone."""
    transaction = database.conn.transaction()
    await transaction.start()
    yield database
    await transaction.rollback()


async def found(matrix: Matrix, probe: Probe) -> list[str]:
    return [fault for table in matrix.tables async for fault in probe(matrix.conn, matrix, table)]


def of_villages(matrix: Matrix) -> set[str]:
    return {table for table, columns in matrix.tables.items() if "village_code" in columns}


async def test_every_table_has_a_row_in_every_village(matrix: Matrix) -> None:
    """The positive control: whoever may see everything does."""
    assert {"household", "delivery", "gain_part", "person_identifier", "consent"} <= of_villages(matrix)
    await transactions.enter(matrix.conn, Identity(actor=ACTOR, read=Scope.ALL, write=Scope.EMPTY))
    for table, columns in matrix.tables.items():
        seen = await matrix.conn.fetchval(f"select count(*) from {table}")
        assert seen >= 1, table
        if "village_code" in columns:
            assert {row.place for row in matrix.held[table]} == set(VILLAGES), table
            assert seen == len(VILLAGES) + (table in PARTNER), table


async def test_each_identity_reads_what_is_its_own(matrix: Matrix) -> None:
    assert await found(matrix, rls_probes.misread) == []


async def test_each_identity_adds_where_it_writes(matrix: Matrix) -> None:
    assert await found(matrix, rls_probes.misadded) == []


async def test_each_identity_changes_what_it_reads_and_writes(matrix: Matrix) -> None:
    assert {table for table in matrix.tables if "UPDATE" not in matrix.rights[table]} == (
        APPENDED | {"gain_part", "idempotency"}
    )
    assert await found(matrix, rls_probes.mischanged) == []


async def test_no_identity_moves_a_row_out_of_what_it_writes(matrix: Matrix) -> None:
    assert await found(matrix, rls_probes.mismoved) == []


async def test_each_identity_removes_from_its_own_and_only_what_may_go(matrix: Matrix) -> None:
    may = {table for table in matrix.tables if "DELETE" in matrix.rights[table]}
    assert may <= REMOVABLE
    assert {"participant", "person_identifier"} <= may
    assert await found(matrix, rls_probes.misremoved) == []


async def test_roles_hold_what_the_positive_controls_need(matrix: Matrix) -> None:
    """Each role that sees anything sees something here: no denial stands alone."""
    for name, who in rls_probes.roles(matrix).items():
        seen = {
            table for table in matrix.tables if await _read(matrix, table, who) and _scoped(matrix, table)
        }
        expected: set[str] = of_villages(matrix) | {"audit_event", "framework", "idempotency"}
        if name in ("neighbour", "stranger", "county of an area", "auditor of an area"):
            assert seen == expected, name
        elif name == "partner":
            assert seen == PARTNER | {"idempotency"}
        elif name == "administrator":
            assert seen == {"audit_event", "idempotency"}
        elif name == "nobody":
            assert seen == {"idempotency"}
        else:
            assert seen == expected, name


async def _read(matrix: Matrix, table: str, who: Identity) -> bool:
    await transactions.enter(matrix.conn, who)
    return bool(await matrix.conn.fetchval(f"select exists (select from {table})"))


def _scoped(matrix: Matrix, table: str) -> bool:
    return table in of_villages(matrix) or table in rls_probes.RULES


async def test_a_partner_reads_its_contracts_in_their_villages_and_no_other(matrix: Matrix) -> None:
    await transactions.enter(matrix.conn, matrix.partner)
    own = set(matrix.partner.read.contracts)
    for table in PARTNER:
        assert await attempt(matrix.conn, f"select contract_id from {table}") == own, table
        assert await attempt(matrix.conn, f"select village_code from {table}") == {VILLAGE, FAR}, table


async def test_an_administrator_reads_what_belongs_to_no_division(matrix: Matrix) -> None:
    await transactions.enter(matrix.conn, rls_probes.roles(matrix)["administrator"])
    assert await attempt(matrix.conn, "select division_code from audit_event") == {SYSTEM}
    assert await attempt(matrix.conn, "select village_code from household") == set()


async def test_everybody_adds_what_it_did_itself_even_where_it_reads_nothing(matrix: Matrix) -> None:
    """A login, a partner's reveal. `returning` would ask for the right to read the new row."""
    event = next(row for row in matrix.held["audit_event"] if row.place == SIBLING and row.actor == ACTOR)
    add = """insert into audit_event
        select (jsonb_populate_record(null::audit_event, $1::text::jsonb || $2::text::jsonb)).*
        on conflict do nothing"""
    for number, who in enumerate(rls_probes.roles(matrix).values()):
        await transactions.enter(matrix.conn, who)
        new = f'{{"audit_event_id": "{number:08}-0000-7000-8000-000000000000"}}'
        got = await attempt(matrix.conn, add, event.content, new)
        assert got == (set() if who.actor == ACTOR else OUTSIDE), who
