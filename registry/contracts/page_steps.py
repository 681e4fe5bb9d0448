"""What the four steps of registering share: the page around a form, saving, where a mistake is shown."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from litestar import Response
from litestar.response import Redirect
from msgspec import Struct
from msgspec.structs import replace

from registry.contracts import drafts, queries
from registry.contracts.model import ContractRow
from registry.contracts.page_words import crumbs
from registry.divisions import service as divisions
from registry.kernel.errors import DomainError, Invalid, Mistake, Stale, Warning_
from registry.kernel.forms import form_state, parsing
from registry.kernel.forms.form_state import FormState
from registry.kernel.forms.pointers import Pointers
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import SHOWN, ShowAgain, pairs, parse_form, show, typed_values
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.text.formats import LOCAL, day
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work

T = TypeVar("T")
R = TypeVar("R")
OVERTAKEN: Final = (
    "这份草稿刚被别人改过。您填的都还在下面：再保存一次就以您填的为准；要看别人改了什么，请先另开一页查看"
)


class Draft(Struct, frozen=True, kw_only=True):
    """A contract being registered, the state of its form and what was saved when. `key`: of this form, so
    that sending it twice books once."""

    contract: ContractRow
    village_name: str
    form: FormState
    key: str
    saved: str
    done: str = ""


Write: TypeAlias = Callable[[], Awaitable[R]]
"""Writes what was checked."""
Shown: TypeAlias = Callable[[FormState], Awaitable[Response[Any]]]


async def draft(work: Work, contract_id: UUID, form: FormState, done: str = "") -> Draft:
    """The draft a step works on; NotFound."""
    row = await queries.contract(work, contract_id)
    names = await divisions.names(work, [row.village_code])
    return Draft(
        contract=row,
        village_name=names.get(row.village_code, row.village_code),
        form=answered(form, form.warnings) if form.warnings else form,
        key=new_key(),
        saved=saved_at(row, work.act),
        done=done,
    )


def show_step(request: AnyRequest, name: str, page: Draft) -> Response[Any]:
    """A step of a draft. A contract that is no draft any more is only looked at: 303 to its page."""
    row = page.contract
    if row.status != "draft" and request.method == "GET":
        return Redirect(f"/contracts/{row.contract_id}", status_code=303)
    links = crumbs(row.village_code, page.village_name, Link(row.title, f"/contracts/{row.contract_id}"))
    return show(f"contracts/{name}.html", page, frame(request, *links, place=page.village_name))


def saved_at(row: ContractRow, act: Act) -> str:
    """When the draft was last saved: 10:32, with the day if that is not today."""
    moment = row.updated_at.astimezone(LOCAL)
    return f"{moment:%H:%M}" if moment.date() == act.today else f"{day(moment.date())} {moment:%H:%M}"


def new_key() -> str:
    return str(new_id())


def answered(form: FormState, warnings: Sequence[Warning_]) -> FormState:
    """The form with these warnings, each beside the reason typed for it: the same warning may have another
    place in the list by now."""
    rows = {name.split("-")[1] for name in form.values if name.startswith("overrides-")}
    reasons = {
        (form.value(f"overrides-{row}-code"), form.value(f"overrides-{row}-pointer")): form.value(
            f"overrides-{row}-reason"
        )
        for row in rows
    }
    values = {name: value for name, value in form.values.items() if not name.startswith("overrides-")}
    for index, one in enumerate(warnings):
        at = f"overrides-{index}"
        values |= {f"{at}-code": one.code, f"{at}-pointer": one.pointer}
        values[f"{at}-reason"] = reasons.get((one.code, one.pointer), "")
    return replace(form, values=values, warnings=tuple(warnings))


async def pressed(request: AnyRequest, name: str) -> bool:
    """Whether a form was sent by the button of this name."""
    return any(field == name for field, _ in await pairs(request))


async def show_again(request: AnyRequest, shown: Shown) -> None:
    """Shows the form as typed, with nothing checked or saved: for buttons that only change the form."""
    raise ShowAgain(await shown(FormState(values=await typed_values(request))))


async def attempt(
    request: AnyRequest,
    work: Work,
    kind: type[T],
    check: Callable[[T], Awaitable[Write[R]]],
    shown: Shown,
    *,
    overtaken: str = OVERTAKEN,
) -> R:
    """As kernel.http.pages.attempt, in two parts: `check` finds every mistake and writes nothing, what it
    returns writes. What only `check` can find wrong is named together with what cannot be read: fields that
    cannot be read count as empty for that. `overtaken` is shown if another user saved in the meantime."""
    try:
        try:
            data = await parse_form(request, kind)
        except Invalid as unread:
            raise Invalid(await _all_mistakes(request, kind, check, unread)) from unread
        write = await check(data)
    except DomainError as error:
        raise await _again(request, error, shown, overtaken) from error
    try:
        return await write()
    except DomainError as error:  # what only the database knows: a number taken outside the caller's scope
        await work.start_over()
        raise await _again(request, error, shown, overtaken) from error


async def _again(request: AnyRequest, error: DomainError, shown: Shown, overtaken: str) -> Exception:
    """The form as typed with all that is wrong, if the error is shown in forms; else the error."""
    if error.status not in SHOWN:
        return error
    form = form_state.with_errors(await typed_values(request), error)
    page = await shown(replace(form, problem=overtaken) if isinstance(error, Stale) else form)
    page.status_code = error.status
    return ShowAgain(page)


async def _all_mistakes(
    request: AnyRequest, kind: type[T], check: Callable[[T], Awaitable[Write[R]]], unread: Invalid
) -> list[Mistake]:
    """The mistakes of reading, and those found in the rest of the form."""
    faulty = {parsing.field_name(one.pointer) for one in unread.mistakes}
    rest = [(name, "" if name in faulty else value) for name, value in await pairs(request)]
    found: list[Mistake] = []
    try:
        await check(parsing.parse(kind, parsing.nested(rest), text=True))
    except Invalid as further:
        found = [one for one in further.mistakes if not _follows(one, unread.mistakes)]
    except DomainError:
        pass
    return [*unread.mistakes, *found]


def _follows(one: Mistake, unread: Sequence[Mistake]) -> bool:
    """Whether a mistake only reports as empty a field that could not be read."""
    for faulty in unread:
        row = faulty.pointer.rpartition("/")[0]
        if one.pointer == faulty.pointer or (one.code == "required" and row and one.pointer.startswith(row)):
            return True
    return False


def rows_sent(form: FormState, name: str) -> list[int]:
    """The numbers of the rows of a list that were sent ("parties-3-role" is row 3), a hundred at most."""
    found = set()
    for field in form.values:
        first, _, rest = field.partition("-")
        number = rest.partition("-")[0]
        if first == name and number.isascii() and number.isdigit() and len(number) < 3:
            found.add(int(number))
    return sorted(found)


async def write_draft(work: Work, checked: drafts.Checked, pointers: Pointers) -> ContractRow:
    """Writes a draft; mistakes point into the page's form."""
    with pointers.applied():
        return await drafts.write(work, checked)
