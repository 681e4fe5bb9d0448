"""What identities can do with the rows of a table against what they should: one line per difference.

Identities and expectations are made here; which tables are tried, with which rights, the tests say.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias

import asyncpg
import msgspec

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Conn, Identity, Scope
from tests.factories import COUNTY, OTHER_TOWNSHIP, SIBLING, TOWNSHIP, VILLAGE
from tests.invariants.populated import FAR, Held, Matrix
from tests.invariants.test_catalogue import PARTNER

OUTSIDE, NO_RIGHT, TAKEN = "outside the scope", "no right", "let through to a constraint"
ACTOR, SYSTEM = "test", "0" * 12
ELSEWHERE = "110000000000"  # before all others
Faults: TypeAlias = AsyncIterator[str]
Probe: TypeAlias = Callable[[Conn, Matrix, str], Faults]
May: TypeAlias = Callable[[Identity, Held], bool]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who may read a row of the table, add it, and change or remove it once it can be read."""

    place: str
    reads: May
    adds: May
    changes: May


def _in_write(who: Identity, row: Held) -> bool:
    return who.write.covers(row.place)


def _own(who: Identity, row: Held) -> bool:
    return row.actor == who.actor


def _reached(who: Identity, row: Held) -> bool:
    scope = who.read
    overlaps = bool(scope.first) and row.place <= scope.last and row.last >= scope.first
    return overlaps or any(row.place <= code <= row.last for code in scope.villages)


def _in_range(who: Identity, row: Held) -> bool:
    return bool(who.write.first) and who.write.first <= row.place <= who.write.last


_VILLAGE = Rule(
    place="village_code",
    reads=lambda who, row: who.read.covers(row.place),
    adds=_in_write,
    changes=_in_write,
)
_PARTNER = msgspec.structs.replace(
    _VILLAGE, reads=lambda who, row: who.read.covers(row.place) or row.contract in who.read.contracts
)
_SHARED = Rule(place="division_code", reads=lambda _who, _row: True, adds=_in_write, changes=_in_write)
RULES: Mapping[str, Rule] = {
    "framework": Rule(place="division_code", reads=_reached, adds=_in_range, changes=_in_range),
    "audit_event": Rule(
        place="division_code",
        reads=lambda who, row: who.read.covers(row.place),
        adds=_own,
        changes=lambda _who, _row: False,
    ),
    "idempotency": Rule(place="county_code", reads=_own, adds=_own, changes=_own),
}


def rule_of(matrix: Matrix, table: str) -> Rule:
    """A new table falls under the rule its columns call for; its policies have to be of that kind."""
    columns = matrix.tables[table]
    if table in RULES:
        return RULES[table]
    if "village_code" in columns:
        return _PARTNER if table in PARTNER else _VILLAGE
    return _SHARED


def roles(matrix: Matrix) -> dict[str, Identity]:
    """One identity per role, and further ones whose scope is made otherwise."""
    village, area = Scope.of_division(VILLAGE), Scope(villages=(SIBLING, FAR))
    county = Scope.of_division(COUNTY)
    made = {
        "cadre": (village, village),
        "neighbour": (Scope.of_division(SIBLING), Scope.of_division(SIBLING)),
        "clerk": (Scope.of_division(TOWNSHIP), Scope.of_division(TOWNSHIP)),
        "stranger": (Scope.of_division(OTHER_TOWNSHIP), Scope.of_division(OTHER_TOWNSHIP)),
        "county": (county, county),
        "county of an area": (area, area),
        "cadre with a further village": (Scope(first=VILLAGE, last=VILLAGE, villages=(FAR,)),) * 2,
        "auditor": (county, Scope.EMPTY),
        "auditor of an area": (area, Scope.EMPTY),
        "administrator": (Scope(villages=(SYSTEM,)), Scope.EMPTY),
        "partner": (matrix.partner.read, Scope.EMPTY),
        "read-only token": (village, Scope.EMPTY),
        "local operator": (Scope.ALL, Scope.ALL),
        "nobody": (Scope.EMPTY, Scope.EMPTY),
    }
    found = {name: Identity(actor=ACTOR, read=read, write=write) for name, (read, write) in made.items()}
    return found | {"somebody else": Identity(actor="someone", read=Scope.ALL, write=Scope.ALL)}


def scopes(places: set[str]) -> dict[str, Scope]:
    """Scopes whose edges lie at the rows of a table."""
    found = {"nothing": Scope.EMPTY, "everything": Scope.ALL}
    for at in sorted(places):
        before, after = f"{max(int(at) - 1, 0):012}", f"{int(at) + 1:012}"
        found[f"exactly {at}"] = Scope(first=at, last=at)
        found[f"all before {at}"] = Scope(first=SYSTEM, last=before) if int(at) else Scope.EMPTY
        found[f"all after {at}"] = Scope(first=after, last="9" * 12)
        found[f"a list of {at}"] = Scope(villages=(at,))
    return found


def readers(matrix: Matrix, table: str) -> dict[str, Identity]:
    """The roles, and every scope with everything in its write scope: reading must not look at that."""
    around = scopes({edge for row in matrix.held[table] for edge in (row.place, row.last) if edge})
    return {
        f"who reads {name}": Identity(actor=ACTOR, read=scope, write=Scope.ALL)
        for name, scope in around.items()
    } | roles(matrix)


def writers(matrix: Matrix, table: str) -> dict[str, Identity]:
    """The roles, and every scope with everything in its read scope: writing must not look at that."""
    around = scopes({edge for row in matrix.held[table] for edge in (row.place, row.last) if edge})
    return {
        f"who writes {name}": Identity(actor=ACTOR, read=Scope.ALL, write=scope)
        for name, scope in around.items()
    } | roles(matrix)


