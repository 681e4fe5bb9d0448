"""Changing a household, its members and its count in one go, as a form does. The rules are `service.py`'s,
`members.py`'s and `tags.py`'s; here they get one order and the form's pointers."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from registry.households import members, service, tags
from registry.households.inputs import (
    CountedFields,
    HeadcountIn,
    HouseholdPatch,
    MemberIn,
    MemberPatch,
    Relation,
)
from registry.households.model import (
    Headcount,
    Household,
    HouseholdNumber,
    Member,
    PersonName,
    clean_name,
)
from registry.kernel.errors import Mistake, Stale
from registry.kernel.fill import fill
from registry.kernel.forms.pointers import below
from registry.kernel.types import Version
from registry.kernel.work import Work


class MemberRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member as wanted; without id a new one (from today if no day is given)."""

    person_id: UUID | None = None
    version: Version | None = None
    name: PersonName
    relation: Relation | None = None
    valid_from: Annotated[date, Meta(title="加入日期")] | None = None
    valid_to: Annotated[date, Meta(title="离开日期")] | None = None


class EditForm(CountedFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household as wanted. An empty field is cleared. `version`: the one the form was made from."""

    version: Version
    number: HouseholdNumber
    head: Annotated[UUID, Meta(title="户主")]
    members: Annotated[tuple[MemberRow, ...], Meta(max_length=60, title="家庭成员")] = ()

    def mistakes(self) -> Iterator[Mistake]:
        """Counts that contradict each other; counts without their day."""
        yield from super().mistakes()
        if self.counted and self.counted_on is None:
            yield Mistake(pointer="/counted_on", code="required", message="请填统计日期")


async def save(work: Work, household_id: UUID, form: EditForm) -> Household:
    """NotFound, Stale, Invalid, Conflict. The caller's transaction undoes a failed attempt."""
    before = await service.detail(work, household_id, work.act.today)
    await service.change(work, household_id, fill(HouseholdPatch, form), form.version)
    await _members(work, before, form)
    if form.counted and form.counted_on is not None and _differs(form, before.headcount):
        await tags.record_headcount(work, household_id, fill(HeadcountIn, form, counted_on=form.counted_on))
    return await service.detail(work, household_id, work.act.today)


def _differs(form: EditForm, stored: Headcount | None) -> bool:
    if stored is None:
        return True
    before = (stored.registered, stored.resident, stored.labour)
    return (form.counts, form.counted_on) != (before, stored.counted_on)


async def _members(work: Work, before: Household, form: EditForm) -> None:
    """The head first, so that the one so far may leave in the same go."""
    known = {member.person_id: member for member in before.members}
    indexed = sorted(enumerate(form.members), key=lambda one: one[1].person_id != form.head)
    if form.head not in {row.person_id for row in form.members} or form.head not in known:
        raise Stale
    for index, row in indexed:
        with below(f"/members/{index}").applied():
            if row.person_id is None:
                new = MemberIn(
                    name=row.name, relation=row.relation, valid_from=row.valid_from or work.act.today
                )
                await members.add_member(work, before.household_id, new)
            elif row.person_id not in known:
                raise Stale
            else:
                await _member(work, before.household_id, row, known[row.person_id], head=form.head)


async def _member(work: Work, household_id: UUID, row: MemberRow, stored: Member, *, head: UUID) -> None:
    changes: dict[str, Any] = {"relation": row.relation} if row.relation != stored.relation else {}
    changes |= {"name": row.name} if clean_name(row.name) != stored.name else {}
    changes |= {"valid_to": row.valid_to} if row.valid_to != stored.valid_to else {}
    changes |= {"is_head": True} if stored.person_id == head and not stored.is_head else {}
    if not changes:
        return
    person = await members.member(work, household_id, stored.person_id)
    # a new head has just taken the place of the old one, whose version rose by that
    given = person.version if stored.is_head and stored.person_id != head else row.version or 0
    await members.change_member(work, household_id, stored.person_id, MemberPatch(**changes), version=given)
