"""Translates errors of PostgreSQL and the connection into errors a user can act on. Texts: constraints.py."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from registry.kernel.db import constraints
from registry.kernel.errors import Conflict, DomainError, Invalid, Mistake, NotFound, Unavailable

# What the driver raises, TimeoutError among the OSErrors; InternalClientError: the server went away midway.
DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_QUOTED = re.compile(r'constraint "([^"]+)"')
_SHARD = re.compile(r"_[0-9]{6,}$")
# Worth trying again as it is: a lock or statement timeout, a deadlock, a serialization failure, a full
# server, a server that starts, stops or died, a connection that was lost. A statement prepared before a
# migration is prepared again by the driver the next time.
_RETRY = ("08", "40", "53", "57", "55P03", "25P03")


@contextmanager
def translated() -> Iterator[None]:
    """Turns what the database or the connection reports into a DomainError; the cause stays attached."""
    try:
        yield
    except DRIVER as error:
        known = translate(error)
        if known is None:
            raise
        raise known from error


def translate(error: BaseException) -> DomainError | None:
    """The DomainError for what the driver raised; None for what only a fault of the program can cause."""
    if isinstance(error, asyncpg.PostgresError):
        return _by_state(error, error.sqlstate or "")
    if isinstance(error, asyncpg.InterfaceError):
        # The driver's message if the server closed the connection between two statements.
        lost = "connection" in str(error) and ("clos" in str(error) or "released" in str(error))
        return Unavailable() if lost else _unreadable(error)
    return Unavailable() if isinstance(error, OSError | asyncpg.InternalClientError) else None


def constraint_message(error: asyncpg.PostgresError) -> DomainError:
    """The catalogue's message of a violated constraint: 409 for keys and for records in use, else 422."""
    state = error.sqlstate or ""
    if state == "23502":
        return Invalid([constraints.required(error.column_name or "")])
    entry = constraints.describe(constraint_name(error))
    if state == "23503" and (error.message or "").startswith("update or delete"):
        return Conflict(constraints.in_use(constraint_name(error)), code="in_use", title="Still in use")
    if state in ("23505", "23P01"):
        return Conflict(entry.message, code=entry.code, title=entry.title, pointer=entry.pointer)
    return Invalid(
        [Mistake(pointer=entry.pointer, code=entry.code, message=entry.message, english=entry.title)]
    )


def constraint_name(error: asyncpg.PostgresError) -> str:
    """From the field, else quoted in the message (Citus leaves the field empty), without the shard."""
    name = error.constraint_name or next(iter(_QUOTED.findall(error.message or "")), "")
    return _SHARD.sub("", name)


def _by_state(error: asyncpg.PostgresError, state: str) -> DomainError | None:
    if state.startswith("23"):
        return constraint_message(error)
    if state.startswith(_RETRY) or isinstance(error, asyncpg.InvalidCachedStatementError):
        return Unavailable(retry_after=1 if state.startswith(("40", "55")) else 5)
    if state == "42501" and "row-level security" in (error.message or ""):
        return NotFound()  # outside the caller's scope answers like missing
    if state in ("22003", "22021", "22P05", "22008", "22001") or isinstance(error.__cause__, OverflowError):
        return _unreadable(error)  # the last: the driver could not even send it
    return None


def _unreadable(error: BaseException) -> DomainError | None:
    """A value no column can hold (a NUL character, a number or day out of range): the sender's mistake."""
    if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):
        return None
    message = "有一项内容无法保存：可能含有看不见的控制字符，或者数字、日期超出范围，请检查后重填。"
    return Invalid([Mistake(pointer="", code="unstorable", message=message)])
