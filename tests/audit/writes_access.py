"""Writes to accounts, grants, tokens and sessions: the administrator's and one's own."""

from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import msgspec
import pyotp

from registry.access import sessions
from registry.kernel.crypto.masking import mask
from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import Caller
from tests.access.people import Person, grant, person, token
from tests.audit.calls import Call, Told, sent, write
from tests.contracts.desk import Desk, Json
from tests.factories import SIBLING, VILLAGE
from tests.serving import NOW, acting_as

USERS: Final = "/users"
CSRF: Final = "the token of this session"


async def cadre(desk: Desk) -> Person:
    """An account that is not one's own."""
    return await person(desk.work, "cadre", VILLAGE, username="shifan.cadre", display_name="示范甲")


def told(kind: str, record_id: object, path: str, before: str | None, after: str | None) -> list[Told]:
    return [Told(kind=kind, record_id=str(record_id), changes={path: [before, after]})]


def form(desk: Desk, path: str, tell: Any, **fields: str) -> Call:
    data = {"idempotency_key": str(uuid4()), **fields}
    return Call(send=lambda: desk.client.post(path, data=data), told=tell)


async def account_named(desk: Desk, username: str) -> object:
    return await desk.work.conn.fetchval("select account_id from account where username = $1", username)


@write("POST /api/v1/users")
async def _(desk: Desk) -> Call:
    def tell(found: Json) -> list[Told]:
        return told("account", found["account"]["account_id"], "username", None, "shifan.one")

    return sent(desk, "POST", USERS, tell, body={"username": "shifan.one", "display_name": "示范一"})


@write("POST /users")
async def _(desk: Desk) -> Call:
    keys: list[object] = []
    call = form(desk, USERS, lambda _: [], username="shifan.one", display_name="示范一")

    async def send() -> Any:
        answer = await call.send()
        keys.append(await account_named(desk, "shifan.one"))
        return answer

    return Call(send=send, told=lambda _: told("account", keys[0], "username", None, "shifan.one"))


@write("PATCH /api/v1/users/{account_id}")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    tell = told("account", key, "display_name", "示范甲", "示范乙")
    return sent(desk, "PATCH", f"{USERS}/{key}", lambda _: tell, body={"display_name": "示范乙"}, version=1)


@write("POST /users/{account_id}")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    tell = told("account", key, "display_name", "示范甲", "示范乙")
    return form(desk, f"{USERS}/{key}", lambda _: tell, display_name="示范乙")


@write("POST /users/{account_id}/status")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    tell = told("account", key, "status", "active", "disabled")
    return form(desk, f"{USERS}/{key}/status", lambda _: tell, status="disabled")


@write("POST /api/v1/users/{account_id}/password")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    tell = told("account", key, "password", None, "reset")
    return sent(desk, "POST", f"{USERS}/{key}/password", lambda _: tell, body={})


@write("POST /users/{account_id}/password")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    return form(desk, f"{USERS}/{key}/password", lambda _: told("account", key, "password", None, "reset"))


GRANT_OF: Final = "select account_grant_id from account_grant where account_id = $1 and role = 'clerk'"


async def _granting(desk: Desk, call: Call, account: UUID) -> Call:
    keys: list[object] = []

    async def send() -> Any:
        answer = await call.send()
        keys.append(await desk.work.conn.fetchval(GRANT_OF, account))
        return answer

    return Call(send=send, told=lambda _: told("grant", keys[0], "role", None, "clerk"))


@write("POST /api/v1/users/{account_id}/grants")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    body = {"role": "clerk", "division_code": "421303187000"}
    return await _granting(desk, sent(desk, "POST", f"{USERS}/{key}/grants", lambda _: [], body=body), key)


@write("POST /users/{account_id}/grants")
async def _(desk: Desk) -> Call:
    key = (await cadre(desk)).account_id
    call = form(desk, f"{USERS}/{key}/grants", lambda _: [], role="clerk", place="421303187000")
    return await _granting(desk, call, key)


@write("POST /api/v1/users/{account_id}/grants/{account_grant_id}/revoke")
async def _(desk: Desk) -> Call:
    who = await cadre(desk)
    tell = told("grant", who.account_grant_id, "role", "cadre", None)
    path = f"{USERS}/{who.account_id}/grants/{who.account_grant_id}/revoke"
    return sent(desk, "POST", path, lambda _: tell)


@write("POST /users/{account_id}/grants/{account_grant_id}/revoke")
async def _(desk: Desk) -> Call:
    who = await cadre(desk)
    tell = told("grant", who.account_grant_id, "role", "cadre", None)
    return form(desk, f"{USERS}/{who.account_id}/grants/{who.account_grant_id}/revoke", lambda _: tell)


