"""Amendments (补充协议): further versions of a signed contract from a day on. What was signed stays."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import (
    annex_lines,
    checks,
    corrections,
    guarded_updates,
    kinds,
    load_facts,
    parties_and_components,
    queries,
    recompute_triggers,
    write_queries,
)
from registry.contracts.annex_inputs import AmendmentIn, TermsChange, all_overrides
from registry.contracts.annex_lines import AnnexEdit, AnnexWrites, Prepared
from registry.contracts.facts import ContractFacts
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow
from registry.contracts.rules import Line
from registry.contracts.suspicions import price_suspicions
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act, Cause, Work


class Amended(Struct, frozen=True, kw_only=True):
    """The number of the new version of what was agreed, and the record's version after it."""

    version_no: int
    version: int


class Planned(Struct, frozen=True, kw_only=True):
    """An amendment without mistakes: the version it makes, lines that are new, existing lines as they will
    be, and components with their new terms in the order of the request."""

    edit: AnnexEdit
    added: list[Prepared]
    again: list[Prepared]
    repriced: list[ComponentRow]


async def amend(work: Work, contract_id: UUID, request: AmendmentIn, version: int | None = None) -> Amended:
    """New terms, lines added, changed or withdrawn. Invalid with every mistake, Warned, Conflict, Stale."""
    what = "签补充协议"
    contract = await guarded_updates.hold(work, contract_id, ["signed"], version=version, what=what)
    planned = await _planned(work, contract, request)
    writes = _writes(work.act, planned, request)
    made = await guarded_updates.claim(work, contract, ["signed"], version=version, what=what)
    edit = planned.edit
    await _write_version(work, edit, request)
    await _write_terms(work, edit, planned.repriced)
    await annex_lines.write(work, edit, writes)
    await _mark_changed(work, edit, request, [*planned.added, *planned.again])
    return Amended(version_no=edit.version_no, version=made)


async def _planned(work: Work, contract: ContractRow, request: AmendmentIn) -> Planned:
    """Everything an amendment will write; Invalid with all that is wrong with it."""
    earlier = await queries.versions(work, contract.key)
    named = load_facts.named_by(request.add, request.change, request.withdraw)
    edit = AnnexEdit(
        facts=await load_facts.load(work, contract, named),
        version_no=max((one.version_no for one in earlier), default=1) + 1,
        effective_on=request.effective_on,
    )
    mistakes = _dates(
        contract, request, max((one.effective_on for one in earlier), default=None), work.act.today
    )
    mistakes += await _terms_mistakes(work, request.terms, edit.facts.components)
    added, wrong = annex_lines.prepare(work.act, edit, request.add, "/add")
    changed, wrong_changes = corrections.changed_lines(work.act, edit, request.change, "/change")
    gone, wrong_withdrawals = _withdrawn(request, edit.facts)
    mistakes += [*wrong, *wrong_changes, *wrong_withdrawals]
    if mistakes:
        raise Invalid(mistakes)
    by_number = {component.number: component for component in edit.facts.components}
    return Planned(
        edit=edit,
        added=added,
        again=[_as_version(one, edit) for one in [*changed, *gone]],
        repriced=[replace(by_number[one.number], terms=kinds.stored(one.terms)) for one in request.terms],
    )


def _dates(contract: ContractRow, request: AmendmentIn, latest: date | None, today: date) -> list[Mistake]:
    """Within the contract's time, not before the version it follows, signed by today."""
    found = []
    first, last = contract.starts_on or request.effective_on, contract.ends_on or request.effective_on
    if not first <= request.effective_on <= last:
        message = f"生效日期应在合同期限 {first} 至 {last} 之内，请检查"
        found.append(Mistake("/effective_on", "amendment.outside", message))
    if latest is not None and request.effective_on < latest:
        message = f"生效日期不能早于前一版的生效日期（{latest}），请检查"
        found.append(Mistake("/effective_on", "amendment.before", message))
    if request.signed_on > today:
        message = f"签订日期（{request.signed_on}）不能晚于今天，请检查"
        found.append(Mistake("/signed_on", "contract.signed_later", message))
    return found


