"""Drafts: registering a contract, possibly incomplete, and changing it. Its parties and components are
`parties_and_components.py`, annex lines `annex.py`, signing `lifecycle.py`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.audit import service as audit
from registry.contracts import guarded_updates, parties_and_components, queries, write_queries
from registry.contracts.annex_lines import current_components
from registry.contracts.inputs import (
    ComponentIn,
    ContractIn,
    ContractPatch,
    PartyIn,
    numbered,
    order_mistakes,
)
from registry.contracts.kinds.kind import Registered
from registry.contracts.model import FILING_NAMES, ContractRow, FrameworkRow
from registry.contracts.rules import buyer_of, village_mistakes
from registry.kernel.db import records
from registry.kernel.errors import Conflict, Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work

OPEN_WHEN_SIGNED = frozenset({"number", "number_year", "note"})
"""What may still change once a contract is signed: the office's own notes, not what was agreed."""


class Checked(Struct, frozen=True, kw_only=True):
    """A draft to be written, without mistakes. `version`: the one it changes, None of a new contract.

    parties, components: None if they stay. names: of the parties, as they are called today. vanishing: some
    stored components are not among the new ones.
    """

    before: ContractRow | None
    row: ContractRow
    parties: Sequence[PartyIn] | None
    components: Sequence[ComponentIn] | None
    names: Mapping[UUID, str]
    vanishing: bool = False


async def create(work: Work, new: ContractIn) -> ContractRow:
    """Registers a draft. As `check_new`."""
    return await write(work, await check_new(work, new))


async def change(work: Work, contract_id: UUID, patch: ContractPatch, version: int) -> ContractRow:
    """Changes what was sent. As `check_change`."""
    return await write(work, await check_change(work, contract_id, patch, version))


async def check_new(work: Work, new: ContractIn) -> Checked:
    """A draft to register; what it leaves out is copied from its framework. Invalid with every mistake;
    NotFound outside the write scope."""
    framework = None if new.framework_id is None else await queries.framework(work, new.framework_id)
    wanted = new if framework is None else _under(framework, new)
    day = wanted.starts_on or work.act.today
    village = (await queries.villages(work, [wanted.village_code])).get(wanted.village_code)
    mistakes = list(village_mistakes(wanted.village_code, village, day))
    mistakes += _outside(framework, wanted.village_code)
    names, missing = await parties_and_components.party_names(work, wanted.village_code, wanted.parties)
    mistakes += missing
    terms = [one.terms for one in wanted.components]
    known = await parties_and_components.registered(work, terms)
    mistakes += parties_and_components.product_mistakes(terms, known)
    if mistakes:
        raise Invalid(mistakes)
    return Checked(
        before=None,
        row=_row(work.act, wanted),
        parties=wanted.parties,
        components=wanted.components,
        names=names,
    )


async def check_change(
    work: Work, contract_id: UUID, patch: ContractPatch, version: int, known: Registered | None = None
) -> Checked:
    """The contract with what was sent: of a draft anything, later number and note. Locks it. `known`: the
    products and grades that are registered, if loaded before.

    NotFound, Conflict, Stale, Invalid.
    """
    row = await guarded_updates.lock(work, contract_id)
    sent = records.given_fields(patch)
    if row.status != "draft" and not sent.keys() <= OPEN_WHEN_SIGNED:
        raise _signed(row, sent)
    records.require_version(row, version)
    parties: list[PartyIn] | None = sent.pop("parties", None)
    components: list[ComponentIn] | None = sent.pop("components", None)
    wanted = _changed(row, sent, parties)
    names, mistakes = await parties_and_components.party_names(work, row.village_code, parties or [])
    mistakes += order_mistakes(wanted.starts_on, wanted.ends_on)
    mistakes += _filing_under_way(row, wanted)
    terms = [one.terms for one in components or []]
    known = known or await parties_and_components.registered(work, terms)
    mistakes += parties_and_components.product_mistakes(terms, known)
    stored = [] if components is None else await current_components(work, row)
    mistakes += await parties_and_components.annex_in_the_way(work, row, stored, components or [])
    if mistakes:
        raise Invalid(mistakes)
    return Checked(
        before=row,
        row=replace(wanted, updated_at=work.act.now, updated_by=work.act.actor),
        parties=parties,
        components=components,
        names=names,
        vanishing=not {one.number for one in stored} <= {*numbered(components or [])},
    )


