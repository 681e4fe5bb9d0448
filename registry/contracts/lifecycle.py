"""The life of a contract: draft → signed → completed | terminated | cancelled, each by one guarded update;
and the filing (备案), a state of its own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

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
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.findings import RecordWarnings
from registry.kernel.work import Work


class CheckedSigning(Struct, frozen=True, kw_only=True):
    """A draft that may be signed, with the warnings that were overridden."""

    facts: ContractFacts
    signed_on: date
    accepted: Sequence[RecordWarnings]


async def sign(work: Work, contract_id: UUID, request: SignIn, version: int | None = None) -> ContractRow:
    """A complete draft becomes a contract. As `check_signing`."""
    return await write_signing(work, await check_signing(work, contract_id, request, version))


async def check_signing(
    work: Work, contract_id: UUID, request: SignIn, version: int | None = None
) -> CheckedSigning:
    """Locks a draft that is to be signed. Invalid with everything that is missing, Warned with everything
    unlikely, Conflict if it is no draft (of two at once one wins), Stale."""
    contract = await guarded_updates.hold(work, contract_id, ["draft"], version=version, what="签订")
    facts = await load_facts.whole(work, contract)
    mistakes = checks.mistakes(facts, signed_on=request.signed_on, today=work.act.today)
    if mistakes:
        raise Invalid(mistakes)
    found = checks.suspicions(facts, signed_on=request.signed_on)
    return CheckedSigning(
        facts=facts,
        signed_on=request.signed_on,
        accepted=checks.accepted(facts, found, request.overrides),
    )


async def write_signing(work: Work, checked: CheckedSigning) -> ContractRow:
    """Signs the contract; terms and annex become version 1, in force from its start."""
    facts, contract = checked.facts, checked.facts.contract
    await audit.watch(work, "contract", contract.contract_id)
    year = contract.number_year or checked.signed_on.year
    made = await transitions.sign_contract(work, contract, signed_on=checked.signed_on, number_year=year)
    if made is None:
        raise await guarded_updates.why_not_written(work, contract, ["draft"], contract.version, "签订")
    signed = await queries.contract(work, contract.contract_id)
    await findings.store(work, checked.accepted, actor=work.act.actor, now=work.act.now)
    await _first_version(work, signed)
    await write_queries.share_all(work, [signed])
    await recompute_triggers.touch(work, signed, {row.household_id for row in facts.lines}, facts.components)
    return signed


async def _first_version(work: Work, contract: ContractRow) -> None:
    if contract.starts_on is None or contract.signed_on is None:
        raise RuntimeError("a signed contract has its dates")
    version = fill(
        write_queries.NewVersion,
        contract,
        version_no=1,
        effective_on=contract.starts_on,
        signed_on=contract.signed_on,
        reason=None,
        recorded_at=work.act.now,
        created_by=work.act.actor,
    )
    await write_queries.add_versions(work, [version])
    await write_queries.put_in_force(work, contract, contract.starts_on)


class CheckedEnd(Struct, frozen=True, kw_only=True):
    """A contract that may end this way, by the guarded update `write`."""

    contract: ContractRow
    day: date
    reason: str | None
    what: str
    write: transitions.End


async def check_completion(
    work: Work, contract_id: UUID, request: CompleteIn, version: int | None = None
) -> CheckedEnd:
    """A signed contract was fulfilled; `completed_on` is its last day. Invalid, Conflict, Stale."""
    return await _check_last_day(
        work,
        contract_id,
        version,
        day=request.completed_on,
        field="completed_on",
        reason=request.reason,
        what="完成",
        write=transitions.complete_contract,
    )


async def check_termination(
    work: Work, contract_id: UUID, request: TerminateIn, version: int | None = None
) -> CheckedEnd:
    """A signed contract ends before its time; `terminated_on` is its last day. Invalid, Conflict, Stale."""
    return await _check_last_day(
        work,
        contract_id,
        version,
        day=request.terminated_on,
        field="terminated_on",
        reason=request.reason,
        what="终止",
        write=transitions.terminate_contract,
    )


async def _check_last_day(
    work: Work,
    contract_id: UUID,
    version: int | None,
    *,
    day: date,
    field: str,
    reason: str | None,
    what: str,
    write: transitions.End,
) -> CheckedEnd:
    """Locks a signed contract whose last day is `day`, `field` of the request. The mistakes of the day come
    before Stale."""
    contract = await guarded_updates.hold(work, contract_id, ["signed"], version=None, what=what)
    await _end(work, contract, day, field)
    records.require_version(contract, version)
    return CheckedEnd(contract=contract, day=day, reason=reason, what=what, write=write)


async def check_cancellation(
    work: Work, contract_id: UUID, request: CancelIn, version: int | None = None
) -> CheckedEnd:
    """A draft or signed contract never was to count. Conflict if something was delivered under it, Stale."""
    open_states = ["draft", "signed"]
    contract = await guarded_updates.hold(work, contract_id, open_states, version=version, what="取消")
    delivered = await queries.deliveries_against_end(work, contract.key, None)
    if delivered:
        raise Conflict(
            f"这份合同已有 {delivered} 张有效的过磅单，不能取消；如不再履行，请改为终止，或先作废过磅单。",
            code="contract.delivered",
            title="Deliveries were made under this contract",
        )
    return CheckedEnd(
        contract=contract,
        day=request.cancelled_on,
        reason=request.reason,
        what="取消",
        write=transitions.cancel_contract,
    )


async def write_end(work: Work, checked: CheckedEnd) -> ContractRow:
    """Ends the contract; the gains of its households are computed again."""
    contract = checked.contract
    await audit.watch(work, "contract", contract.contract_id)
    made = await checked.write(work, contract, checked.day, checked.reason)
    if made is None:
        raise await guarded_updates.why_not_written(
            work, contract, [contract.status], contract.version, checked.what
        )
    if contract.status == "signed":
        await recompute_triggers.touch_all(work, contract)
    return await queries.contract(work, contract.contract_id)


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


class CheckedFiling(Struct, frozen=True, kw_only=True):
    """A filing that may follow the present state, one of `before`."""

    contract: ContractRow
    request: FilingIn
    before: Sequence[str]


async def check_filing(
    work: Work, contract_id: UUID, request: FilingIn, version: int | None = None
) -> CheckedFiling:
    """The next state of the filing. Conflict if it cannot follow the present one, or if the person who
    entered it would decide on it; Forbidden for a decision in another role than the clerk's; a cancelled
    contract is not filed."""
    open_states = ["draft", "signed", "completed", "terminated"]
    contract = await guarded_updates.hold(work, contract_id, open_states, version=None, what="备案")
    if request.state in FILING_DECISIONS and work.act.role != "clerk":
        raise Forbidden(
            "备案和退回由乡镇经办办理，您可以先报送。",
            code="contract.filing.role",
            title="Only a clerk files or returns a contract",
        )
    before = [state for state, following in FILING_STEPS.items() if request.state in following]
    if contract.filing_state not in before:
        raise Conflict(
            f"备案现在是“{FILING_NAMES[contract.filing_state]}”，不能改成“{FILING_NAMES[request.state]}”。",
            code="contract.filing_state",
            title=f"The filing is {contract.filing_state}",
            pointer="/state",
        )
    records.require_version(contract, version)
    if request.state in FILING_DECISIONS and not guarded_updates.duties_separated(
        guarded_updates.filing_entered_by(contract), work.act.actor
    ):
        done = "报送" if contract.filing_by else "登记"
        raise Conflict(
            f"这份合同是您{done}的，备案或退回要由另一位经办办理。",
            code="contract.filing.same_person",
            title="Whoever entered a filing does not decide on it",
            pointer="/state",
        )
    return CheckedFiling(contract=contract, request=request, before=before)


async def write_filing(work: Work, checked: CheckedFiling) -> ContractRow:
    """Moves the filing on. NotFound outside the write scope."""
    contract = checked.contract
    await audit.watch(work, "contract", contract.contract_id)
    made = await transitions.file_contract(work, contract, before=checked.before, filing=checked.request)
    if made is None:
        raise NotFound
    return await queries.contract(work, contract.contract_id)
