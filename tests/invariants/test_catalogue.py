"""The rules a schema has to keep to run on one machine or many (keys, codes, policies, names, rights)."""

import re
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path

import asyncpg
import pytest

from registry.kernel.db import sql
from registry.kernel.work import Work

Rows = list[asyncpg.Record]
Ask = Callable[[str], Awaitable[Rows]]
STATEMENTS = sql.parse((Path(__file__).parent / "catalogue.sql").read_text("utf-8"), "catalogue.sql")
# Placed by county but not owned by a village; job stays on the coordinating node.
NO_VILLAGE = {"audit_event", "audit_seal", "audit_waiting", "idempotency"}
LOCAL = {
    "account", "account_grant", "api_token", "job", "migration", "partner_contract", "rate_window", "session",
}  # fmt: skip
# Ids and hashes only, of every county: who seals the audit trail acts for no village.
UNPROTECTED = {"audit_seal", "audit_waiting"}
# Nobody changes or removes what was done: no right and no policy for it.
APPENDED = {"audit_event"}
# Tables a partner may read through its contracts: it performs them.
PARTNER = {
    "contract", "party", "component", "component_terms", "participant", "participant_version",
    "delivery", "delivery_price", "allocation",
}  # fmt: skip
# Parts of a draft, parcel shares, area members, stored answers, finished jobs, sums. Nothing else ever goes.
REMOVABLE = {
    "area_division", "audit_waiting", "component", "component_terms", "consent", "household_period",
    "idempotency", "job", "parcel_holder", "participant", "participant_land_use", "participant_version",
    "partner_contract", "party", "person_identifier", "rate_window", "session",
}  # fmt: skip


@pytest.fixture
def ask(work: Work) -> Ask:
    async def fetch(name: str) -> Rows:
        return await work.conn.fetch(STATEMENTS[name])

    return fetch


async def county_tables(ask: Ask) -> dict[str, list[str]]:
    """The distributed tables: those with a county."""
    return {
        row["name"]: row["columns"]
        for row in await ask("tables")
        if "county_code" in row["columns"] and row["name"] not in LOCAL
    }


async def village_tables(ask: Ask) -> set[str]:
    return set(await county_tables(ask)) - NO_VILLAGE


async def test_there_are_tables(ask: Ask) -> None:
    """A positive control of everything below."""
    assert {"household", "contract", "delivery", "gain_line"} <= await village_tables(ask)
    assert {row["name"] for row in await ask("tables")} >= LOCAL | NO_VILLAGE | PARTNER


async def test_every_table_has_a_primary_key(ask: Ask) -> None:
    keyed = {row["table_name"] for row in await ask("constraints") if row["kind"] == "p"}
    assert {row["name"] for row in await ask("tables")} - keyed == set()


async def test_the_county_is_a_plain_text_that_is_always_given(ask: Ask) -> None:
    wrong = [
        row["table_name"]
        for row in await ask("columns")
        if row["name"] in ("county_code", "village_code")
        and (row["type"], row["required"], row["generated"]) != ("text", True, "")
    ]
    assert wrong == []


async def test_every_village_table_has_its_village_inside_its_county(ask: Ask) -> None:
    places = {
        row["table_name"]
        for row in await ask("constraints")
        if row["name"] == f"{row['table_name']}_place"
        and '"left"(village_code, 6) = county_code' in row["definition"]
        and row["definition"].count("^[0-9]{") == 2
    }
    with_village = {name for name, columns in (await county_tables(ask)).items() if "village_code" in columns}
    assert with_village == await village_tables(ask)
    assert with_village - places == set()


async def test_rows_meet_only_inside_a_county(ask: Ask) -> None:
    counties = await county_tables(ask)
    loose = [
        row["name"]
        for row in await ask("indexes")
        if row["is_unique"] and row["table_name"] in counties and "county_code" not in row["columns"]
    ]
    loose += [
        row["name"]
        for row in await ask("constraints")
        if row["kind"] == "x" and row["table_name"] in counties and "county_code" not in row["columns"]
    ]
    assert loose == []


async def test_foreign_keys_can_be_distributed(ask: Ask) -> None:
    counties = await county_tables(ask)
    faults = []
    for row in (row for row in await ask("constraints") if row["kind"] == "f"):
        inside = row["table_name"] in counties
        pairs = list(zip(row["columns"], row["target_columns"], strict=True))
        if row["target"] in counties and ("county_code", "county_code") not in pairs:
            faults.append(f"{row['name']}: without the county")
        if row["target"] in counties and not inside:
            faults.append(f"{row['name']}: a shared or local table points at a village's")
        if (row["target"] in LOCAL) is not (row["table_name"] in LOCAL):
            faults.append(f"{row['name']}: local tables lead to each other only")
        if row["on_delete"] not in "arc" or row["on_update"] != "a" or row["deferrable"]:
            faults.append(f"{row['name']}: {row['definition']}")
    assert faults == []


async def test_foreign_keys_make_no_cycle(ask: Ask) -> None:
    edges = {
        (row["table_name"], row["target"])
        for row in await ask("constraints")
        if row["kind"] == "f" and row["table_name"] != row["target"]
    }
    reach = set(edges)
    while new := {(a, d) for (a, b), (c, d) in product(reach, reach) if b == c} - reach:
        reach |= new
    assert sorted(a for a, b in reach if a == b) == []


