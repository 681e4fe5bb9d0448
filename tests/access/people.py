"""Accounts with a grant, their sessions and tokens, inserted as plain rows. All people are fictional.

Tests that need real sessions and tokens start the application with `real(conn)` or `real(world.database)`:
these providers name no caller of their own.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from registry.access import passwords, secrets
from registry.kernel.db.statements import On
from registry.kernel.db.transactions import Database
from registry.kernel.http.callers import Access, Role
from registry.kernel.http.web import Providers
from registry.kernel.work import Work
from tests.factories import CREATED, insert
from tests.serving import NOW, providers_on

PASSWORD = "correct-horse-battery"
_numbers = count(1)
_hashes: dict[str, str] = {}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in; account_grant_id is the first grant."""

    account_id: UUID
    account_grant_id: UUID
    username: str
    password: str
    role: Role


def real(place: Work | Database, clock: Callable[[], datetime] = lambda: NOW) -> Providers:
    """The application's own way to find the caller, on a test's transaction or on a committed database."""
    if isinstance(place, Database):
        return Providers(reader=place.reader, writer=place.writer, short=place.short, clock=clock)
    return msgspec.structs.replace(providers_on(place), caller=None, clock=clock)


async def person(
    on: On,
    role: Role,
    division: str | None = None,
    area: str | None = None,
    organization: UUID | None = None,
    *,
    password: str = PASSWORD,
    username: str = "",
    **columns: Any,
) -> Person:
    """An active account with one grant valid since 2020; further columns are the account's."""
    account_id = uuid4()
    name = username or f"shifan.{role}{next(_numbers)}"
    if password not in _hashes:
        _hashes[password] = await passwords.hashed(password)
    standard = {
        "display_name": f"示范{role}",
        "password_hash": _hashes[password],
        "password_changed_at": NOW,
        "must_change_password": False,
        "updated_at": NOW,
        "updated_by": "operator",
    }
    await insert(on, "account", account_id=account_id, username=name, **CREATED | standard | columns)
    grant_id = await grant(on, account_id, role, division, area, organization=organization)
    return Person(
        account_id=account_id, account_grant_id=grant_id, username=name, password=password, role=role
    )


async def grant(
    on: On,
    account_id: UUID,
    role: Role,
    division: str | None = None,
    area: str | None = None,
    *,
    organization: UUID | None = None,
    **columns: Any,
) -> UUID:
    """A further grant of an account."""
    key = uuid4()
    place = {"division_code": division, "area_code": area, "organization_id": organization}
    standard = {"valid_from": date(2020, 1, 1), **place}
    await insert(
        on,
        "account_grant",
        account_grant_id=key,
        account_id=account_id,
        role=role,
        **CREATED | standard | columns,
    )
    return key


async def token(on: On, owner: Person, access: Access = "write", **columns: Any) -> str:
    """A token of a person's grant, valid a year; the plain text for the Authorization header."""
    text, token_hash = secrets.new_token("cel_")
    standard = {"name": "示例程序", "expires_at": NOW + timedelta(days=365)}
    await insert(
        on,
        "api_token",
        api_token_id=uuid4(),
        account_id=owner.account_id,
        account_grant_id=owner.account_grant_id,
        prefix=text[:12],
        token_hash=f"\\x{token_hash.hex()}",
        access=access,
        **CREATED | standard | columns,
    )
    return text


def bearer(text: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"authorization": f"Bearer {text}"}


async def signed_in(client: httpx.AsyncClient, who: Person, **fields: str) -> httpx.Response:
    """Signs in as a browser does; the client keeps the cookie. The answer of the login."""
    return await client.post("/login", data={"username": who.username, "password": who.password, **fields})


async def csrf(client: httpx.AsyncClient, path: str = "/households") -> str:
    """The token the forms of the client's session carry, read from a page as a browser would."""
    page = await client.get(path, headers={"accept": "text/html"})
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
