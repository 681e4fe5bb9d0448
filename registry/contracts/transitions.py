"""Guarded updates that move a contract: taken for a change, signed, ended, filed. None: another was first."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, datetime
from typing import TypeAlias

from registry.contracts.inputs import FilingIn
from registry.contracts.model import ContractKey, ContractRow
from registry.contracts.write_queries import Versioned
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("contracts")
hold_contract = q("hold_contract", ContractKey).maybe(ContractRow)
_claim = q("claim_contract", ContractKey, Collection[str], int | None, datetime, str).maybe(Versioned)
_sign = q("sign_contract", ContractKey, int, date, int, datetime, str).maybe(Versioned)
_file = q("file_contract", ContractKey, int, Collection[str], FilingIn, datetime, str).maybe(Versioned)
_Ended: TypeAlias = tuple[date, str | None]
_complete = q("complete_contract", ContractKey, int, _Ended, datetime, str).maybe(Versioned)
_terminate = q("terminate_contract", ContractKey, int, _Ended, datetime, str).maybe(Versioned)
_cancel = q("cancel_contract", ContractKey, int, _Ended, datetime, str).maybe(Versioned)
End: TypeAlias = Callable[[Work, ContractRow, date, str | None], Awaitable[Versioned | None]]
"""Ends a contract on its last day, for a reason."""


async def claim_contract(
    work: Work, row: ContractRow, states: Sequence[str], version: int | None
) -> Versioned | None:
    return await _claim(work, row.key, states, version, work.act.now, work.act.actor)


async def sign_contract(
    work: Work, row: ContractRow, *, signed_on: date, number_year: int
) -> Versioned | None:
    return await _sign(work, row.key, row.version, signed_on, number_year, work.act.now, work.act.actor)


async def complete_contract(work: Work, row: ContractRow, day: date, reason: str | None) -> Versioned | None:
    return await _complete(work, row.key, row.version, (day, reason), work.act.now, work.act.actor)


async def terminate_contract(work: Work, row: ContractRow, day: date, reason: str | None) -> Versioned | None:
    return await _terminate(work, row.key, row.version, (day, reason), work.act.now, work.act.actor)


async def cancel_contract(work: Work, row: ContractRow, day: date, reason: str | None) -> Versioned | None:
    return await _cancel(work, row.key, row.version, (day, reason), work.act.now, work.act.actor)


async def file_contract(
    work: Work, row: ContractRow, *, before: Sequence[str], filing: FilingIn
) -> Versioned | None:
    return await _file(work, row.key, row.version, before, filing, work.act.now, work.act.actor)