async def _terms_mistakes(
    work: Work, asked: Sequence[TermsChange], components: Sequence[ComponentRow]
) -> list[Mistake]:
    """Terms that are invalid for the product of their component."""
    by_number = {component.number: component for component in components}
    found = []
    seen: set[int] = set()
    for index, one in enumerate(asked):
        at = f"/terms/{index}"
        component = by_number.get(one.number)
        if component is None:
            found.append(Mistake(f"{at}/number", "amendment.component", f"合同没有第 {one.number} 项价款"))
        elif one.number in seen:
            found.append(Mistake(f"{at}/number", "component.number_twice", f"第 {one.number} 项写了两次"))
        elif kinds.product(one.terms) != component.product_code:
            message = "补充协议不能换产品；换产品请另签合同"
            found.append(Mistake(f"{at}/terms/product_code", "amendment.product", message))
        seen.add(one.number)
        found += kinds.mistakes(kinds.stored(one.terms), f"{at}/terms")
    terms = [one.terms for one in asked]
    known = await parties_and_components.registered(work, terms)
    return [*found, *parties_and_components.product_mistakes(terms, known, "/terms")]


def _withdrawn(request: AmendmentIn, facts: ContractFacts) -> tuple[list[Prepared], list[Mistake]]:
    changing = {one.participant_id for one in request.change}
    found, mistakes = [], []
    for index, participant_id in enumerate(request.withdraw):
        row = facts.line(participant_id)
        if row is None:
            mistakes.append(corrections.unknown(f"/withdraw/{index}"))
        elif participant_id in changing or participant_id in request.withdraw[:index] or row.withdrawn:
            message = "这一行已退出，或在这次改动里出现了两次，请检查"
            mistakes.append(Mistake(f"/withdraw/{index}", "annex.twice", message))
        else:
            line = Line(pointer=f"/withdraw/{index}", row=replace(row, withdrawn=True))
            found.append(Prepared(line=line, plan=corrections.NO_LAND))
    return found, mistakes


def _as_version(one: Prepared, edit: AnnexEdit) -> Prepared:
    """The line as part of the new version: the earlier one stays as signed."""
    row = replace(
        one.line.row,
        participant_version_id=new_id(),
        version_no=edit.version_no,
        effective_on=edit.effective_on,
    )
    return replace(one, line=replace(one.line, row=row))


def _writes(act: Act, planned: Planned, request: AmendmentIn) -> AnnexWrites:
    """New lines, and those that were there as part of the new version. Land that was sent takes the place of
    the land of the same seasons; that of other seasons stays. Warned with everything unlikely."""
    edit, lines = planned.edit, [*planned.added, *planned.again]
    relinked = corrections.relinked(request.change)
    found = [
        *price_suspicions(edit.contract, planned.repriced, edit.facts.usual(), "/terms"),
        *annex_lines.suspicions(act, corrections.without_land(edit, relinked), lines),
    ]
    overrides = all_overrides(request.overrides, [*request.add, *request.change])
    return AnnexWrites(
        added=planned.added,
        again=planned.again,
        relinked=relinked,
        linked=[_with_other_seasons(one.line, edit.facts.line(one.line.row.participant_id)) for one in lines],
        accepted=checks.accepted(edit.facts, found, overrides),
    )


def _with_other_seasons(line: Line, old: ParticipantRow | None) -> Line:
    if old is None:
        return line
    seasons = {use.season_id for use in line.row.land_uses}
    kept = [use for use in old.land_uses if use.season_id not in seasons]
    return replace(line, row=replace(line.row, land_uses=[*line.row.land_uses, *kept]))


async def _write_version(work: Work, edit: AnnexEdit, request: AmendmentIn) -> None:
    contract = edit.contract
    row = fill(
        write_queries.NewVersion,
        request,
        contract,
        version_no=edit.version_no,
        recorded_at=work.act.now,
        created_by=work.act.actor,
    )
    await write_queries.add_versions(work, [row])


async def _write_terms(work: Work, edit: AnnexEdit, repriced: Sequence[ComponentRow]) -> None:
    rows = [
        fill(write_queries.NewTerms, edit, component, recorded_at=work.act.now, created_by=work.act.actor)
        for component in repriced
    ]
    if rows:
        await write_queries.save_terms(work, rows)


async def _mark_changed(work: Work, edit: AnnexEdit, request: AmendmentIn, lines: Sequence[Prepared]) -> None:
    """New terms reprice what was delivered since: the lines wait for one job. Lines that changed are computed
    again at once."""
    contract = edit.contract
    if request.terms:
        cause = Cause(
            kind="terms",
            first=contract.village_code,
            last=contract.village_code,
            contract_id=contract.contract_id,
            first_day=request.effective_on,
        )
        work.mark_stale(cause)
    await recompute_triggers.touch(
        work, contract, {one.line.row.household_id for one in lines}, edit.facts.components
    )
