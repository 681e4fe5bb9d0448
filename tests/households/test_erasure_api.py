"""Erasing a person on request, and why it is refused while a contract has to be kept."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from registry.households.erasure import years_before
from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.factories import World
from tests.households.known import HOUSEHOLDS, made

REASON = {"reason": "本人书面申请删除"}
PHONE = "13800005678"


@pytest.fixture
async def world(work: Work) -> World:
    return await factories.world(work)


@pytest.fixture
async def household(client: httpx.AsyncClient, world: World) -> dict[str, Any]:
    other = {"name": "示例户乙", "relation": "配偶"}
    found = await made(client, members=[{"name": "示例户甲", "is_head": True}, other])
    for member in found["members"]:
        url = of(found, member)
        assert (await client.put(f"{url}/identifiers/phone", json={"value": PHONE})).status_code == 200
        consent = {"receiver_id": str(world.enterprise), "fields": ["phone"], "purpose": "通知"}
        assert (
            await client.post(f"{url}/consents", json=consent | {"until": "2023-12-31"})
        ).status_code == 201
    return found


def of(household: dict[str, Any], member: dict[str, Any]) -> str:
    return f"{HOUSEHOLDS}/{household['household_id']}/members/{member['person_id']}"


async def signed(work: Work, world: World, household: dict[str, Any]) -> Deal:
    """A contract whose annex the household's head signed."""
    deal = await deals.deal(work, world)
    line = await deals.participant(work, deal, UUID(household["household_id"]))
    await work.conn.execute("update participant set signed_name = '示例户甲' where participant_id = $1", line)
    return deal


async def kept(work: Work) -> list[int]:
    statement = "select count(*) from person_identifier union all select count(*) from consent"
    return [row[0] for row in await work.conn.fetch(statement)]


async def test_a_person_without_duties_is_erased(
    client: httpx.AsyncClient, work: Work, household: dict[str, Any]
) -> None:
    url = of(household, household["members"][1])
    answer = await client.post(f"{url}/erase", json=REASON)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["name"], answer.json()["relation"], answer.json()["version"]) == ("已删除", None, 2)
    assert answer.json()["search_key"] == ""
    assert await kept(work) == [1, 1]
    assert (await client.get(url)).json() == answer.json()
    rows = await work.conn.fetch(
        "select changes::text, reason from audit_event where operation = 'erase_person'"
    )
    told = "".join(row["changes"] for row in rows)
    assert "138****5678" in told
    assert PHONE not in told
    assert "示例户乙" not in told
    assert REASON["reason"] in {row["reason"] for row in rows}
    count = "select count(*) from audit_event"
    before = await work.conn.fetchval(count)
    assert (await client.post(f"{url}/erase", json=REASON)).json()["version"] == 2
    assert await work.conn.fetchval(count) == before


async def test_a_running_contract_keeps_who_signed(
    client: httpx.AsyncClient, work: Work, world: World, household: dict[str, Any]
) -> None:
    deal = await signed(work, world, household)
    refused = await client.post(
        f"{of(household, household['members'][0])}/erase", json=REASON, headers={"accept-language": "zh"}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "person.kept")
    assert "示例订单合同" in refused.json()["detail"]
    assert refused.json()["contract_id"] == str(deal.contract)
    assert await kept(work) == [2, 2]
    member = await client.post(f"{of(household, household['members'][1])}/erase", json=REASON)
    assert member.status_code == 200


@pytest.mark.parametrize("ended", [("2013-01-16", 409), ("2013-01-15", 200), ("2022-12-31", 409)])
async def test_a_contract_is_kept_ten_years_after_its_end(
    client: httpx.AsyncClient,
    work: Work,
    world: World,
    household: dict[str, Any],
    ended: tuple[str, int],
) -> None:
    day, status = date.fromisoformat(ended[0]), ended[1]
    deal = await signed(work, world, household)
    await work.conn.execute(
        "update contract set status = 'completed', completed_on = $1, starts_on = $1, ends_on = $1"
        " where contract_id = $2",
        day,
        deal.contract,
    )
    answer = await client.post(f"{of(household, household['members'][0])}/erase", json=REASON)
    assert answer.status_code == status, answer.text


