"""用户: accounts and their grants, for the administrator. What may be done: accounts.py and grants.py."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry.access import accounts, admin_views, grants, tokens
from registry.access.account_model import AccountIn, AccountPatch, ResetIn
from registry.access.admin_forms import GrantForm, NameForm, Nothing, StatusForm, UsersQuery, add_grant
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import ADMIN, admits
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.pages import attempt, parse_query
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work

T = TypeVar("T")
R = TypeVar("R")


@get("/users", include_in_schema=False)
async def users_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """Accounts by user name, with the form to make one."""
    return await admin_views.users(request, reader, parse_query(request, UsersQuery), FormState())


@post("/users", include_in_schema=False, opt=UNKEPT)
async def make_user(request: AnyRequest, writer: NamedDependency[Work]) -> Response[str]:
    """A new account; the answer shows its first password, and nothing ever does again."""

    async def effect(data: AccountIn) -> tuple[UUID, str]:
        row, first = await accounts.create(writer, data)
        return row.account_id, first

    async def shown(form: FormState) -> Response[Any]:
        return await admin_views.users(request, writer, UsersQuery(), form)

    account_id, first = await attempt(request, writer, AccountIn, effect, shown)
    return await admin_views.user(request, writer, account_id, first=first)


@get("/users/{account_id:uuid}", include_in_schema=False)
async def user_page(
    request: AnyRequest,
    reader: NamedDependency[Work],
    account_id: FromPath[UUID],
) -> Response[str]:
    """An account with its grants and tokens."""
    return await admin_views.user(request, reader, account_id)


@post("/users/{account_id:uuid}", include_in_schema=False)
async def rename_user(
    request: AnyRequest,
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
) -> Redirect:
    """Another display name; the user name stays."""

    async def effect(data: NameForm) -> None:
        await accounts.change(writer, account_id, AccountPatch(display_name=data.display_name))

    await _attempt(request, writer, account_id)(NameForm, effect)
    return _done(account_id, "name")


@post("/users/{account_id:uuid}/status", include_in_schema=False)
async def set_user_status(
    request: AnyRequest,
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
) -> Redirect:
    """Disables or enables an account."""

    async def effect(data: StatusForm) -> str:
        patch = AccountPatch(status=data.status)
        return (await accounts.change(writer, account_id, patch)).status

    return _done(account_id, await _attempt(request, writer, account_id)(StatusForm, effect))


@post("/users/{account_id:uuid}/password", include_in_schema=False, opt=UNKEPT)
async def reset_password(
    request: AnyRequest,
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
) -> Response[str]:
    """A new first password; the answer shows it, and nothing ever does again."""

    async def effect(data: ResetIn) -> str:
        return (await accounts.reset_password(writer, account_id, drop_totp=data.drop_totp))[1]

    first = await _attempt(request, writer, account_id)(ResetIn, effect)
    return await admin_views.user(request, writer, account_id, first=first)


@post("/users/{account_id:uuid}/grants", include_in_schema=False)
async def give_grant(
    request: AnyRequest,
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
) -> Redirect:
    """Gives an account a role with its place."""

    async def effect(data: GrantForm) -> None:
        await add_grant(writer, account_id, data)

    await _attempt(request, writer, account_id)(GrantForm, effect)
    return _done(account_id, "grant")


@post("/users/{account_id:uuid}/grants/{account_grant_id:uuid}/revoke", include_in_schema=False)
async def take_grant(
    request: AnyRequest,
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
    account_grant_id: FromPath[UUID],
) -> Redirect:
    """Ends a grant, with the sessions and tokens under it."""

    async def effect(_: Nothing) -> None:
        await grants.revoke(writer, account_grant_id, account_id=account_id)

    await _attempt(request, writer, account_id)(Nothing, effect)
    return _done(account_id, "revoked")


@post("/users/{account_id:uuid}/tokens/{api_token_id:uuid}/revoke", include_in_schema=False)
async def take_token(
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
    api_token_id: FromPath[UUID],
) -> Redirect:
    """Ends a token of somebody else, for instance one that was seen where it should not be."""
    await tokens.revoke(writer, api_token_id, account_id=account_id)
    return _done(account_id, "token")


def _attempt(
    request: AnyRequest, work: Work, account_id: UUID
) -> Callable[[type[T], Callable[[T], Awaitable[R]]], Awaitable[R]]:
    """`attempt` that shows the account's page again."""

    async def shown(form: FormState) -> Response[Any]:
        return await admin_views.user(request, work, account_id, form=form)

    async def trying(kind: type[T], effect: Callable[[T], Awaitable[R]]) -> R:
        return await attempt(request, work, kind, effect, shown)

    return trying


def _done(account_id: UUID, what: str) -> Redirect:
    return Redirect(f"/users/{account_id}?done={what}", status_code=303)


router = Router(
    path="/",
    opt=admits(read=ADMIN, write=ADMIN),
    route_handlers=[
        users_page,
        make_user,
        user_page,
        rename_user,
        set_user_status,
        reset_password,
        give_grant,
        take_grant,
        take_token,
    ],
    include_in_schema=False,
)