async def test_nothing_exists_that_a_distributed_database_refuses(ask: Ask) -> None:
    assert [row["thing"] for row in await ask("strays")] == []
    assert [row["name"] for row in await ask("columns") if row["identity"] or row["generated"]] == []


async def test_numbers_are_exact_and_never_nan(ask: Ask) -> None:
    """numeric takes NaN unless a check bounds it above: by its domain, or by a named check of the column."""
    definitions = [row["definition"] for row in await ask("constraints") if row["kind"] == "c"]
    columns = await ask("columns")
    assert [row["name"] for row in columns if row["base_type"] in ("float4", "float8", "money")] == []
    open_ = [
        f"{row['table_name']}.{row['name']}"
        for row in columns
        if row["type"] == "numeric"
        and not any(re.search(rf"\b{row['name']}\b.* <=? ", text) for text in definitions)
    ]
    assert open_ == []


async def test_times_have_an_offset(ask: Ask) -> None:
    assert [
        row["name"] for row in await ask("columns") if row["base_type"] in ("timestamp", "time", "json")
    ] == []


async def test_village_tables_are_protected_for_each_command(ask: Ask) -> None:
    policies = {(row["table_name"], row["command"]) for row in await ask("policies")}
    tables = set(await county_tables(ask)) - UNPROTECTED
    expected = set(product(tables, ("SELECT", "INSERT", "UPDATE", "DELETE")))
    expected -= set(product(APPENDED, ("UPDATE", "DELETE")))
    assert {pair for pair in policies if pair[0] in tables} == expected


async def test_protection_binds_the_owner_too(ask: Ask) -> None:
    with_policy = {row["table_name"] for row in await ask("policies")}
    forced = {row["name"] for row in await ask("tables") if row["protected"] and row["forced"]}
    enabled = {row["name"] for row in await ask("tables") if row["protected"]}
    assert with_policy == forced == enabled


async def test_tables_that_name_a_division_are_written_by_its_level(ask: Ask) -> None:
    # The service checks the role; a grant is local, read before anybody has a scope.
    open_ = {"division", "division_successor", "area_division", "account_grant"}
    protected = {row["table_name"] for row in await ask("policies")}
    named = {row["name"] for row in await ask("tables") if "division_code" in row["columns"]}
    assert named - protected == open_


async def test_policies_look_at_their_own_row_only(ask: Ask) -> None:
    allowed = {"acting", "read_from", "read_to", "read_villages", "read_contracts", "read_villages_touch",
               "write_from", "write_to", "write_villages"}  # fmt: skip
    faults = []
    for row in await ask("policies"):
        text = f"{row['using_']} {row['checking']}"
        called = set(re.findall(r"\b([a-z_]+)\(", text)) - {"any"}
        if (
            re.search(r"\bselect\b", text, re.IGNORECASE)
            or called - allowed
            or row["permissive"] != "PERMISSIVE"
        ):
            faults.append(f"{row['name']}: {text}")
    assert faults == []


async def test_policies_read_by_one_scope_and_write_by_the_other(ask: Ask) -> None:
    faults = []
    for row in await ask("policies"):
        text = f"{row['using_']} {row['checking']}"
        foreign = "write_" if row["command"] == "SELECT" else "read_"
        if foreign in text:
            faults.append(row["name"])
        if row["command"] == "UPDATE" and row["using_"] != row["checking"]:
            faults.append(f"{row['name']}: a row could be moved out of the scope")
    assert faults == []


async def test_partners_read_what_they_perform_and_nothing_else(ask: Ask) -> None:
    arms = {row["table_name"] for row in await ask("policies") if "read_contracts" in row["using_"]}
    assert arms == PARTNER
    assert all(
        "contract_id" in columns for name, columns in (await county_tables(ask)).items() if name in PARTNER
    )


async def test_village_tables_have_an_index_for_their_policy(ask: Ask) -> None:
    indexed = {row["table_name"] for row in await ask("indexes") if row["columns"][:1] == ["village_code"]}
    assert await village_tables(ask) - indexed == set()


async def test_functions_read_no_table(ask: Ask) -> None:
    names = [row["name"] for row in await ask("tables")]
    faults = []
    for row in await ask("functions"):
        reads = [name for name in names if re.search(rf"\b(from|join|update|into)\s+{name}\b", row["body"])]
        if reads or row["definer"]:
            faults.append(row["name"])
        if row["language"] == "sql" and row["volatility"] != "s":
            faults.append(f"{row['name']} is not stable")
        if row["language"] == "plpgsql" and row["name"] != "enter" and row["callable"]:
            faults.append(f"the application may call {row['name']}")
    assert faults == []


async def test_the_application_owns_nothing_and_can_make_nothing(ask: Ask) -> None:
    (role,) = await ask("application_role")
    can = {key for key, value in role.items() if value is True}
    assert can == {"login"}
    settings = {entry.partition("=")[0].lower() for entry in role["config"]}
    assert settings >= {
        "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "timezone", "search_path",
        "plan_cache_mode",
    }  # fmt: skip


async def test_the_application_removes_only_what_may_be_removed(ask: Ask) -> None:
    rights = {row["table_name"]: set(row["rights"]) for row in await ask("rights")}
    assert {name for name, may in rights.items() if "DELETE" in may} <= REMOVABLE
    assert [name for name, may in rights.items() if may & {"TRUNCATE", "REFERENCES", "TRIGGER"}] == []
    assert [name for name, may in rights.items() if "SELECT" not in may] == []
    assert "UPDATE" not in rights["gain_part"]
    assert rights["migration"] == {"SELECT"}
