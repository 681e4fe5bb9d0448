"""The pages of personal numbers and consents: masks, forms that lose nothing, a reveal that shows once."""

from uuid import UUID

import httpx
import pytest
from msgspec import Struct

from registry.kernel.work import Work
from tests import deals, factories

ID, WRONG, PHONE = "421303199001011285", "421303199001011286", "13800005678"


class Home(Struct):
    client: httpx.AsyncClient
    household: UUID
    person: UUID

    @property
    def url(self) -> str:
        return f"/households/{self.household}/members/{self.person}"

    async def save(self, **fields: str) -> httpx.Response:
        return await self.client.post(f"{self.url}/numbers", data=fields)


@pytest.fixture
async def home(client: httpx.AsyncClient, work: Work) -> Home:
    world = await factories.world(work)
    household = await factories.household(work, number="012", head="示例户甲")
    await deals.participant(work, await deals.deal(work, world), household)
    person = await work.conn.fetchval("select person_id from person where household_id = $1", household)
    return Home(client=client, household=household, person=person)


async def test_a_number_is_entered_and_shown_masked(home: Home) -> None:
    saved = await home.save(kind="phone", value=" 138 0000 5678 ", source_date="2022.12.1")
    assert (saved.status_code, saved.headers["location"]) == (303, f"{home.url}/numbers")
    page = await home.client.get(f"{home.url}/numbers")
    assert "138****5678" in page.text
    assert PHONE not in page.text
    assert page.headers["cache-control"] == "no-store"
    table = await home.client.get(f"/households/{home.household}/numbers")
    assert "138****5678" in table.text
    assert "示例户甲（户主）" in table.text
    assert (
        f"/households/{home.household}/numbers"
        in (await home.client.get(f"/households/{home.household}")).text
    )


async def test_what_was_typed_wrong_stands_in_the_form_again_and_nowhere_else(home: Home) -> None:
    answer = await home.save(kind="id_number", value=WRONG)
    assert answer.status_code == 422
    assert answer.text.count(WRONG) == 1
    assert f'value="{WRONG}"' in answer.text
    assert "校验位不对" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "location" not in answer.headers


async def test_a_number_is_revealed_once_with_a_reason(home: Home, work: Work) -> None:
    await home.save(kind="id_number", value=ID)
    at = f"{home.url}/numbers/reveal"
    refused = await home.client.post(at, data={"what": "id_number", "reason": ""})
    assert (refused.status_code, ID in refused.text, "理由没有填" in refused.text) == (422, False, True)
    shown = await home.client.post(at, data={"what": "id_number", "reason": "核对发放账号"})
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert ID in shown.text
    assert ID not in (await home.client.get(f"{home.url}/numbers")).text
    rows = await work.conn.fetch("select operation, reason from audit_event order by audit_event_id")
    assert ("reveal_number", "核对发放账号") in [tuple(row) for row in rows]


async def test_a_number_is_removed(home: Home) -> None:
    await home.save(kind="phone", value=PHONE)
    for _ in range(2):
        gone = await home.client.post(f"{home.url}/numbers/remove", data={"kind": "phone"})
        assert gone.status_code == 303
    assert "138****5678" not in (await home.client.get(f"{home.url}/numbers")).text


async def test_a_consent_is_recorded_and_withdrawn_on_the_page(home: Home, work: Work) -> None:
    receiver = str(
        await work.conn.fetchval("select organization_id from organization where kind = 'enterprise'")
    )
    at = f"{home.url}/consents"
    page = await home.client.get(f"{home.url}/numbers")
    assert receiver in page.text
    refused = await home.client.post(at, data={"receiver_id": receiver, "purpose": "通知交货"})
    assert refused.status_code == 422
    assert 'value="通知交货"' in refused.text
    fields = {
        "receiver_id": receiver,
        "fields": ["phone", "gains"],
        "purpose": "通知交货",
        "until": "2023-12-31",
    }
    assert (await home.client.post(at, data=fields)).status_code == 303
    page = await home.client.get(f"{home.url}/numbers")
    assert "电话号码、增收数据" in page.text
    consent = await work.conn.fetchval("select consent_id from consent")
    assert (await home.client.post(f"{at}/{consent}/withdraw")).status_code == 303
    assert "已撤回" in (await home.client.get(f"{home.url}/numbers")).text
