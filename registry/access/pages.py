"""Pages of signing in and out, of choosing a grant, and of a session that was over."""

from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from registry.access import cookies, login, pending_form, sessions
from registry.access.errors import BadToken, LoginFailed, NotSignedIn, RequiredStep, SessionNeeded
from registry.access.limits import TooMany
from registry.access.login import Credentials, SignedIn
from registry.access.model import GrantRow
from registry.access.pending_form import PendingForm
from registry.access.session_model import Started
from registry.audit import service as audit
from registry.kernel.crypto.masking import mask
from registry.kernel.crypto.vault import Vault
from registry.kernel.errors import DomainError, Mistake
from registry.kernel.forms.form_state import FormState
from registry.kernel.http import pages, problems
from registry.kernel.http.callers import OPEN, SIGNED_IN, Caller
from registry.kernel.http.frames import frame
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.pages import show
from registry.kernel.http.static import local_path
from registry.kernel.http.templates import Frame
from registry.kernel.http.web import AnyRequest, Providers, caller_of, wants_html
from registry.kernel.work import Act, Work
from registry.settings import Settings


class LoginPage(msgspec.Struct, frozen=True, kw_only=True):
    """Context of templates/access/login.html. ended: a session was there and is over. kept: what was posted.
    lost: something was posted that could not be kept."""

    form: FormState
    next: str
    kept: PendingForm | None = None
    ended: bool = False
    lost: bool = False


class ChoosePage(msgspec.Struct, frozen=True, kw_only=True):
    """Context of templates/access/choose.html."""

    form: FormState
    grants: list[GrantRow]
    current: str
    next: str
    kept: PendingForm | None = None


class PendingFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """Context of templates/access/again.html: one button that sends the kept form again."""

    to: str
    fields: list[tuple[str, str]]


@get("/login")
async def login_page(request: AnyRequest) -> Response[str]:
    """The login form."""
    asked = request.query_params
    page = LoginPage(form=FormState(), next=after(asked.get("next", "/")), ended=asked.get("ended") == "1")
    return show("access/login.html", page, frame(request))


@post("/login", status_code=303)
async def log_in(
    request: AnyRequest,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
) -> Response[Any]:
    """Signs in: to the page asked for, to the choice of a grant, or to the form that was kept."""
    typed = dict(await pages.pairs(request))
    tried = Credentials(
        username=typed.get("username", ""),
        password=typed.get("password", ""),
        code=typed.get("code", ""),
        agent=request.headers.get("user-agent", ""),
        replaced=cookies.token(request),
    )
    settings: Settings = request.app.state["settings"]
    try:
        entered = await login.login(providers, act, tried, vault=vault, hours=settings.session_hours)
    except (LoginFailed, TooMany) as error:
        return _refused(request, typed, error)
    return _entered(request, entered, after(typed.get("next", "/")), _pending_form(typed))


@post("/logout", status_code=303)
async def log_out(
    request: AnyRequest, providers: NamedDependency[Providers], act: NamedDependency[Act]
) -> Redirect:
    """Ends the session: its cookie opens nothing any more, wherever it was copied to."""
    caller = _of_session(request)
    async with providers.short() as conn:
        await sessions.end(conn, _session_id(caller), "logout", act.now)
    return Redirect("/login", status_code=303, cookies=[cookies.removed(request)])


@get("/grants/choose")
async def choose_page(
    request: AnyRequest, providers: NamedDependency[Providers], act: NamedDependency[Act]
) -> Response[str]:
    """The grants to act under; also for changing over later."""
    caller = _of_session(request)
    async with providers.short() as conn:
        found = await login.grants(conn, _account_id(caller), act.now)
    page = ChoosePage(
        form=FormState(),
        grants=found,
        current=str(caller.account_grant_id or ""),
        next=after(request.query_params.get("next", "/")),
    )
    return show("access/choose.html", page, frame(request))


# a form kept over the login may hold personal numbers: no answer that shows it is stored
@post("/grants/choose", status_code=303, opt=UNKEPT)
async def choose(request: AnyRequest, writer: NamedDependency[Work]) -> Response[Any]:
    """Goes on under another grant, with a new token."""
    caller = _of_session(request)
    typed = dict(await pages.pairs(request))
    found = await login.grants(writer, _account_id(caller), writer.act.now)
    chosen = next((one for one in found if str(one.account_grant_id) == typed.get("grant")), None)
    next_page, kept_form = after(typed.get("next", "/")), _pending_form(typed)
    if chosen is None:
        missing = Mistake(pointer="/grant", code="required", message="请选择一个身份")
        page = ChoosePage(
            form=FormState(mistakes=(missing,)), grants=found, current="", next=next_page, kept=kept_form
        )
        return show("access/choose.html", page, frame(request), status=422)
    started = await sessions.rotate(writer, _session_id(caller), chosen.account_grant_id, writer.act.now)
    change: list[str | None] = [caller.role, chosen.role]
    await audit.event(writer, kind="session", record_id=str(_account_id(caller)), changes={"role": change})
    return _onward(request, started, next_page, kept_form)


