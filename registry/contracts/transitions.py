"""Guarded updates that move a contract: taken for a change, signed, ended, filed. None: another was first."""

from collections.abc import Sequence
from datetime import date

from registry.contracts.inputs import FilingIn
from registry.contracts.model import ContractRow
from registry.contracts.writing import Versioned
from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.kernel.web import Act

Q = sql.queries("contracts")


async def hold_contract(conn: Conn, row: ContractRow) -> None:
    await db.run(conn, Q["hold_contract"], row.county_code, row.contract_id)


async def claim_contract(
    conn: Conn, row: ContractRow, states: Sequence[str], version: int | None, act: Act
) -> Versioned | None:
    return await db.maybe(
        conn,
        Versioned,
        Q["claim_contract"],
        row.county_code,
        row.contract_id,
        list(states),
        version,
        act.now,
        act.actor,
    )


async def sign_contract(
    conn: Conn, row: ContractRow, version: int | None, *, signed_on: date, number_year: int, act: Act
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await db.maybe(
        conn, Versioned, Q["sign_contract"], *key, signed_on, number_year, act.now, act.actor
    )


async def complete_contract(
    conn: Conn, row: ContractRow, version: int | None, *, day: date, reason: str | None, act: Act
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await db.maybe(conn, Versioned, Q["complete_contract"], *key, day, reason, act.now, act.actor)


async def terminate_contract(
    conn: Conn, row: ContractRow, version: int | None, *, day: date, reason: str | None, act: Act
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await db.maybe(conn, Versioned, Q["terminate_contract"], *key, day, reason, act.now, act.actor)


async def cancel_contract(
    conn: Conn, row: ContractRow, version: int | None, *, day: date, reason: str | None, act: Act
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await db.maybe(conn, Versioned, Q["cancel_contract"], *key, day, reason, act.now, act.actor)


async def file_contract(
    conn: Conn, row: ContractRow, version: int | None, *, before: Sequence[str], filing: FilingIn, act: Act
) -> Versioned | None:
    return await db.maybe(
        conn,
        Versioned,
        Q["file_contract"],
        row.county_code,
        row.contract_id,
        version,
        list(before),
        filing.state,
        filing.number,
        filing.filed_on,
        filing.authority,
        filing.reason,
        act.now,
        act.actor,
    )
