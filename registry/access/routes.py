"""Accounts and grants over REST, for the administrator; and for everybody, who they are."""

from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from registry.access import accounts, grants
from registry.access.account_model import (
    Account,
    AccountIn,
    AccountItem,
    AccountPatch,
    FirstPassword,
    GrantIn,
    GrantOut,
    ResetIn,
)
from registry.access.errors import NotSignedIn
from registry.kernel.db.transactions import Scope
from registry.kernel.fill import fill
from registry.kernel.http.callers import ADMIN, SIGNED_IN, Access, Role, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.idempotency import UNKEPT
from registry.kernel.http.web import (
    AnyRequest,
    Page,
    caller_of,
    listed,
    require_if_match,
    row_limit,
    versioned,
)
from registry.kernel.types import ShortText
from registry.kernel.work import Work


class Me(Struct, frozen=True, kw_only=True):
    """Whom a request acts for. place_code: the division or area of the grant; reads, writes: the ranges of
    division codes, further villages and contracts in scope."""

    username: str
    display_name: str
    role: Role | None
    place_code: str | None
    place_name: str
    access: Access
    reads: Scope
    writes: Scope


@get("/account", opt=dict(SIGNED_IN))
async def get_own_account(request: AnyRequest) -> Response[Me]:
    """Who am I: user name, role, place and scope of this session or token"""
    caller = caller_of(request)
    if caller is None:
        raise NotSignedIn
    me = fill(Me, caller, reads=caller.identity.read, writes=caller.identity.write)
    return Response(me)


@get("/users")
async def list_users(
    request: AnyRequest,
    reader: NamedDependency[Work],
    *,
    q: FromQuery[ShortText | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[AccountItem]]:
    """Accounts by user name, with the roles they have today

    `q`: part of the user name or the display name.
    """
    count, after = row_limit(limit), after_keys(cursor, tuple[str])
    rows = await accounts.listed(reader, q, reader.act.today, after[0] if after else None, count + 1)
    return listed(request, cut_keys(rows, count, lambda row: (row.username,)))


@get("/users/{account_id:uuid}")
async def get_user(
    request: AnyRequest, reader: NamedDependency[Work], account_id: FromPath[UUID]
) -> Response[Account]:
    """An account with its grants, revoked ones last"""
    found = await accounts.detail(reader, account_id)
    return versioned(request, found, found.version)


@post("/users", opt=UNKEPT)
async def create_user(writer: NamedDependency[Work], data: JSONBody[AccountIn]) -> Response[FirstPassword]:
    """Make an account; its first password is told in this answer only

    It has no grants yet. The password has to be changed at the first login.
    """
    row, first = await accounts.create(writer, data)
    made = FirstPassword(account=await accounts.detail(writer, row.account_id), first_password=first)
    return Response(made, status_code=201)


@patch("/users/{account_id:uuid}")
async def change_user(
    request: AnyRequest,
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
    data: JSONBody[AccountPatch],
) -> Response[Account]:
    """Change the display name; disable or enable an account (needs If-Match)

    Disabling ends its sessions and tokens at once. The user name stays for ever.
    """
    await accounts.change(writer, account_id, data, require_if_match(request))
    found = await accounts.detail(writer, account_id)
    return versioned(request, found, found.version)


@post("/users/{account_id:uuid}/password", status_code=200, opt=UNKEPT)
async def reset_user_password(
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
    data: JSONBody[ResetIn],
) -> Response[FirstPassword]:
    """Give an account a new first password, told in this answer only

    Ends its sessions. `drop_totp`: also stop asking for codes, for somebody who lost the device. Nobody
    resets their own.
    """
    _, first = await accounts.reset_password(writer, account_id, drop_totp=data.drop_totp)
    made = FirstPassword(account=await accounts.detail(writer, account_id), first_password=first)
    return Response(made)


@post("/users/{account_id:uuid}/grants")
async def give_grant(
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
    data: JSONBody[GrantIn],
) -> Response[GrantOut]:
    """Give an account a role with its division, area or organisation

    cadre: a village; clerk: a township; county: a county or above, or an area; auditor: any of these;
    partner: an organisation; admin: none of them. Nobody gives themselves a grant.
    """
    made = await grants.add(writer, account_id, data)
    return Response(GrantOut.of(made), status_code=201)


@post("/users/{account_id:uuid}/grants/{account_grant_id:uuid}/revoke", status_code=200)
async def revoke_grant(
    writer: NamedDependency[Work],
    account_id: FromPath[UUID],
    account_grant_id: FromPath[UUID],
) -> Response[GrantOut]:
    """End a grant now, with the sessions and tokens under it"""
    return Response(GrantOut.of(await grants.revoke(writer, account_grant_id, account_id=account_id)))


router = Router(
    path="/api/v1",
    opt=admits(read=ADMIN, write=ADMIN),
    route_handlers=[
        get_own_account,
        list_users,
        get_user,
        create_user,
        change_user,
        reset_user_password,
        give_grant,
        revoke_grant,
    ],
)
