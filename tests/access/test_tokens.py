"""Tokens of programs: what they look like, for whom they are made, when they end."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from registry.access import account_queries as queries
from registry.access import secrets, tokens
from registry.access.account_model import NewToken, TokenIn
from registry.access.model import TOKEN_PREFIX
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.forms.parsing import parse
from registry.kernel.work import Act, Work
from tests import factories
from tests.access.people import Person, person
from tests.serving import NOW

ACT = Act(actor="local", now=NOW, role="cadre", operation="test")


async def cadre(work: Work) -> Person:
    await factories.world(work)
    return await person(work, "cadre", factories.VILLAGE)


async def make(work: Work, who: Person, **fields: object) -> NewToken:
    standard = {"name": "示例程序", "account_grant_id": str(who.account_grant_id)}
    account = await queries.account(work, who.account_id)
    return await tokens.create(work.acting(ACT), account, parse(TokenIn, standard | fields))


async def test_a_token_is_shown_once_and_stored_as_a_hash(work: Work) -> None:
    who = await cadre(work)
    made = await make(work, who)
    assert made.text.startswith("cel_")
    assert made.token.prefix == made.text[:TOKEN_PREFIX]
    assert len(made.text) == TOKEN_PREFIX + 43
    row = await work.conn.fetchrow("select * from api_token")
    assert row is not None
    assert row["token_hash"] == secrets.digest(made.text)
    assert made.text[TOKEN_PREFIX:] not in str(row)
    assert (made.token.access, made.token.expires_at) == ("read", NOW + timedelta(days=90))
    told = await work.conn.fetchval("select changes from audit_event where record_kind = 'token'")
    assert msgspec.json.decode(told) == {
        "username": [None, who.username],
        "name": [None, "示例程序"],
        "prefix": [None, made.token.prefix],
        "access": [None, "read"],
    }


async def test_a_year_is_the_most(work: Work) -> None:
    who = await cadre(work)
    made = await make(work, who, days=365, access="write")
    assert made.token.expires_at == NOW + timedelta(days=365)
    for days in (0, 366):
        with pytest.raises(Invalid):
            await make(work, who, days=days)


async def test_only_a_running_grant_of_ones_own_carries_a_token(work: Work) -> None:
    who = await cadre(work)
    other = await person(work, "cadre", factories.SIBLING)
    for grant_id in (other.account_grant_id, uuid4()):
        with pytest.raises(Invalid) as refused:
            await make(work, who, account_grant_id=str(grant_id))
        assert refused.value.mistakes[0].pointer == "/account_grant_id"
    await work.conn.execute("update account_grant set valid_to = '2022-12-31'")
    with pytest.raises(Invalid):
        await make(work, who)


async def test_there_are_not_too_many(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    who = await cadre(work)
    first = await make(work, who)
    await make(work, who)
    with pytest.raises(Conflict):
        await make(work, who)
    await tokens.revoke(work.acting(ACT), first.token.api_token_id)
    await make(work, who)


async def test_a_revoked_token_is_listed_a_year_more(work: Work) -> None:
    who = await cadre(work)
    made = await make(work, who)
    kept = await make(work, who, name="另一程序")
    with pytest.raises(NotFound):
        await tokens.revoke(work.acting(ACT), made.token.api_token_id, account_id=uuid4())
    assert (await tokens.by_prefix(work, made.text)).api_token_id == made.token.api_token_id
    await tokens.revoke(work.acting(ACT), made.token.api_token_id, account_id=who.account_id)
    with pytest.raises(NotFound):
        await tokens.revoke(work.acting(ACT), made.token.api_token_id)
    with pytest.raises(NotFound):
        await tokens.by_prefix(work, made.text)
    rows = await tokens.listed(work.acting(ACT), who.account_id)
    assert [(row.name, row.live(NOW)) for row in rows] == [("另一程序", True), ("示例程序", False)]
    later = msgspec.structs.replace(ACT, now=NOW + timedelta(days=366))
    rows = await tokens.listed(work.acting(later), who.account_id)
    assert [(row.name, row.live(later.now)) for row in rows] == [("另一程序", False)]
    assert not kept.token.live(NOW + timedelta(days=90))
