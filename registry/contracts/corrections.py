"""Changes of stored annex lines: never in place, a new row supersedes the one before it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from registry.contracts import annex_lines, land
from registry.contracts.annex_inputs import ParticipantChange, ParticipantsPatch
from registry.contracts.annex_lines import AnnexEdit, AnnexWrites, Prepared
from registry.contracts.land import LandRequest, Plan
from registry.contracts.model import ParticipantRow, UsedLand
from registry.contracts.rules import Line, who
from registry.kernel.db import records
from registry.kernel.errors import Mistake, Warning_
from registry.kernel.findings import Accepted, RecordWarnings
from registry.kernel.types import new_id
from registry.kernel.work import Act

CORRECTABLE: Final = frozenset({"planned_kg", "own_days"})
NO_LAND: Final = Plan(uses=[], new=[])
"""The plan of a line whose land stays as it is."""
_NOT_GIVEN: Final = frozenset({"participant_id", "reason", "overrides"})


def changed_lines(
    act: Act, edit: AnnexEdit, asked: Sequence[ParticipantChange], at: str = "/participants"
) -> tuple[list[Prepared], list[Mistake]]:
    """The lines after the changes, with all their mistakes."""
    facts = edit.facts
    components = {component.component_id: component for component in facts.components}
    stored = {row.participant_id: row for row in facts.lines}
    mistakes, wanted, requests = _once(stored, asked, at), [], []
    for index, one in enumerate(asked):
        row = stored.get(one.participant_id)
        if row is not None:
            values = _new_values(one)
            wanted.append((f"{at}/{index}", row, values))
            requests.append(
                LandRequest(
                    pointer=f"{at}/{index}",
                    household_id=row.household_id,
                    component=components.get(row.component_id),
                    area_mu=values.get("area_mu", row.area_mu),
                    land_uses=values.get("land_uses", []),
                )
            )
    planned = land.plan(act, facts, requests)
    prepared = [
        Prepared(line=Line(pointer=pointer, row=_replaced(row, values, plan.uses)), plan=plan)
        for (pointer, row, values), plan in zip(wanted, planned.plans, strict=True)
    ]
    mistakes += [mistake for one in prepared for mistake in _method(one.line)]
    resized = [
        one
        for one, (_, _, values) in zip(prepared, wanted, strict=True)
        if values.keys() & {"area_mu", "land_uses"}
    ]
    mistakes += [*planned.mistakes, *annex_lines.area_mistakes(resized, planned.mistakes)]
    return prepared, [*mistakes, *planned.unregistered]


def relinked(asked: Sequence[ParticipantChange]) -> set[UUID]:
    """The lines whose land was sent: it takes the place of the land they had."""
    return {one.participant_id for one in asked if one.land_uses is not UNSET}


def without_land(edit: AnnexEdit, lines: Collection[UUID]) -> AnnexEdit:
    """The edit as if these lines stood on no land."""
    return replace(edit, facts=replace(edit.facts, land=edit.facts.land.unlinked(lines)))


def _once(
    stored: Mapping[UUID, ParticipantRow], asked: Sequence[ParticipantChange], at: str
) -> list[Mistake]:
    """Lines that are not in the annex, or named twice."""
    found, seen = [], set()
    for index, one in enumerate(asked):
        if one.participant_id not in stored:
            found.append(unknown(f"{at}/{index}/participant_id"))
        elif one.participant_id in seen:
            message = "这一行在这次改动里出现了两次，请合并"
            found.append(Mistake(pointer=f"{at}/{index}/participant_id", code="annex.twice", message=message))
        seen.add(one.participant_id)
    return found


def _new_values(one: ParticipantChange) -> dict[str, Any]:
    """The new values of the line itself."""
    return {name: value for name, value in records.given_fields(one).items() if name not in _NOT_GIVEN}


def _replaced(row: ParticipantRow, values: dict[str, Any], uses: list[UsedLand]) -> ParticipantRow:
    land_uses = uses if "land_uses" in values else row.land_uses
    return replace(row, **{**values, "land_uses": land_uses}, participant_version_id=new_id())


def _method(line: Line) -> list[Mistake]:
    if line.row.method != "own_history" or line.row.base_year is not None:
        return []
    message = f"{who(line.row)}：与自家往年比，请填基准年"
    return [Mistake(pointer=f"{line.pointer}/base_year", code="annex.base_year", message=message)]


def correction_mistakes(request: ParticipantsPatch) -> list[Mistake]:
    """After signing only planned quantity and own days, and never without a reason."""
    found = []
    for index, one in enumerate(request.participants):
        at = f"/participants/{index}"
        found += [
            Mistake(
                pointer=f"{at}/{name}",
                code="annex.signed",
                message="合同已签订，这里只能更正计划交售量和自家用工；其他变动请用补充协议",
                english="a signed line is corrected in planned_kg and own_days only; amend for the rest",
            )
            for name in _new_values(one)
            if name not in CORRECTABLE
        ]
        if one.reason is None and request.reason is None:
            found.append(
                Mistake(
                    pointer=f"{at}/reason",
                    code="required",
                    message="合同已签订，请填写更正原因",
                    english="a reason is required after signing",
                )
            )
    return found


def rewriting(
    edit: AnnexEdit, prepared: Sequence[Prepared], asked: Sequence[ParticipantChange]
) -> AnnexWrites:
    """The new versions of the lines in the place of the stored ones; land that was sent is linked again."""
    sent = relinked(asked)
    changed = {one.line.row.participant_id for one in prepared}
    return AnnexWrites(
        again=prepared,
        superseded=[row.participant_version_id for row in edit.facts.lines if row.participant_id in changed],
        relinked=sent,
        linked=[one.line for one in prepared if one.line.row.participant_id in sent],
    )


def notes(edit: AnnexEdit, prepared: Sequence[Prepared], request: ParticipantsPatch) -> list[RecordWarnings]:
    """Why signed lines were corrected, with both figures, as findings of the lines."""
    kept = []
    before = {row.participant_id: row for row in edit.facts.lines}
    for line, one in zip((one.line for one in prepared), request.participants, strict=True):
        old, new = before[line.row.participant_id], line.row
        warning = Warning_(
            code="annex.corrected",
            pointer=line.pointer,
            message=f"{who(new)}：计划交售量 {_figure(old.planned_kg)} 改为 {_figure(new.planned_kg)} 公斤，"
            f"自家用工 {_figure(old.own_days)} 改为 {_figure(new.own_days)} 天",
            rule="签订后的更正要写明原因",
        )
        accepted = Accepted(warning=warning, reason=one.reason or request.reason or "")
        kept.append(
            RecordWarnings(
                village_code=edit.contract.village_code,
                record_kind="participant",
                record_id=new.participant_id,
                accepted=[accepted],
            )
        )
    return kept


def _figure(value: object) -> str:
    return "—" if value is None else str(value)


def unknown(pointer: str) -> Mistake:
    """An annex line the contract does not have."""
    return Mistake(pointer=pointer, code="annex.unknown_line", message="附件里没有这一行，请刷新后重选")
