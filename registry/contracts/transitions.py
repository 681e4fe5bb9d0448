"""Guarded updates that move a contract: taken for a change, signed, ended, filed. None: another was first."""

from collections.abc import Sequence
from datetime import date

from registry.contracts.inputs import FilingIn
from registry.contracts.model import ContractRow
from registry.contracts.write_queries import Versioned
from registry.kernel.db import sql, transactions
from registry.kernel.work import Work

Q = sql.queries("contracts")


async def hold_contract(work: Work, row: ContractRow) -> None:
    await transactions.run(work, Q["hold_contract"], row.county_code, row.contract_id)


async def claim_contract(
    work: Work, row: ContractRow, states: Sequence[str], version: int | None
) -> Versioned | None:
    return await transactions.maybe(
        work,
        Versioned,
        Q["claim_contract"],
        row.county_code,
        row.contract_id,
        list(states),
        version,
        work.act.now,
        work.act.actor,
    )


async def sign_contract(
    work: Work, row: ContractRow, version: int | None, *, signed_on: date, number_year: int
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await transactions.maybe(
        work, Versioned, Q["sign_contract"], *key, signed_on, number_year, work.act.now, work.act.actor
    )


async def complete_contract(
    work: Work, row: ContractRow, version: int | None, *, day: date, reason: str | None
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await transactions.maybe(
        work, Versioned, Q["complete_contract"], *key, day, reason, work.act.now, work.act.actor
    )


async def terminate_contract(
    work: Work, row: ContractRow, version: int | None, *, day: date, reason: str | None
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await transactions.maybe(
        work, Versioned, Q["terminate_contract"], *key, day, reason, work.act.now, work.act.actor
    )


async def cancel_contract(
    work: Work, row: ContractRow, version: int | None, *, day: date, reason: str | None
) -> Versioned | None:
    key = (row.county_code, row.contract_id, version)
    return await transactions.maybe(
        work, Versioned, Q["cancel_contract"], *key, day, reason, work.act.now, work.act.actor
    )


async def file_contract(
    work: Work, row: ContractRow, version: int | None, *, before: Sequence[str], filing: FilingIn
) -> Versioned | None:
    return await transactions.maybe(
        work,
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
        work.act.now,
        work.act.actor,
    )
