"""Actions on a signed contract: completing, terminating, cancelling, filing. One page each."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct

from registry.contracts import guarded_updates, lifecycle, page_queries, queries
from registry.contracts.inputs import CancelIn, CompleteIn, ContractNumber, FilingIn, TerminateIn
from registry.contracts.model import FILING_DECISIONS, FILING_NAMES, FILING_STEPS, ContractRow
from registry.contracts.page_steps import Write, attempt, new_key
from registry.contracts.page_words import crumbs
from registry.divisions import service as divisions
from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import Reason, ShortText, Version
from registry.kernel.work import Work

FilingState: TypeAlias = Literal["not_required", "missing", "submitted", "filed", "returned"]


class ActionForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of all actions; each page shows its own."""

    version: Version | None = None
    completed_on: Annotated[date, Meta(title="完成日期")] | None = None
    terminated_on: Annotated[date, Meta(title="终止日期")] | None = None
    cancelled_on: Annotated[date, Meta(title="取消日期")] | None = None
    reason: Annotated[Reason, Meta(title="原因")] | None = None
    state: Annotated[FilingState, Meta(title="备案情况", extra={"labels": FILING_NAMES})] | None = None
    number: ContractNumber | None = None
    filed_on: Annotated[date, Meta(title="备案日期")] | None = None
    authority: Annotated[ShortText, Meta(title="备案机关")] | None = None


Check: TypeAlias = Callable[[Work, UUID, ActionForm], Awaitable[Write[ContractRow]]]


class Action(Struct, frozen=True, kw_only=True):
    """The texts of one action and what does it. `day`: its date field and that field's label."""

    heading: str
    lede: str
    button: str
    check: Check
    done: str
    day: str = ""
    day_label: str = ""
    reason: str = ""


class ActionPage(Struct, frozen=True, kw_only=True):
    """The page of an action. `tickets`: those not voided, shown when cancelling. `decides`: whether
    this person may file or return the contract."""

    name: str
    action: Action
    contract: ContractRow
    village_name: str
    form: FormState
    key: str
    today: date
    states: Sequence[tuple[str, str]]
    decides: bool
    filing: str
    tickets: int


def _needed(form: ActionForm, **labels: str) -> None:
    """Invalid with everything that is not filled in."""
    missing = [name for name in labels if getattr(form, name) is None]
    if missing:
        raise Invalid([Mistake(f"/{name}", "required", f"请填写{labels[name]}") for name in missing])


async def _complete(work: Work, contract_id: UUID, form: ActionForm) -> Write[ContractRow]:
    _needed(form, completed_on="完成日期")
    request = CompleteIn(completed_on=form.completed_on or work.act.today, reason=form.reason)
    checked = await lifecycle.check_completion(work, contract_id, request, form.version)
    return partial(lifecycle.write_end, work, checked)


async def _terminate(work: Work, contract_id: UUID, form: ActionForm) -> Write[ContractRow]:
    _needed(form, terminated_on="终止日期", reason="终止原因")
    request = TerminateIn(terminated_on=form.terminated_on or work.act.today, reason=form.reason or "")
    checked = await lifecycle.check_termination(work, contract_id, request, form.version)
    return partial(lifecycle.write_end, work, checked)


async def _cancel(work: Work, contract_id: UUID, form: ActionForm) -> Write[ContractRow]:
    _needed(form, cancelled_on="取消日期", reason="取消原因")
    request = CancelIn(cancelled_on=form.cancelled_on or work.act.today, reason=form.reason or "")
    checked = await lifecycle.check_cancellation(work, contract_id, request, form.version)
    return partial(lifecycle.write_end, work, checked)


async def _file(work: Work, contract_id: UUID, form: ActionForm) -> Write[ContractRow]:
    if form.state is None:
        raise Invalid([Mistake("/state", "required", "请选备案到了哪一步")])
    request = fill(FilingIn, form, state=form.state)
    mistakes: list[Mistake] = list(request.mistakes())
    if mistakes:
        raise Invalid(mistakes)
    checked = await lifecycle.check_filing(work, contract_id, request, form.version)
    return partial(lifecycle.write_filing, work, checked)


OVERTAKEN: Final = "这份合同刚被别人改过，请先看看上面的最新情况，再决定要不要提交"

ACTIONS: Final[Mapping[str, Action]] = {
    "complete": Action(
        heading="完成合同",
        lede="合同已经履行完毕。完成日期是合同算数的最后一天，以后的过磅单不能再登记到这份合同。",
        button="完成这份合同",
        check=_complete,
        done="completed",
        day="completed_on",
        day_label="完成日期",
        reason="说明（可不填）",
    ),
    "terminate": Action(
        heading="提前终止合同",
        lede="合同在到期前不再履行。终止日期是合同算数的最后一天，以前的过磅单照样算。",
        button="终止这份合同",
        check=_terminate,
        done="terminated",
        day="terminated_on",
        day_label="终止日期",
        reason="终止原因",
    ),
    "cancel": Action(
        heading="取消合同",
        lede="这份合同从来没有算数，例如登记错了、没有签成。取消以后仍能查到，但不再计算。",
        button="取消这份合同",
        check=_cancel,
        done="cancelled",
        day="cancelled_on",
        day_label="取消日期",
        reason="取消原因",
    ),
    "filing": Action(
        heading="登记备案情况",
        lede="备案和合同本身的状态是两回事：没有备案的合同照样算数。",
        button="保存备案情况",
        check=_file,
        done="filed",
    ),
}


@get("/contracts/{contract_id:uuid}/{name:str}", include_in_schema=False)
async def action_page(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    contract_id: FromPath[UUID],
    name: FromPath[str],
) -> Response[Any]:
    """The form of an action."""
    return await _page(request, reader, (contract_id, name), FormState())


@post("/contracts/{contract_id:uuid}/{name:str}", include_in_schema=False, status_code=303)
async def do_action(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    name: FromPath[str],
) -> Redirect:
    """Does it and goes back to the contract."""

    async def shown(form: FormState) -> Response[Any]:
        return await _page(request, writer, (contract_id, name), form)

    action = _action(name)
    await attempt(
        request,
        writer,
        ActionForm,
        lambda form: action.check(writer, contract_id, form),
        shown,
        overtaken=OVERTAKEN,
    )
    return Redirect(f"/contracts/{contract_id}?done={action.done}", status_code=303)


def _action(name: str) -> Action:
    if name not in ACTIONS:
        raise NotFound
    return ACTIONS[name]


async def _page(request: AnyRequest, work: Work, wanted: tuple[UUID, str], form: FormState) -> Response[Any]:
    """`wanted`: the contract and the name of the action."""
    contract_id, name = wanted
    action = _action(name)
    contract = await queries.contract(work, contract_id)
    names = await divisions.names(work, [contract.village_code])
    village = names.get(contract.village_code, contract.village_code)
    following, decides = (
        FILING_STEPS[contract.filing_state],
        guarded_updates.may_decide_filing(contract, work.act),
    )
    page = ActionPage(
        name=name,
        action=action,
        contract=contract,
        village_name=village,
        form=form,
        key=new_key(),
        today=work.act.today,
        states=[(one, FILING_NAMES[one]) for one in following if decides or one not in FILING_DECISIONS],
        decides=decides,
        filing=FILING_NAMES[contract.filing_state],
        tickets=sum(one.tickets for one in await page_queries.delivered_by_product(work, contract.key)),
    )
    links = crumbs(contract.village_code, village, Link(contract.title, f"/contracts/{contract_id}"))
    return show("contracts/action.html", page, frame(request, *links, place=village))


handlers = [action_page, do_action]