async def attempt(conn: Conn, statement: str, *args: object) -> set[Any] | str:
    """The first column of what a statement answers, or how it was refused; undone either way."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        return {row[0] for row in await conn.fetch(statement, *args)}
    except asyncpg.InsufficientPrivilegeError as error:
        return OUTSIDE if "row-level security" in str(error) else NO_RIGHT
    except asyncpg.IntegrityConstraintViolationError:
        return TAKEN
    finally:
        await transaction.rollback()


async def misread(conn: Conn, matrix: Matrix, table: str) -> Faults:
    """Other rows are read than the identity may."""
    rule, rows = rule_of(matrix, table), matrix.held[table]
    for name, who in readers(matrix, table).items():
        await transactions.enter(conn, who)
        got = {row[0] for row in await conn.fetch(f"select md5(t::text) from {table} as t")}
        if got != {row.key for row in rows if rule.reads(who, row)}:
            yield f"{table} read by {name}"


async def misadded(conn: Conn, matrix: Matrix, table: str) -> Faults:
    """Adding a row that is there: one outside is refused, one inside only by the row's own key."""
    rule = rule_of(matrix, table)
    add = f"insert into {table} select (jsonb_populate_record(null::{table}, $1::text::jsonb)).*"
    for name, who in writers(matrix, table).items():
        await transactions.enter(conn, who)
        for row in matrix.held[table]:
            if await attempt(conn, add, row.content) != (TAKEN if rule.adds(who, row) else OUTSIDE):
                yield f"{table} added to by {name}"


async def mischanged(conn: Conn, matrix: Matrix, table: str) -> Faults:
    """Other rows are changed than the identity may read and write; no right of the application is none."""
    rule, may = rule_of(matrix, table), "UPDATE" in matrix.rights[table]
    change = f"update {table} as t set {rule.place} = {rule.place} returning md5(t::text)"
    people = writers(matrix, table) | (readers(matrix, table) if may else {})
    for name, who in people.items():
        await transactions.enter(conn, who)
        if await attempt(conn, change) != (_both(rule, matrix, table, who) if may else NO_RIGHT):
            yield f"{table} changed by {name}"


async def mismoved(conn: Conn, matrix: Matrix, table: str) -> Faults:
    """A row is moved to a place, or given to an actor, where the identity may not write."""
    if "UPDATE" not in matrix.rights[table]:
        return
    rule, column = rule_of(matrix, table), "actor" if table == "idempotency" else "place"
    places = {getattr(row, column) for row in matrix.held[table]}
    if rule.place == "division_code":
        places |= {ELSEWHERE, OTHER_TOWNSHIP}
    name_of = {"place": rule.place}.get(column, column)
    move = f"update {table} as t set {name_of} = $1 where md5(t::text) = any($2) returning 1"
    for name, who in writers(matrix, table).items():
        await transactions.enter(conn, who)
        sources = {
            row.key: row for row in matrix.held[table] if rule.reads(who, row) and rule.changes(who, row)
        }
        for to in places if sources else ():
            there = [msgspec.structs.replace(row, **{column: to}) for row in sources.values()]
            stays = all(rule.reads(who, row) and rule.changes(who, row) for row in there)
            if await attempt(conn, move, to, list(sources)) not in (({1}, TAKEN) if stays else (OUTSIDE,)):
                yield f"{table} moved by {name} to {to}"


async def misremoved(conn: Conn, matrix: Matrix, table: str) -> Faults:
    """Other rows are removed than may be. A row others lead to is kept by its key, after the policy."""
    rule, may = rule_of(matrix, table), "DELETE" in matrix.rights[table]
    for name, who in writers(matrix, table).items():
        await transactions.enter(conn, who)
        got = await attempt(conn, f"delete from {table} as t returning md5(t::text)")
        own = _both(rule, matrix, table, who)
        if got not in ((own, TAKEN if own and not matrix.exact else own) if may else (NO_RIGHT,)):
            yield f"{table} removed from by {name}"


async def misblind(conn: Conn, matrix: Matrix, table: str) -> Faults:
    """A statement that reads no column passes by the policy of reading: that of writing has to hold alone."""
    rule, column = rule_of(matrix, table), "actor" if table == "idempotency" else rule_of(matrix, table).place
    for name, who in writers(matrix, table).items():
        await transactions.enter(conn, who)
        own = [row for row in matrix.held[table] if rule.changes(who, row)]
        if await _count(conn, f"delete from {table}") != len(own):
            yield f"{table} emptied by {name}"
        for to in (ACTOR, "someone") if column == "actor" else ():
            stays = not own or to == who.actor
            got = await _count(conn, f"update {table} set {column} = '{to}'")
            if got != (len(own) if stays else OUTSIDE):
                yield f"{table} given to {to} by {name}"


async def _count(conn: Conn, statement: str) -> int | str:
    transaction = conn.transaction()
    await transaction.start()
    try:
        return int((await conn.execute(statement)).rpartition(" ")[2])
    except asyncpg.InsufficientPrivilegeError:
        return OUTSIDE
    except asyncpg.IntegrityConstraintViolationError:
        return TAKEN
    finally:
        await transaction.rollback()


def _both(rule: Rule, matrix: Matrix, table: str, who: Identity) -> set[str]:
    return {row.key for row in matrix.held[table] if rule.reads(who, row) and rule.changes(who, row)}


PROBES: Mapping[str, tuple[Probe, ...]] = {
    "SELECT": (misread,),
    "INSERT": (misadded,),
    "UPDATE": (mischanged, mismoved, misblind),
    "DELETE": (misremoved, misblind),
}