async def test_a_party_is_kept(
    client: httpx.AsyncClient, work: Work, world: World, household: dict[str, Any]
) -> None:
    deal = await deals.deal(work, world)
    person = household["members"][1]
    await deals.party(work, deal.contract, "witness", person_id=UUID(person["person_id"]))
    assert (await client.post(f"{of(household, person)}/erase", json=REASON)).status_code == 409


DRAFT = "update contract set status = 'draft', signed_on = null where contract_id = $1"


@pytest.mark.parametrize("place", ["head", "name", "party"])
async def test_a_draft_that_names_the_person_comes_first(
    client: httpx.AsyncClient, work: Work, world: World, household: dict[str, Any], place: str
) -> None:
    person = household["members"][0 if place == "head" else 1]
    deal = await deals.deal(work, world)
    await work.conn.execute(DRAFT, deal.contract)
    if place == "party":
        line = await deals.party(work, deal.contract, "witness", person_id=UUID(person["person_id"]))
    else:
        line = await deals.participant(work, deal, UUID(household["household_id"]))
        name = "示例户甲" if place == "head" else "示例户乙"
        await work.conn.execute(
            "update participant set signed_name = $2 where participant_id = $1", line, name
        )
    url = f"{of(household, person)}/erase"
    refused = await client.post(url, json=REASON, headers={"accept-language": "zh"})
    assert (refused.status_code, refused.json()["code"]) == (409, "person.in_draft")
    assert "合同草稿“示例订单合同”" in refused.json()["detail"]
    assert refused.json()["contract_id"] == str(deal.contract)
    assert await kept(work) == [2, 2]
    if place == "party":
        await work.conn.execute("delete from party where party_id = $1", line)
    else:
        away = f"/api/v1/contracts/{deal.contract}/participants/{line}"
        assert (await client.delete(away)).status_code in (200, 204)
    assert (await client.post(url, json=REASON)).status_code == 200


async def test_a_draft_somebody_else_signs_for_holds_no_member(
    client: httpx.AsyncClient, work: Work, world: World, household: dict[str, Any]
) -> None:
    deal = await signed(work, world, household)
    await work.conn.execute(DRAFT, deal.contract)
    answer = await client.post(f"{of(household, household['members'][1])}/erase", json=REASON)
    assert answer.status_code == 200


async def test_what_has_to_be_kept_is_named_before_a_draft(
    client: httpx.AsyncClient, work: Work, world: World, household: dict[str, Any]
) -> None:
    draft = await signed(work, world, household)
    await work.conn.execute(DRAFT, draft.contract)
    held = await signed(work, world, household)
    refused = await client.post(f"{of(household, household['members'][0])}/erase", json=REASON)
    assert (refused.json()["code"], refused.json()["contract_id"]) == ("person.kept", str(held.contract))


async def test_erasing_on_the_page(
    client: httpx.AsyncClient, work: Work, world: World, household: dict[str, Any]
) -> None:
    await signed(work, world, household)
    head, other = (of(household, member).removeprefix("/api/v1") for member in household["members"])
    refused = await client.post(f"{head}/erase", data={"erase_reason": "本人申请"})
    assert (refused.status_code, "示例订单合同" in refused.text) == (409, True)
    assert 'value="本人申请"' in refused.text
    assert (await client.post(f"{other}/erase", data={"erase_reason": ""})).status_code == 422
    done = await client.post(f"{other}/erase", data={"erase_reason": "本人申请"})
    assert done.status_code == 303
    assert "已删除" in (await client.get(done.headers["location"])).text


def test_years_are_counted_by_the_calendar() -> None:
    assert years_before(date(2024, 2, 29), 10) == date(2014, 2, 28)
    assert years_before(date(2022, 12, 31), -10) == date(2032, 12, 31)