TOKEN_OF: Final = "select api_token_id from api_token where account_id = $1"


@write("POST /users/{account_id}/tokens/{api_token_id}/revoke")
async def _(desk: Desk) -> Call:
    who = await cadre(desk)
    await token(desk.work, who)
    key = await desk.work.conn.fetchval(TOKEN_OF, who.account_id)
    tell = told("token", key, "name", "示例程序", None)
    return form(desk, f"{USERS}/{who.account_id}/tokens/{key}/revoke", lambda _: tell)


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """One's own account, with a session in this browser."""

    desk: Desk
    who: Person
    session: UUID

    def form(self, path: str, tell: Any, **fields: str) -> Call:
        call = form(self.desk, path, tell, csrf_token=mask(CSRF), **fields)
        caller = Caller(
            username="local",
            display_name="示范丙",
            role="clerk",
            read=Scope.ALL,
            write=Scope.ALL,
            account_id=self.who.account_id,
            account_grant_id=self.who.account_grant_id,
            session_id=self.session,
            csrf=CSRF,
        )

        async def send() -> httpx.Response:
            with acting_as(caller):
                answer = await call.send()
            assert isinstance(answer, httpx.Response)
            return answer

        return Call(send=send, told=tell)


async def session(desk: Desk, who: Person) -> UUID:
    place = {"hours": 8, "address": "127.0.0.1", "agent": "示例"}
    await sessions.start(desk.work, who.account_id, who.account_grant_id, NOW, **place)  # type: ignore[arg-type]
    query = "select session_id from session where account_id = $1 order by session_id desc limit 1"
    return UUID(str(await desk.work.conn.fetchval(query, who.account_id)))


async def mine(desk: Desk) -> Mine:
    who = await person(desk.work, "clerk", "421303187000", username="local", display_name="示范丙")
    return Mine(desk=desk, who=who, session=await session(desk, who))


@write("POST /account/tokens")
async def _(desk: Desk) -> Call:
    me = await mine(desk)
    keys: list[object] = []
    fields = {"account_grant_id": str(me.who.account_grant_id), "access": "read", "days": "30"}
    call = me.form("/account/tokens", lambda _: [], name="示例程序", **fields)

    async def send() -> Any:
        answer = await call.send()
        keys.append(await desk.work.conn.fetchval(TOKEN_OF, me.who.account_id))
        return answer

    return Call(send=send, told=lambda _: told("token", keys[0], "access", None, "read"))


@write("POST /account/tokens/{api_token_id}/revoke")
async def _(desk: Desk) -> Call:
    me = await mine(desk)
    await token(desk.work, me.who)
    key = await desk.work.conn.fetchval(TOKEN_OF, me.who.account_id)
    return me.form(f"/account/tokens/{key}/revoke", lambda _: told("token", key, "name", "示例程序", None))


@write("POST /account/sessions/{session_id}/end")
async def _(desk: Desk) -> Call:
    me = await mine(desk)
    other = await session(desk, me.who)
    tell = told("session", me.who.account_id, "ended_by_user", None, "1")
    return me.form(f"/account/sessions/{other}/end", lambda _: tell)


@write("POST /account/sessions/end-others")
async def _(desk: Desk) -> Call:
    me = await mine(desk)
    for _ in range(2):
        await session(desk, me.who)
    tell = told("session", me.who.account_id, "ended_by_user", None, "2")
    return me.form("/account/sessions/end-others", lambda _: tell)


@write("POST /account/totp")
async def _(desk: Desk) -> Call:
    """A secret that counts for nothing until it is confirmed: there is nothing to tell yet."""
    return (await mine(desk)).form("/account/totp", lambda _: [])


@write("POST /account/totp/confirm")
async def _(desk: Desk) -> Call:
    me = await mine(desk)
    await me.form("/account/totp", lambda _: []).send()
    look = me.form("/account/totp/confirm", lambda _: [], code="0")
    page = await look.send()
    assert isinstance(page, httpx.Response)
    secret = page.text.partition("密钥：<code>")[2].partition("<")[0].replace(" ", "")
    tell = told("account", me.who.account_id, "totp", "off", "on")
    return me.form("/account/totp/confirm", lambda _: tell, code=pyotp.TOTP(secret).at(NOW))


@write("POST /grants/choose")
async def _(desk: Desk) -> Call:
    me = await mine(desk)
    other = await grant(desk.work, me.who.account_id, "cadre", SIBLING)
    tell = told("session", me.who.account_id, "role", "clerk", "cadre")
    return me.form("/grants/choose", lambda _: tell, grant=str(other), next="/")
