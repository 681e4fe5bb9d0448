"""The page that changes a household: its own columns, who belongs to it, a new count. JSON: `routes.py`."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct
from msgspec.structs import replace

from registry.divisions import service as divisions
from registry.households import editing, service
from registry.households.editing import EditForm
from registry.households.inputs import HouseholdFields
from registry.households.model import Household, Member
from registry.kernel import findings
from registry.kernel.findings import Finding
from registry.kernel.forms.form_inputs import Input, inputs_of, typed
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work

FURTHER: Final = 3
"""Empty rows for persons who joined."""


class EditPage(Struct, frozen=True, kw_only=True):
    """`members`: those who belong to it now; `rows`: the indices of the empty rows after them."""

    household: Household
    form: FormState
    members: Sequence[Member]
    heads: Sequence[tuple[str, str]]
    head: str
    rows: Sequence[int]
    own: Sequence[Input]
    findings: Sequence[Finding]
    key: str


@get("/households/{household_id:uuid}/edit", include_in_schema=False)
async def edit_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
) -> Response[str]:
    """The form with what is stored."""
    household = await service.detail(reader, household_id, reader.act.today)
    return await _page(request, reader, household, FormState(values=_values(household)))


@post("/households/{household_id:uuid}/edit", include_in_schema=False)
async def save_household(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
) -> Redirect:
    """Stores all of it or nothing; refused if somebody else changed the household in the meantime."""

    async def effect(data: EditForm) -> None:
        await editing.save(writer, household_id, data)

    async def shown(form: FormState) -> Response[Any]:
        now = await service.detail(writer, household_id, writer.act.today)
        return await _page(request, writer, now, _again(now, form))

    await attempt(request, writer, EditForm, effect, shown)
    return Redirect(f"/households/{household_id}", status_code=303)


def _values(household: Household) -> dict[str, str]:
    """The stored household as the form's fields."""
    own = ("number", *HouseholdFields.__struct_fields__)
    values = {name: typed(getattr(household, name)) for name in own}
    for name in ("counted_on", "registered", "resident", "labour"):
        values[name] = typed(getattr(household.headcount, name, None))
    return values | _member_values(household)


def _member_values(household: Household) -> dict[str, str]:
    values = {}
    for index, member in enumerate(_current(household)):
        values[f"members-{index}-name"] = member.name
        values[f"members-{index}-relation"] = member.relation or ""
    return values


def _again(household: Household, form: FormState) -> FormState:
    """What was typed, over what is stored now: somebody else may have moved the rows of members."""
    if form.value("version") == str(household.version):
        return form
    own = {name: value for name, value in form.values.items() if not name.startswith("members-")}
    return replace(form, values={**own, **_member_values(household)})


def _current(household: Household) -> list[Member]:
    return [member for member in household.members if member.valid_to is None]


async def _page(request: AnyRequest, work: Work, household: Household, form: FormState) -> Response[str]:
    members = _current(household)
    head = next((member for member in members if member.is_head), None)
    page = EditPage(
        household=household,
        form=form,
        members=members,
        heads=[(str(member.person_id), member.name) for member in members],
        head=str(head.person_id) if head else "",
        rows=range(len(members), len(members) + FURTHER),
        own=inputs_of(HouseholdFields),
        findings=await findings.of_record(work, household.county_code, household.household_id),
        key=str(uuid4()),
    )
    names = await divisions.names(work, [household.village_code])
    crumbs = [Link(name, f"/divisions/{code}") for code, name in names.items()]
    crumbs.append(Link("农户", f"/households?division={household.village_code}"))
    crumbs.append(Link(household.head_name or household.number, f"/households/{household.household_id}"))
    return show("households/edit.html", page, frame(request, *crumbs))


handlers = (edit_page, save_household)
