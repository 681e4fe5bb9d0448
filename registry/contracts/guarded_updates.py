"""Locks a contract for a change: the states that allow it, and the error if the update wrote nothing."""

from collections.abc import Sequence
from uuid import UUID

from registry.audit import service as audit
from registry.contracts import queries, transitions
from registry.contracts.model import STATUS_NAMES, ContractRow
from registry.kernel.db import records
from registry.kernel.errors import Conflict, DomainError, NotFound, Stale
from registry.kernel.types import NO_COUNTY
from registry.kernel.work import Act, Work


def duties_separated(entered_by: str, approved_by: str) -> bool:
    """Separation of duties: the person who enters a filing or settlement does not approve it."""
    return entered_by != approved_by


def filing_entered_by(row: ContractRow) -> str:
    """Who submitted the filing last, else who registered the contract."""
    return row.filing_by or row.created_by


def may_decide_filing(row: ContractRow, act: Act) -> bool:
    """Whether this person, in this role, may file the contract or return it."""
    return act.role == "clerk" and duties_separated(filing_entered_by(row), act.actor)


def wrong_state(row: ContractRow, states: Sequence[str], what: str) -> Conflict:
    """`what`: the thing that cannot be done, as in "签订"."""
    wanted = "、".join(STATUS_NAMES[state] for state in states)
    return Conflict(
        f"合同现在是“{STATUS_NAMES[row.status]}”，不能{what}；只有“{wanted}”的合同可以。请刷新后查看。",
        code="contract.state",
        title=f"The contract is {row.status}",
        extra={"contract_status": row.status},
    )


async def lock(work: Work, contract_id: UUID) -> ContractRow:
    """The contract as it is now: nobody else changes it or its parts until the transaction ends. NotFound,
    also outside the write scope. The caller's county is tried first: rows are locked within a known county
    only."""
    held = None
    if work.act.county_code != NO_COUNTY:
        held = await transitions.hold_contract(work, (work.act.county_code, contract_id))
    if held is None:
        held = await transitions.hold_contract(work, (await queries.contract(work, contract_id)).key)
    if held is None:
        raise NotFound
    return held


async def hold(
    work: Work, contract_id: UUID, states: Sequence[str], *, version: int | None, what: str
) -> ContractRow:
    """Locks a contract whose parts are going to be checked and changed. Conflict, Stale, NotFound."""
    row = await lock(work, contract_id)
    if row.status not in states:
        raise wrong_state(row, states, what)
    records.require_version(row, version)
    return row


async def why_not_written(
    work: Work, row: ContractRow, states: Sequence[str], version: int | None, what: str
) -> DomainError:
    """The error of an update that wrote nothing: 409 for the wrong state, else 412 or 404."""
    now = await queries.contract(work, row.contract_id)
    if now.status not in states:
        return wrong_state(now, states, what)
    if version is not None and now.version != version:
        return Stale()
    return NotFound()


async def claim(
    work: Work, row: ContractRow, states: Sequence[str], *, version: int | None, what: str
) -> int:
    """Locks the contract for a change of its parts and raises its version. Conflict, Stale, NotFound."""
    made = await transitions.claim_contract(work, row, states, version)
    if made is None:
        raise await why_not_written(work, row, states, version, what)
    await audit.watch(work, "contract", row.contract_id)
    return made.version
