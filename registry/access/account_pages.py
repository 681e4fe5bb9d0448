"""我的账户: grants, sessions and tokens of the signed-in user. Password and codes: security_pages.py."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from registry.access import account_queries as queries
from registry.access import accounts, grants, own_account, security_pages, sessions, tokens
from registry.access.account_model import MOST_DAYS, Account, NewToken, TokenIn
from registry.access.model import GrantRow, TokenRow
from registry.access.own_account import SignedInAccount, require_session
from registry.access.session_model import SessionRow
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import ROLES, SIGNED_IN
from registry.kernel.http.frames import frame
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.pages import attempt, show
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Act, Work
from registry.settings import Settings

ACCESSES: Final = (("read", "只读（查询、导出）"), ("write", "可读写"))
DONE: Final = {
    "password": "密码已修改，其他设备上的登录都已结束。",
    "session": "已结束那次登录。",
    "sessions": "其他登录都已结束。",
    "token": "令牌已撤销，用它的程序不能再访问。",
    "totp_on": "动态口令已开启，下次登录时要输入手机上的 6 位数字。",
    "totp_off": "动态口令已关闭。",
}
"""What a page says after the redirect that names it."""


class SessionView(Struct, frozen=True, kw_only=True):
    """A session in the list; here: the one of this browser."""

    row: SessionRow
    here: bool


class TokenView(Struct, frozen=True, kw_only=True):
    """A token in the list, with the name of its grant and what became of it."""

    row: TokenRow
    grant: str
    state: str
    live: bool


class AccountPage(Struct, frozen=True, kw_only=True):
    """`grants`: those one may act under now; `new`: a token just created, shown only once."""

    account: Account
    role: str
    place: str
    grants: Sequence[GrantRow]
    present: UUID | None
    sessions: Sequence[SessionView]
    tokens: Sequence[TokenView]
    grant_options: Sequence[tuple[str, str]]
    accesses: Sequence[tuple[str, str]]
    most_days: int
    form: FormState
    new: NewToken | None


@get("/account", include_in_schema=False)
async def account_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """The account of the signed-in user."""
    return await _page(request, reader, require_session(request), FormState())


@post("/account/tokens", include_in_schema=False, opt=UNKEPT)
async def make_token(request: AnyRequest, writer: NamedDependency[Work]) -> Response[str]:
    """A token for a program; the answer shows it, and nothing ever does again."""
    who = require_session(request)
    account = await queries.account(writer, who.account_id)
    settings: Settings = request.app.state["settings"]

    async def effect(data: TokenIn) -> NewToken:
        return await tokens.create(writer, account, data, totp_roles=settings.totp_roles)

    async def shown(form: FormState) -> Response[Any]:
        return await _page(request, writer, who, form)

    made = await attempt(request, writer, TokenIn, effect, shown)
    return await _page(request, writer, who, FormState(), new=made)


@post("/account/tokens/{api_token_id:uuid}/revoke", include_in_schema=False)
async def revoke_token(
    request: AnyRequest,
    writer: NamedDependency[Work],
    api_token_id: FromPath[UUID],
) -> Redirect:
    """Ends one of one's own tokens."""
    await tokens.revoke(writer, api_token_id, account_id=require_session(request).account_id)
    return done("token")


@post("/account/sessions/{session_id:uuid}/end", include_in_schema=False)
async def end_session(
    request: AnyRequest,
    writer: NamedDependency[Work],
    session_id: FromPath[UUID],
) -> Redirect:
    """Ends one of one's own sessions, here or elsewhere."""
    await own_account.end_session(writer, require_session(request), session_id)
    return done("session")


@post("/account/sessions/end-others", include_in_schema=False)
async def end_other_sessions(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    """Ends every session but this one."""
    await own_account.end_other_sessions(writer, require_session(request))
    return done("sessions")


def done(what: str) -> Redirect:
    """Redirects to the account page, which shows what was done."""
    return Redirect(f"/account?done={what}", status_code=303)


async def _page(
    request: AnyRequest, work: Work, who: SignedInAccount, form: FormState, *, new: NewToken | None = None
) -> Response[str]:
    settings: Settings = request.app.state["settings"]
    held = await grants.of_account(work, who.account_id)
    running = [grant for grant in held if grant.live(work.act.today)]
    idle = timedelta(minutes=settings.session_idle_minutes)
    rows = await sessions.of_account(work, who.account_id, work.act.now, idle)
    page = AccountPage(
        account=await accounts.detail(work, who.account_id),
        role=ROLES[who.caller.role] if who.caller.role else "",
        place=who.caller.place_name,
        grants=running,
        present=who.caller.account_grant_id,
        sessions=[SessionView(row=row, here=row.session_id == who.session_id) for row in rows],
        tokens=token_views(await tokens.listed(work, who.account_id), held, work.act),
        grant_options=[(str(grant.account_grant_id), grant.label) for grant in running],
        accesses=ACCESSES,
        most_days=MOST_DAYS,
        form=form,
        new=new,
    )
    notice = DONE.get(request.query_params.get("done", ""), "")
    return show("access/account.html", page, frame(request, notice=notice), 201 if new else 200)


def token_views(rows: Sequence[TokenRow], held: Sequence[GrantRow], act: Act) -> list[TokenView]:
    """Tokens as a list shows them."""
    names = {grant.account_grant_id: grant.label for grant in held}
    return [
        TokenView(
            row=row,
            grant=names.get(row.account_grant_id, ""),
            state="已撤销" if row.revoked_at else "有效" if row.live(act.now) else "已过期",
            live=row.live(act.now),
        )
        for row in rows
    ]


router = Router(
    path="/",
    opt=dict(SIGNED_IN),
    route_handlers=[
        account_page,
        make_token,
        revoke_token,
        end_session,
        end_other_sessions,
        *security_pages.handlers,
    ],
    include_in_schema=False,
)
