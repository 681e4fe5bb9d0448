"""The life of a contract: draft → signed → completed | terminated | cancelled, each by one guarded update;
and the filing (备案), a state of its own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.access.errors import Forbidden
from registry.audit import service as audit
from registry.contracts import (
    checks,
    guarded_updates,
    load_facts,
    queries,
    recompute_triggers,
    transitions,
    write_queries,
)
from registry.contracts.facts import ContractFacts
from registry.contracts.inputs import CancelIn, CompleteIn, FilingIn, SignIn, TerminateIn
from registry.contracts.model import FILING_DECISIONS, FILING_NAMES, FILING_STEPS, ContractRow
from registry.kernel import findings
from registry.kernel.errors import Conflict, DomainError, Invalid, Mistake, NotFound, Stale
from registry.kernel.findings import RecordWarnings
from registry.kernel.work import Act, Work


async def sign(work: Work, contract_id: UUID, request: SignIn, version: int | None = None) -> ContractRow:
    """A complete draft becomes a contract; terms and annex become version 1, in force from its start.

    Invalid with everything that is missing, Warned with everything unlikely, Conflict if it is no draft (of
    two at once one wins), Stale.
    """
    contract = await guarded_updates.hold(work, contract_id, ["draft"], version=version, what="签订")
    facts = await load_facts.whole(work, contract)
    mistakes = checks.mistakes(facts, signed_on=request.signed_on, today=work.act.today)
    if mistakes:
        raise Invalid(mistakes)
    found = checks.suspicions(facts, signed_on=request.signed_on)
    return await _sign(work, facts, request, checks.accepted(facts, found, request.overrides))


async def _sign(
    work: Work, facts: ContractFacts, request: SignIn, accepted: Sequence[RecordWarnings]
) -> ContractRow:
    contract = facts.contract
    await audit.watch(work, "contract", contract.contract_id)
    year = contract.number_year or request.signed_on.year
    made = await transitions.sign_contract(
        work, contract, None, signed_on=request.signed_on, number_year=year
    )
    if made is None:
        raise await guarded_updates.why_not_written(work, contract, ["draft"], None, "签订")
    signed = await queries.contract(work, contract.contract_id)
    await findings.store(work, accepted, actor=work.act.actor, now=work.act.now)
    await _first_version(work, signed)
    await write_queries.share_all(work, [signed])
    await recompute_triggers.touch(work, signed, {row.household_id for row in facts.lines}, facts.components)
    return signed


async def _first_version(work: Work, contract: ContractRow) -> None:
    if contract.starts_on is None or contract.signed_on is None:
        raise RuntimeError("a signed contract has its dates")
    version = write_queries.NewVersion(
        county_code=contract.county_code,
        contract_id=contract.contract_id,
        version_no=1,
        village_code=contract.village_code,
        effective_on=contract.starts_on,
        signed_on=contract.signed_on,
        reason=None,
        recorded_at=work.act.now,
        created_by=work.act.actor,
    )
    await write_queries.add_versions(work, [version])
    await write_queries.put_in_force(work, contract, contract.starts_on)


async def complete(
    work: Work, contract_id: UUID, request: CompleteIn, version: int | None = None
) -> ContractRow:
    """A signed contract was fulfilled; `completed_on` is its last day."""
    contract = await _signed(work, contract_id, "完成")
    await _end(work, contract, request.completed_on, "completed_on")
    made = await transitions.complete_contract(
        work, contract, version, day=request.completed_on, reason=request.reason
    )
    if made is None:
        raise await guarded_updates.why_not_written(work, contract, ["signed"], version, "完成")
    await recompute_triggers.touch_all(work, contract)
    return await queries.contract(work, contract_id)


async def terminate(
    work: Work, contract_id: UUID, request: TerminateIn, version: int | None = None
) -> ContractRow:
    """A signed contract ends before its time; `terminated_on` is its last day."""
    contract = await _signed(work, contract_id, "终止")
    await _end(work, contract, request.terminated_on, "terminated_on")
    made = await transitions.terminate_contract(
        work, contract, version, day=request.terminated_on, reason=request.reason
    )
    if made is None:
        raise await guarded_updates.why_not_written(work, contract, ["signed"], version, "终止")
    await recompute_triggers.touch_all(work, contract)
    return await queries.contract(work, contract_id)


async def cancel(work: Work, contract_id: UUID, request: CancelIn, version: int | None = None) -> ContractRow:
    """A draft or signed contract never was to count. Conflict if something was delivered under it."""
    contract = await guarded_updates.lock_for_change(work, contract_id)
    open_states = ["draft", "signed"]
    if contract.status not in open_states:
        raise guarded_updates.wrong_state(contract, open_states, "取消")
    made = await transitions.cancel_contract(
        work, contract, version, day=request.cancelled_on, reason=request.reason
    )
    if made is None:
        raise await guarded_updates.why_not_written(work, contract, open_states, version, "取消")
    delivered = await queries.deliveries_against_end(work, contract.key, None)
    if delivered:
        raise Conflict(
            f"这份合同已有 {delivered} 张有效的过磅单，不能取消；如不再履行，请改为终止，或先作废过磅单。",
            code="contract.delivered",
            title="Deliveries were made under this contract",
        )
    if contract.status == "signed":
        await recompute_triggers.touch_all(work, contract)
    return await queries.contract(work, contract_id)


async def _signed(work: Work, contract_id: UUID, what: str) -> ContractRow:
    contract = await guarded_updates.lock_for_change(work, contract_id)
    if contract.status != "signed":
        raise guarded_updates.wrong_state(contract, ["signed"], what)
    return contract


async def _end(work: Work, contract: ContractRow, day: date, field: str) -> None:
    """The last day is within the term, not in the future, and nothing was delivered after it."""
    mistakes = []
    if contract.starts_on is not None and day < contract.starts_on:
        message = f"日期（{day}）不能早于合同开始日期（{contract.starts_on}），请检查"
        mistakes.append(Mistake(pointer=f"/{field}", code="contract.ends_before_start", message=message))
    if day > work.act.today:
        message = f"日期（{day}）不能晚于今天，请检查"
        mistakes.append(Mistake(pointer=f"/{field}", code="contract.ends_later", message=message))
    later = await queries.deliveries_against_end(work, contract.key, day)
    if later:
        message = f"{day} 以后还有 {later} 张有效的过磅单，请改日期，或先作废这些过磅单"
        mistakes.append(Mistake(pointer=f"/{field}", code="contract.delivered_later", message=message))
    if mistakes:
        raise Invalid(mistakes)


async def file(work: Work, contract_id: UUID, request: FilingIn, version: int | None = None) -> ContractRow:
    """The next state of the filing. Conflict if it cannot follow the present one, or if the person who
    entered it would decide on it; Forbidden for a decision in another role than the clerk's; a cancelled
    contract is not filed."""
    contract = await guarded_updates.lock_for_change(work, contract_id)
    if contract.status == "cancelled":
        raise guarded_updates.wrong_state(contract, ["draft", "signed", "completed", "terminated"], "备案")
    if request.state in FILING_DECISIONS and work.act.role != "clerk":
        raise Forbidden(
            "备案和退回由乡镇经办办理，您可以先报送。",
            code="contract.filing.role",
            title="Only a clerk files or returns a contract",
        )
    before = [state for state, following in FILING_STEPS.items() if request.state in following]
    made = await transitions.file_contract(work, contract, version, before=before, filing=request)
    now = await queries.contract(work, contract_id)
    if made is None:
        raise _not_filed(now, work.act, request, before, version)
    return now


def _not_filed(
    now: ContractRow, act: Act, request: FilingIn, before: Sequence[str], version: int | None
) -> DomainError:
    """Why the guarded update wrote nothing."""
    if now.filing_state not in before:
        return Conflict(
            f"备案现在是“{FILING_NAMES[now.filing_state]}”，不能改成“{FILING_NAMES[request.state]}”。",
            code="contract.filing_state",
            title=f"The filing is {now.filing_state}",
            pointer="/state",
        )
    if version is not None and now.version != version:
        return Stale()
    if request.state in FILING_DECISIONS and not guarded_updates.duties_separated(
        guarded_updates.filing_entered_by(now), act.actor
    ):
        done = "报送" if now.filing_by else "登记"
        return Conflict(
            f"这份合同是您{done}的，备案或退回要由另一位经办办理。",
            code="contract.filing.same_person",
            title="Whoever entered a filing does not decide on it",
            pointer="/state",
        )
    return NotFound()
