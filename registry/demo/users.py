"""The demo's users: one per role and two more, with new random passwords and tokens at each start."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from registry.access import accounts, grants, passwords, tokens
from registry.access.account_model import AccountIn, GrantIn, TokenIn
from registry.access.model import AccountRow, GrantRow
from registry.access.passwords import InitialPassword
from registry.app import HOOKS
from registry.demo.build import BUILDER
from registry.demo.deterministic import ACTOR, credit_code
from registry.demo.places import TIAOSHUIHE, TOWNSHIP
from registry.divisions import areas
from registry.divisions.area_model import AreaIn, AreaMemberIn
from registry.kernel.db.transactions import Database
from registry.kernel.errors import NotFound
from registry.kernel.http.callers import Role
from registry.kernel.work import Act, Work
from registry.settings import Settings

ZONE: Final = "Q1"
ZONE_NAME: Final = "随州高新区"
NEIGHBOUR: Final = "421303187202"
OTHER_TOWNSHIP: Final = "421303101000"
PARTNER: Final = credit_code("91", 1)
"""示范品源现代农业."""
SINCE: Final = date(2020, 1, 1)
TOKEN: Final = "演示"  # noqa: S105 - what it is called
TOKEN_DAYS: Final = 365


class User(Struct, frozen=True, kw_only=True):
    """One of them. key: its user name, and what `--json` calls it. place: of its grant; a partner's credit
    code, nothing for the administrator."""

    key: str
    role: Role
    name: str
    place: str = ""


USERS: Final = (
    User(key="cadre", role="cadre", name="示范村干部", place=TIAOSHUIHE),
    User(key="neighbour", role="cadre", name="示范邻村干部", place=NEIGHBOUR),
    User(key="clerk", role="clerk", name="示范乡镇经办", place=TOWNSHIP),
    User(key="stranger", role="clerk", name="示范外镇经办", place=OTHER_TOWNSHIP),
    User(key="county", role="county", name="示范高新区经办", place=ZONE),
    User(key="partner", role="partner", name="示范企业用户", place=PARTNER),
    User(key="auditor", role="auditor", name="示范审计", place=ZONE),
    User(key="admin", role="admin", name="示范管理员"),
)


class DemoAccount(Struct, frozen=True, kw_only=True):
    """What a user of the demo comes in with. token: "" for the administrator. label: role and place."""

    key: str
    username: str
    password: str
    token: str
    label: str

    def __repr__(self) -> str:
        return f"Opened({self.username})"


async def first_passwords() -> list[InitialPassword]:
    """One for each of them; takes a third of a second on two cores, so begin early."""
    return list(await asyncio.gather(*(passwords.first() for _ in USERS)))


async def open_accounts(
    settings: Settings, now: datetime, firsts: Awaitable[Sequence[InitialPassword]]
) -> list[DemoAccount]:
    """`open_all` on the demo's database."""
    prepared = await firsts
    act = Act(actor=ACTOR, now=now, source="system", operation="demo")
    database = await Database.open(settings, HOOKS)
    try:
        async with database.writer(BUILDER, act) as work:
            return await open_all(work, prepared)
    finally:
        await database.close()


async def open_all(work: Work, firsts: Sequence[InitialPassword]) -> list[DemoAccount]:
    """Creates the users of a built demo. Existing users get new passwords and tokens:
    the former cannot be shown again."""
    await _zone(work)
    return [await _open(work, *pair) for pair in zip(USERS, firsts, strict=True)]


async def _zone(work: Work) -> None:
    """The zone runs the township, whose code lies in another district."""
    try:
        await areas.area(work, ZONE)
    except NotFound:
        member = AreaMemberIn(division_code=TOWNSHIP, valid_from=SINCE)
        new = AreaIn(area_code=ZONE, name=ZONE_NAME, valid_from=SINCE, divisions=(member,))
        await areas.create(work, new)


async def _open(work: Work, user: User, first: InitialPassword) -> DemoAccount:
    row = await _account(work, user, first)
    wanted = await _wanted(work, user)
    held = [one for one in await grants.of_account(work, row.account_id) if one.live(work.act.today)]
    same = [one for one in held if one.role == user.role and _place(one) == _place(wanted)]
    grant = same[0] if same else await grants.add(work, row.account_id, wanted)
    for token in await tokens.listed(work, row.account_id):
        if token.name == TOKEN and token.revoked_at is None:
            await tokens.revoke(work, token.api_token_id)
    made = "" if user.role == "admin" else await _token(work, row, grant)
    return DemoAccount(
        key=user.key, username=row.username, password=first.text, token=made, label=grant.label
    )


async def _token(work: Work, row: AccountRow, grant: GrantRow) -> str:
    new = TokenIn(name=TOKEN, account_grant_id=grant.account_grant_id, access="write", days=TOKEN_DAYS)
    return (await tokens.create(work, row, new)).text


async def _account(work: Work, user: User, first: InitialPassword) -> AccountRow:
    """The password need not be changed at the first login: nobody else has seen it."""
    try:
        row = await accounts.by_name(work, user.key)
    except NotFound:
        new = AccountIn(username=user.key, display_name=user.name)
        return (await accounts.create(work, new, first=first, must_change=False))[0]
    await accounts.enable(work, row.account_id)
    again = accounts.reset_password(work, row.account_id, first=first, drop_totp=True, must_change=False)
    return (await again)[0]


async def _wanted(work: Work, user: User) -> GrantIn:
    if user.role == "partner":
        organization = await grants.organization_of(work, user.place, "/organization_id")
        return GrantIn(role=user.role, organization_id=organization)
    if user.place == ZONE:
        return GrantIn(role=user.role, area_code=ZONE)
    return GrantIn(role=user.role, division_code=user.place or None)


def _place(grant: GrantIn | GrantRow) -> tuple[object, ...]:
    return grant.division_code, grant.area_code, grant.organization_id
