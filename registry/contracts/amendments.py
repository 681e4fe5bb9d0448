"""Amendments (补充协议): further versions of a signed contract from a day on. What was signed stays."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from registry.contracts import corrections, lines, parts, queries, states, touching, writing
from registry.contracts.annex_inputs import AmendmentIn, ParticipantChange, TermsChange, all_overrides
from registry.contracts.lines import Opened, Prepared, current_components
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow
from registry.contracts.rules import Line
from registry.contracts.terms import Terms, typed_in_unit
from registry.contracts.terms import mistakes as terms_mistakes
from registry.kernel import changes
from registry.kernel.changes import Cause
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.types import new_id
from registry.kernel.web import Act


class Amended(Struct, frozen=True, kw_only=True):
    """The number of the new version of what was agreed, and the record's version after it."""

    version_no: int
    version: int


async def amend(
    conn: Conn, act: Act, contract_id: UUID, request: AmendmentIn, version: int | None = None
) -> Amended:
    """New terms, lines added, changed or withdrawn. Invalid with every mistake, Warned, Conflict, Stale."""
    contract = await queries.contract(conn, contract_id)
    made = await states.claim(conn, act, contract, ["signed"], version=version, what="签补充协议")
    earlier = await queries.versions(conn, contract)
    number = max((one.version_no for one in earlier), default=1) + 1
    components = await current_components(conn, contract)
    mistakes = _dates(contract, request, max((one.effective_on for one in earlier), default=None), act.today)
    mistakes += await _terms_mistakes(conn, request.terms, components)
    opened = Opened(
        contract=contract, components=components, version_no=number, effective_on=request.effective_on
    )
    added, wrong = await lines.prepare(conn, act, opened, request.add, "/add")
    before = await corrections.stored_lines(conn, contract, _all_changes(request))
    changed, wrong_changes = await corrections.changed_lines(conn, opened, before, request.change, "/change")
    gone, wrong_withdrawals = _withdrawn(request, before)
    mistakes += [*wrong, *wrong_changes, *wrong_withdrawals]
    if mistakes:
        raise Invalid(mistakes)
    await _write_version(conn, act, opened, request)
    await _write_terms(conn, act, opened, request.terms)
    overrides = all_overrides(request.overrides, [*request.add, *request.change])
    stored = await lines.store(conn, act, opened, added, overrides)
    again = [_as_version(one, opened) for one in [*changed, *gone]]
    if again:
        stored += await _write_again(conn, act, opened, again, before=before, request=request)
    await _tell(conn, contract, components, request, stored)
    return Amended(version_no=number, version=made)


def _dates(contract: ContractRow, request: AmendmentIn, latest: date | None, today: date) -> list[Mistake]:
    """Within the contract's time, not before the version it follows, signed by today."""
    found = []
    first, last = contract.starts_on or request.effective_on, contract.ends_on or request.effective_on
    if not first <= request.effective_on <= last:
        message = f"生效日期应在合同期限 {first} 至 {last} 之内，请检查"
        found.append(_mistake("/effective_on", "amendment.outside", message))
    if latest is not None and request.effective_on < latest:
        message = f"生效日期不能早于前一版的生效日期（{latest}），请检查"
        found.append(_mistake("/effective_on", "amendment.before", message))
    if request.signed_on > today:
        message = f"签订日期（{request.signed_on}）不能晚于今天，请检查"
        found.append(_mistake("/signed_on", "contract.signed_later", message))
    return found


async def _terms_mistakes(
    conn: Conn, asked: Sequence[TermsChange], components: Sequence[ComponentRow]
) -> list[Mistake]:
    """Terms that cannot stand, of components that are there, for the product they were made for."""
    by_number = {component.number: component for component in components}
    found = []
    seen: set[int] = set()
    for index, one in enumerate(asked):
        at = f"/terms/{index}"
        component = by_number.get(one.number)
        if component is None:
            found.append(_mistake(f"{at}/number", "amendment.component", f"合同没有第 {one.number} 项价款"))
        elif one.number in seen:
            found.append(_mistake(f"{at}/number", "component.number_twice", f"第 {one.number} 项写了两次"))
        elif one.terms.product_code != component.product_code:
            message = "补充协议不能换产品；换产品请另签合同"
            found.append(_mistake(f"{at}/terms/product_code", "amendment.product", message))
        seen.add(one.number)
        found += terms_mistakes(typed_in_unit(one.terms), f"{at}/terms")
    return [*found, *await parts.product_mistakes(conn, [one.terms for one in asked], "/terms")]


