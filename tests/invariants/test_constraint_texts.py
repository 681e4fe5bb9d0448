"""Every constraint has a name that lasts and tells the user what to do."""

import re

from registry.kernel.db import constraint_names, constraints
from registry.kernel.db import constraint_texts as texts
from tests.invariants.test_catalogue import Ask, Rows, ask

__all__ = ["ask"]

# Fields of a client that stand in no column of that name.
SENT = {("idempotency", "Idempotency-Key"), ("person_identifier", "value")}


def names_of(constraints_: Rows, indexes: Rows) -> set[tuple[str, str]]:
    found = {(row["table_name"], row["name"]) for row in constraints_}
    return found | {(row["table_name"], row["name"]) for row in indexes if row["is_unique"]}


async def test_constraint_names_survive_a_shard_number(ask: Ask) -> None:
    names = names_of(await ask("constraints"), await ask("indexes"))
    bad = [name for _, name in names if len(name.encode()) > 45 or re.search(r"_[0-9]+$", name)]
    assert sorted(bad) == []
    outside = [name for table, name in names if table and not name.startswith(f"{table}_")]
    assert sorted(outside) == []


async def test_every_constraint_tells_the_user_what_to_do(ask: Ask) -> None:
    faults = []
    columns = {(row["table_name"], row["name"]) for row in await ask("columns")}
    for table, name in sorted(names_of(await ask("constraints"), await ask("indexes"))):
        entry = constraints.describe(name)
        field = entry.pointer.removeprefix("/")
        if entry is constraints.UNKNOWN:
            faults.append(f"{name}: no message")
        elif not entry.message.endswith("。") or len(entry.message) < 8:
            faults.append(f"{name}: {entry.message}")
        elif field and (table, field) not in columns and (table, field) not in SENT:
            faults.append(f"{name}: {field} is no column of {table}")
    assert faults == []


async def test_the_catalogue_names_only_what_exists(ask: Ask) -> None:
    names = {name for _, name in names_of(await ask("constraints"), await ask("indexes"))}
    assert sorted(set(texts.OWN) - names) == []
    assert sorted(set(texts.DOMAINS) - names) == []
    tables = {row["name"] for row in await ask("tables")}
    assert set(constraint_names.TABLES) == tables


async def test_codes_of_errors_are_unique(ask: Ask) -> None:
    names = {name for _, name in names_of(await ask("constraints"), await ask("indexes"))}
    codes: dict[str, list[str]] = {}
    for name in names:
        codes.setdefault(constraints.describe(name).code, []).append(name)
    assert {code: sharing for code, sharing in codes.items() if len(sharing) > 1} == {}


def test_required_fields_are_named() -> None:
    mistake = constraints.required("village_code")
    assert (mistake.pointer, mistake.message) == ("/village_code", "请填写村。")
    assert constraints.required("something_else").message == "请填写这一项。"
