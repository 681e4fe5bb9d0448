"""Sessions of browsers: started, given another grant, ended. Who has which cookie is cookies.py."""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from registry.access import secrets
from registry.access.session_model import EndReason, NewSession, SessionRow, Started
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import On, Queries
from registry.kernel.errors import NotFound
from registry.kernel.types import new_id
from registry.kernel.work import CHINA, Work

q = Queries("access")
Q = sql.queries("access")
AGENT_LENGTH: Final = 200
KEEP: Final = timedelta(days=90)
"""How long an ended session stays in its owner's list."""
_CSRF: Final = b"registry csrf 1"


async def start(
    on: On,
    account_id: UUID,
    account_grant_id: UUID | None,
    now: datetime,
    *,
    hours: int,
    address: str,
    agent: str,
) -> Started:
    """A new session with a new token, ending `hours` from now at the latest. account_grant_id: None while
    there are several to choose from."""
    token, token_hash = secrets.new_token()
    row = NewSession(
        session_id=new_id(),
        account_id=account_id,
        account_grant_id=account_grant_id,
        token_hash=f"\\x{token_hash.hex()}",
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=hours),
        address=address,
        agent=agent[:AGENT_LENGTH],
    )
    await transactions.run(on, Q["add_sessions"], transactions.rows_json([row]))
    await transactions.run(on, Q["sweep_sessions"], account_id, now - KEEP)
    return Started(session_id=row.session_id, token=token, expires_at=row.expires_at)


async def rotate(work: Work, session_id: UUID, account_grant_id: UUID, now: datetime) -> Started:
    """The same session under another grant with a new token; the old one is void at once. The absolute end
    stays. NotFound if it has ended, or the grant is not this account's or not valid."""
    token, token_hash = secrets.new_token()
    today = now.astimezone(CHINA).date()
    expires_at = await transactions.value(
        work, datetime, Q["rotate_session"], session_id, account_grant_id, token_hash, now, today
    )
    return Started(session_id=session_id, token=token, expires_at=expires_at)


async def end(
    on: On, session_id: UUID, reason: EndReason, now: datetime, *, account_id: UUID | None = None
) -> None:
    """Ends one session; NotFound if it is not running, or (`account_id` given) not this account's."""
    if not await transactions.run(on, Q["end_session"], session_id, account_id, reason, now):
        raise NotFound


async def end_all(
    work: Work, account_id: UUID, reason: EndReason, now: datetime, keep: UUID | None = None
) -> int:
    """Ends every running session of an account but `keep`; how many those were."""
    return await transactions.run(work, Q["end_sessions"], account_id, reason, now, keep)


end_granted = q("end_granted_sessions", UUID, EndReason, datetime).run()
"""Ends every running session that acts under a grant; how many those were."""


async def of_account(work: Work, account_id: UUID, now: datetime, idle: timedelta) -> list[SessionRow]:
    """The sessions of an account that still open something, latest first."""
    return await transactions.many(work, SessionRow, Q["running_sessions"], account_id, now, now - idle)


def csrf(token: str) -> str:
    """What the forms of a session carry: derived from its token, which no page ever shows."""
    return hmac.digest(token.encode(), _CSRF, "sha256").hex()


def csrf_fits(expected: str, given: str) -> bool:
    """Whether a form or header carries the session's own; whatever was sent, in constant time."""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
