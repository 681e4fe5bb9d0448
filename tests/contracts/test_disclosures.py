"""What a party of a contract gets of the households' numbers: by consent only, audited person by person."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from asyncpg.connection import LoggedQuery
from msgspec import Struct

from registry.access.reveals import DISCLOSURES
from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.households.known import HOUSEHOLDS, pointers

PHONES = ("13800005678", "15900001234")


class Scene(Struct):
    """Two participating households with a phone each; the first head has consented to the buyer."""

    client: httpx.AsyncClient
    deal: Deal
    households: list[UUID]
    persons: list[UUID]

    def member(self, which: int) -> str:
        return f"{HOUSEHOLDS}/{self.households[which]}/members/{self.persons[which]}"

    async def consent(self, which: int, **further: Any) -> dict[str, Any]:
        standard = {"receiver_id": str(self.deal.buyer), "fields": ["phone"], "purpose": "通知交货"}
        body = standard | {"until": "2023-12-31"} | further
        answer = await self.client.post(f"{self.member(which)}/consents", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def ask(self, **further: Any) -> httpx.Response:
        standard = {"receiver_id": str(self.deal.buyer), "fields": ["phone"], "purpose": "通知交货"}
        body = standard | {"reason": "采收前联系"} | further
        return await self.client.post(f"/api/v1/contracts/{self.deal.contract}/disclosures", json=body)


@pytest.fixture
async def scene(client: httpx.AsyncClient, work: Work) -> Scene:
    world = await factories.world(work)
    deal = await deals.deal(work, world)
    households = [await factories.household(work, number=number) for number in ("012", "013")]
    rows = await work.conn.fetch("select household_id, person_id from person")
    heads = {row["household_id"]: row["person_id"] for row in rows}
    made = Scene(client=client, deal=deal, households=households, persons=[heads[one] for one in households])
    for which, phone in enumerate(PHONES):
        await deals.participant(work, deal, households[which])
        put = await client.put(f"{made.member(which)}/identifiers/phone", json={"value": phone})
        assert put.status_code == 200, put.text
    await made.consent(0)
    return made


async def events(work: Work) -> list[str]:
    rows = await work.conn.fetch("select record_id from audit_event where operation = 'disclose_numbers'")
    return [row[0] for row in rows]


async def test_without_every_consent_nothing_is_disclosed(scene: Scene, work: Work) -> None:
    answer = await scene.ask()
    assert (answer.status_code, answer.json()["code"]) == (422, "consent.missing")
    assert pointers(answer) == {("/household_ids", "consent.missing")}
    assert not any(phone in answer.text for phone in PHONES)
    assert await events(work) == []
    chinese = await scene.client.post(
        f"/api/v1/contracts/{scene.deal.contract}/disclosures",
        json={
            "receiver_id": str(scene.deal.buyer),
            "fields": ["phone"],
            "purpose": "通知交货",
            "reason": "核对",
        },
        headers={"accept-language": "zh"},
    )
    (said,) = chinese.json()["errors"]
    assert "户号 013" in said["message"]
    assert "第二十三条" in said["message"]


async def test_those_with_consent_are_disclosed_alone(scene: Scene, work: Work) -> None:
    answer = await scene.ask(only_consented=True)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    (shown,) = answer.json()["items"]
    assert (shown["number"], shown["numbers"]) == ("012", {"phone": PHONES[0]})
    assert [one["number"] for one in answer.json()["left_out"]] == ["013"]
    assert await events(work) == [str(scene.persons[0])]
    alone = await scene.ask(household_ids=[str(scene.households[0])])
    assert alone.json()["items"] == [shown]
    reason = await work.conn.fetchval(
        "select reason from audit_event where operation = 'disclose_numbers' limit 1"
    )
    assert reason == "采收前联系（提供给示范品源现代农业，用途：通知交货）"


async def test_all_consented_all_disclosed_with_an_event_each(scene: Scene, work: Work) -> None:
    await scene.consent(1, fields=["phone", "gains"])
    answer = await scene.ask()
    assert [one["numbers"]["phone"] for one in answer.json()["items"]] == list(PHONES)
    assert sorted(await events(work)) == sorted(map(str, scene.persons))
    assert await work.conn.fetchval("select count(*) from idempotency") == 0


async def test_the_events_of_many_are_one_statement(scene: Scene, work: Work) -> None:
    await scene.consent(1)
    seen: list[str] = []

    def note(record: LoggedQuery) -> None:
        seen.append(record.query)

    work.conn.add_query_logger(note)
    assert len((await scene.ask()).json()["items"]) == 2
    work.conn.remove_query_logger(note)
    assert sum("insert into audit_event" in query for query in seen) == 1


@pytest.mark.parametrize(
    "further",
    [{"purpose": "推销"}, {"fields": ["phone", "bank_account"]}],
)
async def test_another_purpose_or_field_needs_its_own_consent(scene: Scene, further: dict[str, Any]) -> None:
    answer = await scene.ask(household_ids=[str(scene.households[0])], **further)
    assert (answer.status_code, answer.json()["code"]) == (422, "consent.missing")


async def test_withdrawn_and_former_consents_count_no_more(scene: Scene, work: Work) -> None:
    consent = await scene.consent(1)
    await scene.client.post(f"{scene.member(1)}/consents/{consent['consent_id']}/withdraw", json={})
    await work.conn.execute(
        "update consent set given_on = '2022-01-01', until = '2023-01-15' where withdrawn_on is null"
    )
    answer = await scene.ask(only_consented=True)
    assert answer.json()["items"] == []
    assert len(answer.json()["left_out"]) == 2


async def test_only_parties_and_participants(scene: Scene, work: Work) -> None:
    stranger = await factories.organization(work, credit_code="91421303MA4900XXXX", name="示范外人")
    refused = await scene.ask(receiver_id=str(stranger))
    assert pointers(refused) == {("/receiver_id", "receiver.no_party")}
    other = await factories.household(work)
    refused = await scene.ask(household_ids=[str(scene.households[0]), str(other)])
    assert pointers(refused) == {("/household_ids/1", "household.no_participant")}
    missing = await scene.client.post(
        "/api/v1/contracts/00000000-0000-0000-0000-000000000001/disclosures",
        json={"receiver_id": str(stranger), "fields": ["phone"], "purpose": "通知", "reason": "核对"},
    )
    assert missing.status_code == 404


async def test_disclosures_are_limited_by_the_hour(scene: Scene) -> None:
    for _ in range(DISCLOSURES):
        assert (await scene.ask(only_consented=True)).status_code == 200
    assert (await scene.ask(only_consented=True)).status_code == 429