async def write(work: Work, checked: Checked) -> ContractRow:
    """Writes a draft that was checked. Conflict if its number is taken, NotFound outside the write scope."""
    row = checked.row
    if checked.before is None:
        await write_queries.add_contracts(work, [row])
        audit.created(work, "contract", [row.contract_id])
    else:
        row = await _write_change(work, checked.before, row)
        if checked.parties is not None:
            await write_queries.remove_parties(work, row.key)
        if checked.vanishing:
            await write_queries.keep_components(work, row, numbered(checked.components or []))
    await parties_and_components.write_parties(work, row, checked.parties or [], checked.names)
    await parties_and_components.write_components(work, row, checked.components or [])
    return row


async def _write_change(work: Work, before: ContractRow, row: ContractRow) -> ContractRow:
    await audit.watch(work, "contract", row.contract_id)
    made = await write_queries.change_contract(work, [row], before.version)
    if made is None:
        raise await guarded_updates.why_not_written(work, before, [before.status], before.version, "修改")
    return replace(row, version=made.version)


def _under(framework: FrameworkRow, new: ContractIn) -> ContractIn:
    """The contract with term, buyer and components of its framework where it names none of its own."""
    copied = [fill(ComponentIn, one, terms=one.shown_terms()) for one in framework.terms.components]
    buyer = PartyIn(role="buyer", organization_id=framework.buyer_id)
    has_buyer = buyer_of((one.role, one.organization_id) for one in new.parties) is not None
    return replace(
        new,
        starts_on=new.starts_on or framework.starts_on,
        ends_on=new.ends_on or framework.ends_on,
        parties=new.parties if has_buyer else [buyer, *new.parties],
        components=new.components or copied,
    )


def _outside(framework: FrameworkRow | None, village_code: str) -> list[Mistake]:
    if framework is None or framework.division_code <= village_code <= framework.division_last:
        return []
    message = f"这个村不在框架协议“{framework.name}”的范围内，请检查村或框架协议"
    return [Mistake(pointer="/village_code", code="framework.outside", message=message)]


def _row(act: Act, new: ContractIn) -> ContractRow:
    return fill(
        ContractRow,
        new,
        **records.audit_columns(act),
        county_code=new.village_code[:6],
        contract_id=new_id(),
        number_year=_number_year(new.number, new.number_year, new.starts_on),
        buyer_id=buyer_of((one.role, one.organization_id) for one in new.parties),
        status="draft",
        signed_on=None,
        completed_on=None,
        terminated_on=None,
        cancelled_on=None,
        status_reason=None,
        filing_number=None,
        filed_on=None,
        filing_authority=None,
        filing_reason=None,
    )


def _number_year(number: str | None, year: int | None, starts_on: date | None) -> int | None:
    """The year a number counts in: as given, else that of the start."""
    if number is None or year is not None or starts_on is None:
        return year
    return starts_on.year


def _changed(row: ContractRow, sent: Mapping[str, Any], parties: Sequence[PartyIn] | None) -> ContractRow:
    wanted: ContractRow = replace(row, **sent)
    if parties is not None:
        wanted = replace(wanted, buyer_id=buyer_of((one.role, one.organization_id) for one in parties))
    return replace(
        wanted, number_year=_number_year(wanted.number, wanted.number_year, wanted.starts_on or row.signed_on)
    )


def _filing_under_way(row: ContractRow, wanted: ContractRow) -> list[Mistake]:
    """What was submitted, filed or returned is not unsaid by editing the draft."""
    if wanted.filing_state == row.filing_state or row.filing_state in ("missing", "not_required"):
        return []
    message = f"备案现在是“{FILING_NAMES[row.filing_state]}”，请在“登记备案情况”里改"
    return [Mistake(pointer="/filing_state", code="contract.filing_state", message=message)]


def _signed(row: ContractRow, sent: Mapping[str, Any]) -> Conflict:
    refused = sorted(sent.keys() - OPEN_WHEN_SIGNED)
    return Conflict(
        "合同已经签订，只能改编号和备注；约定的内容请用补充协议改。",
        code="contract.state",
        title=f"The contract is {row.status}: {', '.join(refused)} cannot change",
        pointer=f"/{refused[0]}",
    )
