"""Sessions of browsers: started, given another grant, ended. Who has which cookie is cookies.py."""

import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from registry.access import secrets
from registry.access.session_model import EndReason, NewSession, SessionRow, Started
from registry.kernel.crypto.masking import unmask
from registry.kernel.db.statements import On, Queries
from registry.kernel.errors import NotFound
from registry.kernel.types import new_id
from registry.kernel.work import CHINA, Work

q = Queries("access")
AGENT_LENGTH: Final = 200
KEEP: Final = timedelta(days=90)
"""How long an ended session stays in its owner's list."""
_CSRF: Final = b"registry csrf 1"


_add_sessions = q("add_sessions", Sequence[NewSession]).run()
_sweep_sessions = q("sweep_sessions", UUID, datetime).run()


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
    await _add_sessions(on, [row])
    await _sweep_sessions(on, account_id, now - KEEP)
    return Started(session_id=row.session_id, token=token, expires_at=row.expires_at)


_rotate_session = q("rotate_session", UUID, UUID, bytes, datetime, date).value(datetime)


async def rotate(work: Work, session_id: UUID, account_grant_id: UUID, now: datetime) -> Started:
    """The same session under another grant with a new token; the old one is void at once. The absolute end
    stays. NotFound if it has ended, or the grant is not this account's or not valid."""
    token, token_hash = secrets.new_token()
    today = now.astimezone(CHINA).date()
    expires_at = await _rotate_session(work, session_id, account_grant_id, token_hash, now, today)
    return Started(session_id=session_id, token=token, expires_at=expires_at)


_end_session = q("end_session", UUID, UUID | None, str, datetime).run()


async def end(
    on: On, session_id: UUID, reason: EndReason, now: datetime, *, account_id: UUID | None = None
) -> None:
    """Ends one session; NotFound if it is not running, or (`account_id` given) not this account's."""
    if not await _end_session(on, session_id, account_id, reason, now):
        raise NotFound


_end_sessions = q("end_sessions", UUID, str, datetime, UUID | None).run()


async def end_all(
    work: Work, account_id: UUID, reason: EndReason, now: datetime, keep: UUID | None = None
) -> int:
    """Ends every running session of an account but `keep`; how many those were."""
    return await _end_sessions(work, account_id, reason, now, keep)


end_granted = q("end_granted_sessions", UUID, EndReason, datetime).run()
"""Ends every running session that acts under a grant; how many those were."""


_running_sessions = q("running_sessions", UUID, datetime, datetime).many(SessionRow)


async def of_account(work: Work, account_id: UUID, now: datetime, idle: timedelta) -> list[SessionRow]:
    """The sessions of an account that still open something, latest first."""
    return await _running_sessions(work, account_id, now, now - idle)


def csrf(token: str) -> str:
    """What the forms of a session carry, masked: derived from its token, which no page ever shows."""
    return hmac.digest(token.encode(), _CSRF, "sha256").hex()


def csrf_fits(expected: str, given: str) -> bool:
    """Whether a form or header carries the session's own, masked; whatever was sent, in constant time."""
    return bool(expected) and hmac.compare_digest(expected.encode(), unmask(given))
