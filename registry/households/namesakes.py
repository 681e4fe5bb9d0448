"""Registering by hand warns about namesakes: the same person is easily entered twice, and two persons of
one name are never merged. Imports distinguish namesakes by their numbers (roster.py)."""

from collections.abc import Iterator
from datetime import date

from registry.households import queries, service
from registry.households.inputs import HouseholdIn
from registry.households.model import Candidate, Household, clean_name
from registry.kernel import findings
from registry.kernel.errors import Warning_
from registry.kernel.findings import RecordWarnings
from registry.kernel.work import Work

RULE = "同名的农户不会自动合并，也不会跳过"


async def create(work: Work, new: HouseholdIn, *, pointer: str) -> Household:
    """As `service.create`; also Warned (at `pointer`) while a current household of the village has a head of
    the same name and no reason is given. A given reason is kept as a finding of the new household."""
    name = clean_name(next(member.name for member in new.members if member.is_head))
    others = await queries.candidates(work, {new.village_code}, set(), {name})
    made = await service.create(work, new)
    accepted = findings.accept(_warnings(others, name, work.act.today, pointer), new.overrides)
    kept = RecordWarnings(
        village_code=made.village_code,
        record_kind="household",
        record_id=made.household_id,
        accepted=accepted,
    )
    await findings.store(work, [kept], actor=work.act.actor, now=work.act.now)
    return made


def _warnings(others: list[Candidate], name: str, today: date, pointer: str) -> Iterator[Warning_]:
    same = [
        one for one in others if one.head_name == name and (one.valid_to is None or one.valid_to >= today)
    ]
    if same:
        numbers = "、".join(one.number for one in same)
        message = f"本村已有户主叫“{name}”的农户（户号 {numbers}）。如果是同一户，请不要重复登记"
        yield Warning_(code="household.namesake", pointer=pointer, message=message, rule=RULE)