def not_signed_in(request: AnyRequest, error: NotSignedIn) -> Response[Any]:
    """The exception handler of NotSignedIn: programs get a problem, people the login form; what they had
    posted stays in it."""
    if isinstance(error, BadToken) or not wants_html(request):
        return problems.answer(request, error)
    ended = bool(cookies.token(request))
    if request.method == "GET":
        query = f"&ended={int(ended)}" if ended else ""
        return Redirect(f"/login?next={quote(_here(request), safe='')}{query}", status_code=303)
    found = pending_form.of(request)
    page = LoginPage(
        form=FormState(), next=found.to if found else "/", kept=found, ended=ended, lost=found is None
    )
    shown = show("access/login.html", page, frame(request), status=401)
    # A challenge browsers do not know: they must not ask with a dialog of their own.
    shown.headers["www-authenticate"] = 'Session realm="registry"'
    return shown


def detour(request: AnyRequest, error: RequiredStep) -> Response[Any]:
    """The exception handler of RequiredStep: a page leads to what has to be done first."""
    if request.method != "GET" or not wants_html(request):
        return problems.answer(request, error)
    return Redirect(f"{error.to}?next={quote(_here(request), safe='')}", status_code=303)


def after(path: str) -> str:
    """Where to redirect: a local page outside the login."""
    inside = local_path(path)
    return "/" if urlsplit(inside).path in ("/login", "/logout", "/grants/choose") else inside


def _here(request: AnyRequest) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _refused(request: AnyRequest, typed: dict[str, str], error: DomainError) -> Response[str]:
    """The login form again, without password and code."""
    page = LoginPage(
        form=FormState(values={"username": typed.get("username", "")[:100]}, problem=error.detail),
        next=after(typed.get("next", "/")),
        kept=_pending_form(typed),
    )
    shown = show("access/login.html", page, frame(request), status=error.status)
    shown.headers.update(getattr(error, "headers", {}))
    return shown


def _pending_form(typed: dict[str, str]) -> PendingForm | None:
    return pending_form.accepted(typed.get("kept_to", ""), typed.get("kept_body", ""))


def _entered(
    request: AnyRequest, entered: SignedIn, next_page: str, kept_form: PendingForm | None
) -> Response[Any]:
    """On under the only grant, or to the choice."""
    if len(entered.grants) == 1:
        return _onward(request, entered.started, next_page, kept_form)
    cookie = cookies.made(request, entered.started.token)
    if kept_form is None:
        query = f"?next={quote(next_page, safe='')}"
        return Redirect(f"/grants/choose{query}", status_code=303, cookies=[cookie])
    page = ChoosePage(form=FormState(), grants=entered.grants, current="", next=next_page, kept=kept_form)
    shown = show("access/choose.html", page, _bare(request, entered.started))
    shown.set_cookie(cookie)
    return shown


def _onward(
    request: AnyRequest, started: Started, next_page: str, kept_form: PendingForm | None
) -> Response[Any]:
    cookie = cookies.made(request, started.token)
    if kept_form is None:
        return Redirect(next_page, status_code=303, cookies=[cookie])
    page = PendingFormPage(to=kept_form.to, fields=kept_form.fields())
    shown = show("access/again.html", page, _bare(request, started))
    shown.set_cookie(cookie)
    return shown


def _bare(request: AnyRequest, started: Started) -> Frame:
    """The frame for a session that begins with this answer: the request still came without it."""
    return msgspec.structs.replace(
        frame(request), csrf=mask(sessions.csrf(started.token)), menu=(), user="", role="", place=""
    )


def _of_session(request: AnyRequest) -> Caller:
    caller = caller_of(request)
    if caller is None or caller.session_id is None:
        raise SessionNeeded
    return caller


def _session_id(caller: Caller) -> UUID:
    if caller.session_id is None:
        raise SessionNeeded
    return caller.session_id


def _account_id(caller: Caller) -> UUID:
    if caller.account_id is None:
        raise SessionNeeded
    return caller.account_id


open_router = Router(path="/", opt=dict(OPEN), route_handlers=[login_page, log_in], include_in_schema=False)
signed_in_router = Router(
    path="/",
    opt=dict(SIGNED_IN),
    route_handlers=[log_out, choose_page, choose],
    include_in_schema=False,
)
router = Router(path="/", route_handlers=[open_router, signed_in_router])
