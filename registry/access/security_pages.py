"""One's own password and second factor. The account itself is account_pages.py."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Meta, Struct

from registry.access import account_queries as queries
from registry.access import cookies, totp
from registry.access.own_account import (
    PasswordForm,
    SignedInAccount,
    Typed,
    change_password,
    checked,
    require_session,
)
from registry.access.passwords import LEAST
from registry.access.totp import Enrolment
from registry.kernel.crypto.vault import Vault
from registry.kernel.errors import DomainError
from registry.kernel.forms import form_state
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.pages import attempt, parse_form, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest, Providers
from registry.kernel.work import Act, Work
from registry.settings import Settings

ACCOUNT = Link("我的账户", "/account")
SHOWN_AGAIN = (409, 412, 422)


class PasswordPage(Struct, frozen=True, kw_only=True):
    """`forced`: nothing else is possible before. What was typed is never shown again."""

    username: str
    form: FormState
    forced: bool
    rules: str


class TotpPage(Struct, frozen=True, kw_only=True):
    """`enrolment`: the secret that waits for its first code."""

    on: bool
    enrolment: Enrolment | None
    forced: bool
    form: FormState


class CodeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(title="6 位数字", max_length=40)]


class OffForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    password: Annotated[Typed, Meta(title="密码")]

    def __repr__(self) -> str:
        return "OffForm()"


@get("/account/password", include_in_schema=False)
async def password_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """The form that changes the password."""
    del reader
    return _password(request, require_session(request), FormState())


@post("/account/password", include_in_schema=False, opt=UNKEPT)
async def set_password(
    request: AnyRequest, providers: NamedDependency[Providers], act: NamedDependency[Act]
) -> Response[Any]:
    """Changes the password and goes on under a new session."""
    who = require_session(request)
    settings: Settings = request.app.state["settings"]
    try:
        form = await parse_form(request, PasswordForm)
        agent = request.headers.get("user-agent", "")
        started = await change_password(providers, act, who, form, settings=settings, agent=agent)
    except DomainError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return _password(request, who, form_state.with_errors({}, error), error.status)
    made = cookies.made(request, started.token)
    return Redirect("/account?done=password", status_code=303, cookies=[made])


@get("/account/totp", include_in_schema=False)
async def totp_page(
    request: AnyRequest, reader: NamedDependency[Work], vault: NamedDependency[Vault]
) -> Response[str]:
    """Whether codes are asked for; the secret while it waits for its first one."""
    return await _totp(request, reader, vault, require_session(request).account_id, FormState())


@post("/account/totp", include_in_schema=False, opt=UNKEPT)
async def enrol_totp(
    request: AnyRequest, writer: NamedDependency[Work], vault: NamedDependency[Vault]
) -> Redirect:
    """A new secret to take into the device."""
    await totp.enrol(writer, vault, await queries.account(writer, require_session(request).account_id))
    return Redirect("/account/totp", status_code=303)


@post("/account/totp/confirm", include_in_schema=False, opt=UNKEPT)
async def confirm_totp(
    request: AnyRequest,
    writer: NamedDependency[Work],
    vault: NamedDependency[Vault],
) -> Redirect:
    """The device shows a right code: from now on it is asked for."""
    account = await queries.account(writer, require_session(request).account_id)

    async def effect(data: CodeForm) -> None:
        await totp.confirm(writer, vault, account, data.code)

    async def shown(form: FormState) -> Response[Any]:
        return await _totp(request, writer, vault, account.account_id, form)

    await attempt(request, writer, CodeForm, effect, shown)
    return Redirect("/account?done=totp_on", status_code=303)


@post("/account/totp/off", include_in_schema=False, opt=UNKEPT)
async def turn_totp_off(
    request: AnyRequest,
    providers: NamedDependency[Providers],
    act: NamedDependency[Act],
    vault: NamedDependency[Vault],
) -> Response[Any]:
    """Stops asking for codes; needs the password."""
    who = require_session(request)
    try:
        form = await parse_form(request, OffForm)
        account = await checked(providers, act, who, form.password, "/password")
    except DomainError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        async with providers.reader(who.caller.identity, act) as work:
            again = form_state.with_errors({}, error)
            return await _totp(request, work, vault, who.account_id, again, status=error.status)
    async with providers.writer(who.caller.identity, act) as work:
        await totp.turn_off(work, account)
    return Redirect("/account?done=totp_off", status_code=303)


def _password(request: AnyRequest, who: SignedInAccount, form: FormState, status: int = 200) -> Response[str]:
    settings: Settings = request.app.state["settings"]
    least = LEAST[settings.password_rules]
    rules = {
        "asvs": f"至少 {least} 个字符，不限种类；可以是一句自己记得住的话",
        "dengbao": f"至少 {least} 个字符，大写、小写、数字、符号至少三种；不含用户名；每 90 天更换",
    }
    page = PasswordPage(
        username=who.caller.username,
        form=form,
        forced=who.caller.must_change_password,
        rules=rules[settings.password_rules],
    )
    return show("access/password.html", page, frame(request, ACCOUNT), status)


async def _totp(
    request: AnyRequest, work: Work, vault: Vault, account_id: UUID, form: FormState, *, status: int = 200
) -> Response[str]:
    account = await queries.account(work, account_id)
    page = TotpPage(
        on=account.asks_code,
        enrolment=totp.enrolment(vault, account),
        forced=require_session(request).caller.must_set_totp,
        form=form,
    )
    return show("access/totp.html", page, frame(request, ACCOUNT), status)


handlers = (password_page, set_password, totp_page, enrol_totp, confirm_totp, turn_totp_off)
