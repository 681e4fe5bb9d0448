"""What the pages of accounts show. Their handlers are admin_pages.py."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from msgspec import Struct

from registry.access import accounts, grants, tokens
from registry.access.account_model import Account, AccountItem
from registry.access.account_pages import TokenView, token_views
from registry.access.admin_forms import UsersQuery
from registry.access.model import GrantRow
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import ROLES
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Act, Work

PAGE: Final = 50
DONE: Final = {
    "grant": "身份已加上，下次请求即生效。",
    "revoked": "身份已撤销，用它的登录和令牌都已结束。",
    "disabled": "账户已停用，它的登录和令牌都已结束。",
    "active": "账户已启用；登录和令牌要重新开始。",
    "name": "姓名已修改。",
    "token": "令牌已撤销。",
}


class GrantView(Struct, frozen=True, kw_only=True):
    """A grant in the list, and what became of it."""

    row: GrantRow
    state: str
    revocable: bool


class UsersPage(Struct, frozen=True, kw_only=True):
    """The list and the form to make an account."""

    rows: Sequence[AccountItem]
    roles: dict[str, str]
    total: int
    query: UsersQuery
    form: FormState
    next_href: str
    first_href: str


class UserPage(Struct, frozen=True, kw_only=True):
    """One account. `first`: a first password just created, shown only once."""

    account: Account
    grants: Sequence[GrantView]
    tokens: Sequence[TokenView]
    role_options: Sequence[tuple[str, str]]
    form: FormState
    first: str
    own: bool


async def users(request: AnyRequest, work: Work, query: UsersQuery, form: FormState) -> Response[str]:
    """The list of accounts a search finds."""
    after = after_keys(query.cursor, tuple[str])
    found = await accounts.listed(work, query.q, work.act.today, after[0] if after else None, PAGE + 1)
    cut = cut_keys(found, PAGE, lambda row: (row.username,))
    kept = {"q": query.q} if query.q else {}
    following = urlencode(kept | {"cursor": cut.next_cursor or ""})
    page = UsersPage(
        rows=cut.items,
        roles={str(role): label for role, label in ROLES.items()},
        total=await accounts.counted(work, query.q),
        query=query,
        form=form,
        next_href=f"/users?{following}" if cut.next_cursor else "",
        first_href=f"/users?{urlencode(kept)}" if query.cursor else "",
    )
    return show("access/users.html", page, frame(request))


async def user(
    request: AnyRequest,
    work: Work,
    account_id: UUID,
    *,
    form: FormState | None = None,
    first: str = "",
) -> Response[str]:
    """One account with its grants and tokens."""
    account = await accounts.detail(work, account_id)
    held = await grants.of_account(work, account_id)
    page = UserPage(
        account=account,
        grants=[_grant_view(grant, work.act) for grant in held],
        tokens=token_views(await tokens.listed(work, account_id), held, work.act),
        role_options=tuple(ROLES.items()),
        form=form or FormState(),
        first=first,
        own=account.username == work.act.actor,
    )
    notice = DONE.get(request.query_params.get("done", ""), "")
    made = frame(request, Link("用户", "/users"), notice="" if first else notice)
    return show("access/user.html", page, made, 201 if first else 200)


def _grant_view(row: GrantRow, act: Act) -> GrantView:
    if row.revoked_at is not None:
        state = "已撤销"
    elif row.live(act.today):
        state = "有效"
    else:
        state = "未开始" if row.valid_from > act.today else "已到期"
    return GrantView(row=row, state=state, revocable=row.revoked_at is None and state != "已到期")
