"""Tokens of programs: made for one of the owner's grants, listed by their public beginning, revoked.

How a request is recognised by its token is callers.py.
"""

import secrets as randomness
import string
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from registry.access import account_queries as queries
from registry.access import secrets
from registry.access.account_model import NewToken, TokenIn
from registry.access.model import TOKEN_PREFIX, TOKEN_START, AccountRow, TokenRow
from registry.audit import service as audit
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work

MOST: Final = 20
"""Usable tokens of one account."""
LISTED: Final = timedelta(days=365)
_PUBLIC: Final = string.ascii_lowercase + string.digits


async def create(
    work: Work, account: AccountRow, new: TokenIn, *, totp_roles: Collection[str] = ()
) -> NewToken:
    """A token under one of the account's running grants, valid `days` from now; its text is shown only once.

    Invalid if the grant is not one of those, or its role needs a second factor (`totp_roles`) that is not set
    up: another grant's session must not open it. Conflict beyond MOST usable tokens.
    """
    grants = await queries.grants(work, [account.account_id])
    live = {one.account_grant_id: one for one in grants if one.live(work.act.today)}
    grant = live.get(new.account_grant_id)
    if grant is None:
        say = "请从您现有的身份中选一个"
        raise Invalid([Mistake("/account_grant_id", "token.grant", say, "is none of your running grants")])
    if grant.role in totp_roles and not account.asks_code:
        say = "这个身份要求使用动态口令，请先开启动态口令"
        raise Invalid([Mistake("/account_grant_id", "token.totp", say, "needs the code of a device first")])
    standing = await listed(work, account.account_id)
    if sum(token.live(work.act.now) for token in standing) >= MOST:
        raise Conflict(f"最多同时有 {MOST} 个令牌，请先撤销不用的。", code="token.many")
    public = TOKEN_START + "".join(randomness.choice(_PUBLIC) for _ in range(TOKEN_PREFIX - len(TOKEN_START)))
    text, token_hash = secrets.new_token(public)
    row = fill(
        queries.NewTokenRow,
        new,
        api_token_id=new_id(),
        account_id=account.account_id,
        prefix=public,
        token_hash=f"\\x{token_hash.hex()}",
        expires_at=work.act.now + timedelta(days=new.days),
        created_at=work.act.now,
        created_by=work.act.actor,
    )
    await queries.add_token(work, row)
    values = {"username": account.username, "name": new.name, "prefix": public, "access": new.access}
    event_changes: dict[str, list[str | None]] = {name: [None, value] for name, value in values.items()}
    await audit.event(work, kind="token", record_id=str(row.api_token_id), changes=event_changes)
    (made,) = await queries.tokens_of_prefix(work, public)
    return NewToken(token=made, text=text)


async def revoke(work: Work, api_token_id: UUID, *, account_id: UUID | None = None) -> TokenRow:
    """Ends a token now. NotFound if it is ended already, or (where `account_id` is given) another's."""
    row = await queries.revoke_token(work, api_token_id, account_id, work.act.now, work.act.actor)
    event_changes: dict[str, list[str | None]] = {"prefix": [row.prefix, None], "name": [row.name, None]}
    await audit.event(work, kind="token", record_id=str(api_token_id), changes=event_changes)
    return row


async def by_prefix(work: Work, prefix: str) -> TokenRow:
    """The usable token that begins like this; NotFound."""
    found = await queries.tokens_of_prefix(work, prefix[:TOKEN_PREFIX])
    if len(found) != 1:
        raise NotFound(f"没有以 {prefix} 开头的有效令牌。")
    return found[0]


async def listed(work: Work, account_id: UUID) -> list[TokenRow]:
    """An account's tokens, usable ones first; ended ones for a year more."""
    return await queries.tokens(work, account_id, work.act.now - LISTED)
