"""Accounts: made, changed, disabled, given another password; what ends with it, and what the trail says."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher

from registry.access import account_queries as queries
from registry.access import accounts, grants, passwords, sessions
from registry.access.account_model import AccountIn, AccountPatch, GrantIn
from registry.access.accounts import LastAdministrator, OwnAccount
from registry.access.model import Status
from registry.kernel.db.transactions import Database
from registry.kernel.errors import Conflict, DomainError, Invalid, NotFound, Stale
from registry.kernel.forms.parsing import parse
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import Act, Work
from tests import factories
from tests.access.people import PASSWORD, Person, person, signed_in, token
from tests.conftest import World
from tests.serving import NOW

ACT = Act(actor="local", now=NOW, role="admin", operation="test")


async def events(work: Work, kind: str) -> list[dict[str, Any]]:
    rows = await work.conn.fetch(
        "select changes, division_code, actor from audit_event where record_kind = $1"
        " order by audit_event_id",
        kind,
    )
    assert {(row["division_code"], row["actor"]) for row in rows} <= {("000000000000", "local")}
    return [msgspec.json.decode(row["changes"]) for row in rows]


async def open_sessions(work: Work, account_id: UUID) -> int:
    statement = "select count(*) from session where account_id = $1 and ended_at is null"
    return int(await work.conn.fetchval(statement, account_id))


async def test_an_account_has_a_first_password_shown_once(work: Work) -> None:
    row, first = await accounts.create(
        work.acting(ACT), AccountIn(username="shifan.one", display_name="示范一")
    )
    assert await passwords.fits(row.password_hash, first)
    assert row.must_change_password
    assert row.status is Status.ACTIVE
    assert (await accounts.by_name(work, "shifan.one")).account_id == row.account_id
    told = await events(work, "account")
    assert told == [{"username": [None, "shifan.one"], "display_name": [None, "示范一"]}]
    assert first not in str(told)
    assert row.password_hash not in repr(row)


async def test_a_name_is_taken_for_ever(work: Work) -> None:
    new = AccountIn(username="shifan.one", display_name="示范一")
    row, _ = await accounts.create(work.acting(ACT), new)
    await accounts.disable(work.acting(ACT), row.account_id)
    with pytest.raises(Conflict) as refused:
        await accounts.create(work.acting(ACT), new)
    assert refused.value.mistakes[0].pointer == "/username"


@pytest.mark.parametrize(
    "name", ["local", "system", "anonymous", "Shifan", "示范", "1abc", "ab", "a" * 41, "a b"]
)
def test_names_are_plain_and_not_the_programs_own(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(AccountIn, {"username": name, "display_name": "示范"}, text=True)
    assert refused.value.mistakes[0].pointer == "/username"


async def test_a_disabled_account_has_no_session_and_no_token_left(work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    for _ in range(2):
        await sessions.start(work, who.account_id, None, NOW, hours=1, address="", agent="")
    await token(work, who)
    row = await accounts.disable(work.acting(ACT), who.account_id)
    assert row.status is Status.DISABLED
    assert await open_sessions(work, who.account_id) == 0
    assert await work.conn.fetchval("select revoked_by from api_token") == "local"
    row = await accounts.enable(work.acting(ACT), who.account_id)
    assert row.active
    assert await open_sessions(work, who.account_id) == 0
    assert await work.conn.fetchval("select count(*) from api_token where revoked_at is null") == 0
    assert await events(work, "account") == [
        {"status": ["active", "disabled"]},
        {"status": ["disabled", "active"]},
    ]


async def test_a_change_that_changes_nothing_writes_nothing(work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE, display_name="示范一")
    before = await accounts.change(work.acting(ACT), who.account_id, AccountPatch(display_name="示范一"), 1)
    assert before.version == 1
    assert await events(work, "account") == []
    with pytest.raises(Stale):
        await accounts.change(work.acting(ACT), who.account_id, AccountPatch(display_name="示范二"), 7)
    with pytest.raises(NotFound):
        await accounts.disable(work.acting(ACT), UUID(int=0))


async def test_a_reset_ends_every_session_and_asks_for_a_change(work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    await sessions.start(work, who.account_id, None, NOW, hours=1, address="", agent="")
    await token(work, who)
    await queries.set_totp(work, who.account_id, b"sealed", 1)
    row, first = await accounts.reset_password(work.acting(ACT), who.account_id, drop_totp=True)
    assert row.must_change_password
    assert row.totp_secret is None
    assert await passwords.fits(row.password_hash, first)
    assert not await passwords.fits(row.password_hash, who.password)
    assert await open_sessions(work, who.account_id) == 0
    assert await work.conn.fetchval("select count(*) from api_token where revoked_at is null") == 0
    assert await events(work, "account") == [{"password": [None, "reset"], "totp": ["on", "off"]}]


async def test_the_last_administrator_stays(work: Work) -> None:
    last = await person(work, "admin")
    await person(work, "admin", status="disabled")
    expired = await person(work, "admin")
    await work.conn.execute(
        "update account_grant set valid_to = '2022-01-01' where account_id = $1", expired.account_id
    )
    with pytest.raises(LastAdministrator):
        await accounts.disable(work.acting(ACT), last.account_id)
    with pytest.raises(LastAdministrator):
        await grants.revoke(work.acting(ACT), last.account_grant_id)
    await grants.add(work.acting(ACT), expired.account_id, GrantIn(role="admin"))
    await grants.revoke(work.acting(ACT), last.account_grant_id)


async def test_administrators_decide_about_others(work: Work) -> None:
    await factories.world(work)
    me = await person(work, "admin")
    await person(work, "admin")
    act = msgspec.structs.replace(ACT, actor=me.username)
    with pytest.raises(OwnAccount):
        await accounts.disable(work.acting(act), me.account_id)
    with pytest.raises(OwnAccount):
        await grants.revoke(work.acting(act), me.account_grant_id)
    grant = GrantIn(role="county", division_code=factories.COUNTY)
    with pytest.raises(OwnAccount):
        await grants.add(work.acting(act), me.account_id, grant)
    with pytest.raises(OwnAccount):
        await accounts.reset_password(work.acting(act), me.account_id, drop_totp=True)


@pytest.mark.parametrize("how", ["disable", "revoke"])
async def test_two_administrators_cannot_remove_each_other_at_once(committed_db: World, how: str) -> None:
    async with committed_db.writer() as work:
        both = [await person(work, "admin"), await person(work, "admin")]

    async def remove(database: Database, who: Person) -> str:
        try:
            async with database.writer(LOCAL_OPERATOR, Act(actor=LOCAL_OPERATOR.actor, now=NOW)) as work:
                if how == "disable":
                    await accounts.disable(work.acting(ACT), who.account_id)
                else:
                    await grants.revoke(work.acting(ACT), who.account_grant_id)
        except DomainError as error:
            return error.code
        return "done"

    for _ in range(5):
        ended = await asyncio.gather(*(remove(committed_db.database, who) for who in both))
        assert sorted(ended) == ["account.last_administrator", "done"]
        async with committed_db.writer() as work:
            await work.conn.execute("update account set status = 'active'")
            await work.conn.execute("update account_grant set revoked_at = null, revoked_by = null")


async def test_a_login_makes_an_old_hash_anew(browser: httpx.AsyncClient, work: Work) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE, password_hash=old)
    assert (await signed_in(browser, who)).status_code == 303
    row = await queries.account(work, who.account_id)
    assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await signed_in(browser, who)).status_code == 303
    assert (await queries.account(work, who.account_id)).password_hash == row.password_hash
    assert not row.must_change_password
    assert row.version == 1


async def test_a_password_is_made_anew_under_todays_parameters(work: Work) -> None:
    who = await person(work, "admin")
    old = (await queries.account(work, who.account_id)).password_hash
    new = await passwords.hashed(who.password)
    await queries.rehash(work, who.account_id, "another", new)
    assert (await queries.account(work, who.account_id)).password_hash == old
    await queries.rehash(work, who.account_id, old, new)
    assert (await queries.account(work, who.account_id)).password_hash == new
