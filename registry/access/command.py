"""`registry user …` and `registry token …`: accounts, grants and tokens from the server's own machine."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import click

from registry.access import account_queries as queries
from registry.access import accounts, grants, tokens
from registry.access.account_model import DAYS, MOST_DAYS, AccountIn, GrantIn, TokenIn
from registry.access.model import AccountRow, GrantRow
from registry.kernel.background import now
from registry.kernel.db.transactions import Connect, Connected
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.forms.parsing import parse
from registry.kernel.http.callers import ROLES
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import CHINA, Act, Work

T = TypeVar("T")
WRONG_USE: Final = 2
MOST: Final = 10_000
"""Accounts a list shows."""


class Group(click.Group):
    """Names every mistake of what was typed, and exits with 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Invalid as error:
            for one in error.mistakes:
                click.echo(f"registry: {one.pointer.strip('/')}: {one.message}", err=True)
            raise click.exceptions.Exit(WRONG_USE) from error


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--role with --division, --area or --organization, --from and --until."""
    options = (
        click.option("--role", type=click.Choice(tuple(ROLES)), required=True),
        click.option("--division", metavar="CODE", help="12-digit code: cadre, clerk, county, auditor."),
        click.option("--area", metavar="CODE", help="Q and digits: county, auditor."),
        click.option("--organization", metavar="CREDIT_CODE", help="18 characters: partner."),
        click.option("--from", "valid_from", metavar="DAY", help="First day; today without it."),
        click.option("--until", "valid_to", metavar="DAY", help="Last day."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def user_command(connect: Connect) -> click.Group:
    """`registry user`; `connect` gives settings with a database that answers while it is entered."""

    @click.group("user", cls=Group)
    def user() -> None:
        """Accounts and their grants. What is done here stands in the audit trail as done by `local`."""

    for further in (_add_accounts, _add_passwords, _add_status, _add_grants):
        further(user, connect)
    return user


def _add_accounts(user: click.Group, connect: Connect) -> None:
    @user.command("add")
    @click.argument("username")
    @click.option("--name", "display_name", required=True, help="显示名: shown beside the role.")
    @place_options
    def add(username: str, display_name: str, **place: str | None) -> None:
        """Make an account USERNAME with one grant; prints its first password, once."""
        new = parse(AccountIn, {"username": username, "display_name": display_name}, text=True)

        async def use(work: Work) -> str:
            row, first = await accounts.create(work, new)
            await grants.add(work, row.account_id, await _grant(work, place))
            return first

        click.echo(f"{username}: first password {_done(connect, 'user add', use)}")
        click.echo("It has to be changed at the first login and cannot be shown again.", err=True)

    @user.command("list")
    @click.argument("text", required=False)
    def list_(text: str | None) -> None:
        """Accounts by name (TEXT: part of it), with their grants."""
        for line in _done(connect, "user list", lambda work: _listed(work, text)):
            click.echo(line)


def _add_passwords(user: click.Group, connect: Connect) -> None:
    @user.command("passwd")
    @click.argument("username")
    @click.option("--drop-totp", is_flag=True, help="Also stop asking for codes: the device is lost.")
    def passwd(username: str, *, drop_totp: bool) -> None:
        """Give USERNAME a new first password, printed once; ends every session and token."""

        async def use(work: Work) -> str:
            row = await accounts.by_name(work, username)
            return (await accounts.reset_password(work, row.account_id, drop_totp=drop_totp))[1]

        click.echo(f"{username}: first password {_done(connect, 'user passwd', use)}")


def _add_status(user: click.Group, connect: Connect) -> None:
    def setting(name: str, change: Callable[[Work, UUID], Awaitable[AccountRow]], about: str) -> None:
        @user.command(name, help=about)
        @click.argument("username")
        def status(username: str) -> None:
            async def use(work: Work) -> AccountRow:
                return await change(work, (await accounts.by_name(work, username)).account_id)

            click.echo(f"{username}: {_done(connect, f'user {name}', use).status.value}")

    setting("disable", accounts.disable, "Disable USERNAME: its sessions and tokens end at once.")
    setting("enable", accounts.enable, "Enable USERNAME again; sessions and tokens are not revived.")


def _add_grants(user: click.Group, connect: Connect) -> None:
    @user.command("grant")
    @click.argument("username")
    @place_options
    def grant(username: str, **place: str | None) -> None:
        """Give USERNAME a role."""

        async def use(work: Work) -> GrantRow:
            row = await accounts.by_name(work, username)
            return await grants.add(work, row.account_id, await _grant(work, place))

        made = _done(connect, "user grant", use)
        click.echo(f"{username}: {made.account_grant_id} {made.role} {made.place_name}".rstrip())

    @user.command("revoke")
    @click.argument("username")
    @click.argument("grant_id", type=click.UUID)
    def revoke(username: str, grant_id: UUID) -> None:
        """End a grant of USERNAME now, with its sessions and tokens. `user list` shows the ids."""

        async def use(work: Work) -> GrantRow:
            row = await accounts.by_name(work, username)
            return await grants.revoke(work, grant_id, account_id=row.account_id)

        click.echo(f"{username}: {_done(connect, 'user revoke', use).account_grant_id} revoked")


def token_command(connect: Connect) -> click.Group:
    """`registry token`."""

    @click.group("token", cls=Group)
    def token() -> None:
        """Tokens of programs. A token acts under one grant of its owner."""

    for further in (_add_token, _add_token_list):
        further(token, connect)
    return token


def _add_token(token: click.Group, connect: Connect) -> None:
    @token.command("add")
    @click.argument("username")
    @click.option("--name", required=True, help="Which program uses it.")
    @click.option("--grant", "grant_id", type=click.UUID, help="Needed if USERNAME has several grants.")
    @click.option("--read-only", is_flag=True, help="It may only read.")
    @click.option("--days", type=click.IntRange(1, MOST_DAYS), default=DAYS, show_default=True)
    def add(username: str, name: str, grant_id: UUID | None, *, read_only: bool, days: int) -> None:
        """Make a token for USERNAME; prints it, once."""

        async def use(work: Work) -> str:
            row = await accounts.by_name(work, username)
            fields = {
                "name": name,
                "account_grant_id": grant_id or await _only_grant(work, row),
                "access": "read" if read_only else "write",
                "days": days,
            }
            return (await tokens.create(work, row, parse(TokenIn, fields))).text

        click.echo(_done(connect, "token add", use))


def _add_token_list(token: click.Group, connect: Connect) -> None:
    @token.command("list")
    @click.argument("username")
    def list_(username: str) -> None:
        """The tokens of USERNAME with their last use."""
        for line in _done(connect, "token list", lambda work: _tokens(work, username)):
            click.echo(line)

    @token.command("revoke")
    @click.argument("prefix")
    def revoke(prefix: str) -> None:
        """End the token that begins with PREFIX (its first 12 characters)."""

        async def use(work: Work) -> str:
            row = await tokens.by_prefix(work, prefix)
            return (await tokens.revoke(work, row.api_token_id)).name

        click.echo(f"{prefix[:12]}: {_done(connect, 'token revoke', use)} revoked")


FIRST: Final = AccountIn(username="admin", display_name="系统管理员")


def first_administrator(connected: Connected) -> tuple[str, str] | None:
    """An administrator for an installation without any account: user name and first password; else None."""

    async def use(work: Work) -> str | None:
        if await accounts.counted(work, None):
            return None
        row, first = await accounts.create(work, FIRST)
        await grants.add(work, row.account_id, GrantIn(role="admin"))
        return first

    password = asyncio.run(_run(connected, "first start", use))
    return (FIRST.username, password) if password else None


def _done(connect: Connect, operation: str, use: Callable[[Work], Awaitable[T]]) -> T:
    """What `use` answers, in one transaction of the local operator."""
    with connect() as connected:
        return asyncio.run(_run(connected, operation, use))


async def _run(connected: Connected, operation: str, use: Callable[[Work], Awaitable[T]]) -> T:
    act = Act(actor=LOCAL_OPERATOR.actor, now=now(), source="system", operation=operation)
    async with connected.database() as database, database.writer(LOCAL_OPERATOR, act) as work:
        return await use(work)


async def _grant(work: Work, place: dict[str, str | None]) -> GrantIn:
    """The values of the options; Invalid lists what is wrong with them."""
    credit = place["organization"]
    organization = credit and await grants.organization_of(work, credit.upper(), "/organization")
    fields = {
        "role": place["role"],
        "division_code": place["division"] or "",
        "area_code": place["area"] or "",
        "organization_id": str(organization or ""),
        "valid_from": place["valid_from"] or "",
        "valid_to": place["valid_to"] or "",
    }
    return parse(GrantIn, fields, text=True)


async def _only_grant(work: Work, row: AccountRow) -> UUID:
    running = [one for one in await grants.of_account(work, row.account_id) if one.live(work.act.today)]
    if not running:
        raise NotFound(f"{row.username} 没有可用的身份，不能有令牌。")
    if len(running) > 1:
        choices = "；".join(f"{one.account_grant_id} {one.label}" for one in running)
        raise Conflict(f"{row.username} 有几个身份，请用 --grant 选一个：{choices}")
    return running[0].account_grant_id


async def _listed(work: Work, text: str | None) -> list[str]:
    rows = await accounts.listed(work, text, work.act.today, None, MOST)
    held: dict[UUID, list[str]] = {}
    for one in await queries.grants(work, [row.account_id for row in rows]):
        until = f" until {one.valid_to}" if one.valid_to else ""
        ended = "" if one.live(work.act.today) else " (ended)" if one.revoked_at else " (not today)"
        line = f"  {one.account_grant_id} {one.role} {one.place_name}".rstrip()
        held.setdefault(one.account_id, []).append(f"{line} from {one.valid_from}{until}{ended}")
    lines = []
    for row in rows:
        lines.append(f"{row.username} {row.status.value} {row.display_name}")
        lines += held.get(row.account_id, [])
    return lines


async def _tokens(work: Work, username: str) -> list[str]:
    row = await accounts.by_name(work, username)
    lines = []
    for one in await tokens.listed(work, row.account_id):
        state = "revoked" if one.revoked_at else f"until {_day(one.expires_at)}"
        used = f"last used {_day(one.last_used_at)}" if one.last_used_at else "never used"
        lines.append(f"{one.prefix} {one.access} {one.name}: {state}, {used}")
    return lines


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