def _all_changes(request: AmendmentIn) -> list[ParticipantChange]:
    return [*request.change, *(ParticipantChange(participant_id=one) for one in request.withdraw)]


def _withdrawn(
    request: AmendmentIn, before: dict[UUID, ParticipantRow]
) -> tuple[list[Prepared], list[Mistake]]:
    changing = {one.participant_id for one in request.change}
    found, mistakes = [], []
    for index, participant_id in enumerate(request.withdraw):
        row = before.get(participant_id)
        if row is None:
            mistakes.append(corrections.unknown(f"/withdraw/{index}"))
        elif participant_id in changing or participant_id in request.withdraw[:index] or row.withdrawn:
            message = "这一行已退出，或在这次改动里出现了两次，请检查"
            mistakes.append(_mistake(f"/withdraw/{index}", "annex.twice", message))
        else:
            line = Line(pointer=f"/withdraw/{index}", row=replace(row, withdrawn=True))
            found.append(Prepared(line=line, plan=corrections.NO_LAND))
    return found, mistakes


def _as_version(one: Prepared, opened: Opened) -> Prepared:
    """The line as part of the new version: the earlier one stays as signed."""
    row = replace(
        one.line.row,
        participant_version_id=new_id(),
        version_no=opened.version_no,
        effective_on=opened.effective_on,
    )
    return replace(one, line=replace(one.line, row=row))


async def _write_again(
    conn: Conn,
    act: Act,
    opened: Opened,
    again: Sequence[Prepared],
    *,
    before: dict[UUID, ParticipantRow],
    request: AmendmentIn,
) -> list[Line]:
    """Writes lines that were there as part of the new version. Land that was sent takes the place of the land
    of the same seasons; that of other seasons stays."""
    contract = opened.contract
    rows = [lines.said(act, contract, one.line.row) for one in again]
    await writing.add_participant_versions(conn, rows)
    overrides = all_overrides(request.overrides, request.change)
    settled = await lines.settle(conn, act, opened, again, overrides)
    relinked = {one.participant_id for one in request.change if one.land_uses is not UNSET}
    if relinked:
        await writing.remove_land_links(conn, contract.county_code, list(relinked))
    await lines.link_land(
        conn, act, contract, [_with_other_seasons(line, before[line.row.participant_id]) for line in settled]
    )
    return settled


def _with_other_seasons(line: Line, old: ParticipantRow) -> Line:
    seasons = {use.season_id for use in line.row.land_uses}
    kept = [use for use in old.land_uses if use.season_id not in seasons]
    return replace(line, row=replace(line.row, land_uses=[*line.row.land_uses, *kept]))


async def _write_version(conn: Conn, act: Act, opened: Opened, request: AmendmentIn) -> None:
    contract = opened.contract
    row = writing.NewVersion(
        county_code=contract.county_code,
        contract_id=contract.contract_id,
        version_no=opened.version_no,
        village_code=contract.village_code,
        effective_on=request.effective_on,
        signed_on=request.signed_on,
        reason=request.reason,
        recorded_at=act.now,
        created_by=act.actor,
    )
    await writing.add_version(conn, row)


async def _write_terms(conn: Conn, act: Act, opened: Opened, asked: Sequence[TermsChange]) -> None:
    ids = {component.number: component.component_id for component in opened.components}
    rows = [_new_terms(act, opened, ids[one.number], typed_in_unit(one.terms)) for one in asked]
    if rows:
        await writing.save_terms(conn, rows)


def _new_terms(act: Act, opened: Opened, component_id: UUID, terms: Terms) -> writing.NewTerms:
    return writing.NewTerms(
        county_code=opened.contract.county_code,
        component_id=component_id,
        version_no=opened.version_no,
        village_code=opened.contract.village_code,
        contract_id=opened.contract.contract_id,
        terms=terms,
        effective_on=opened.effective_on,
        recorded_at=act.now,
        created_by=act.actor,
    )


async def _tell(
    conn: Conn,
    contract: ContractRow,
    components: Sequence[ComponentRow],
    request: AmendmentIn,
    stored: Sequence[Line],
) -> None:
    """New terms reprice what was delivered since: the lines wait for one job. Lines that changed are computed
    again at once."""
    if request.terms:
        cause = Cause(
            kind="terms",
            first=contract.village_code,
            last=contract.village_code,
            contract_id=contract.contract_id,
            first_day=request.effective_on,
        )
        changes.stale(conn, cause)
    await touching.touch(conn, contract, {line.row.household_id for line in stored}, components)


def _mistake(pointer: str, code: str, message: str) -> Mistake:
    return Mistake(pointer=pointer, code=code, message=message)
