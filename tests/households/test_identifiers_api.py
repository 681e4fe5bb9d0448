"""ID, phone and bank account numbers: encrypted, masked, found by keyed hash, revealed with a reason."""

from typing import Any

import httpx
import pytest

from registry.access.reveals import REVEALS
from registry.households.identifiers_model import context
from registry.kernel.crypto.vault import Sealed
from registry.kernel.work import Work
from tests.factories import world
from tests.households.known import HOUSEHOLDS, made, pointers
from tests.serving import VAULT

ID, ID_X, PHONE, CARD = "421303199001011285", "42130319900101104X", "13800005678", "6222021234567890128"
REASON = {"reason": "核对发放账号"}


@pytest.fixture(autouse=True)
async def _known(work: Work) -> None:
    await world(work)


@pytest.fixture
async def household(client: httpx.AsyncClient) -> dict[str, Any]:
    return await made(client)


@pytest.fixture
def url(household: dict[str, Any]) -> str:
    return of(household)


def of(household: dict[str, Any], member: int = 0) -> str:
    person = household["members"][member]["person_id"]
    return f"{HOUSEHOLDS}/{household['household_id']}/members/{person}/identifiers"


async def events(work: Work) -> list[tuple[str, str, str | None, str]]:
    rows = await work.conn.fetch(
        "select operation, record_id, reason, changes::text from audit_event"
        " where record_kind = 'person_identifier' order by audit_event_id"
    )
    return [tuple(row) for row in rows]


async def test_numbers_are_stored_sealed_and_shown_masked(
    client: httpx.AsyncClient, work: Work, url: str
) -> None:
    for kind, value in (("id_number", ID), ("phone", "138-0000-5678"), ("bank_account", CARD)):
        answer = await client.put(f"{url}/{kind}", json={"value": value, "source_date": "2022-12-01"})
        assert answer.status_code == 200, answer.text
        assert (value not in answer.text, answer.json()["version"]) == (True, 1)
    found = (await client.get(url)).json()["items"]
    assert {one["kind"]: one["mask"] for one in found} == {
        "bank_account": "**** **** **** 0128",
        "id_number": "4****************5",
        "phone": "138****5678",
    }
    for row in await work.conn.fetch("select * from person_identifier"):
        text = "".join(map(str, row.values()))
        assert not any(number in text for number in (ID, PHONE, CARD))
        sealed = Sealed(ciphertext=row["ciphertext"], key_version=row["key_version"])
        assert VAULT.open(sealed, context(row["person_id"], row["kind"])) in (ID, PHONE, CARD)


async def test_a_change_is_audited_with_masks_only(client: httpx.AsyncClient, work: Work, url: str) -> None:
    await client.put(f"{url}/phone", json={"value": PHONE})
    again = await client.put(f"{url}/phone", json={"value": f"+86 {PHONE}"})
    assert again.json()["version"] == 1
    changed = await client.put(f"{url}/phone", json={"value": "15900001234"})
    assert (changed.json()["version"], changed.json()["mask"]) == (2, "159****1234")
    assert (await client.delete(f"{url}/phone")).status_code == 204
    assert (await client.delete(f"{url}/phone")).status_code == 404
    assert [(what, said) for what, _, _, said in await events(work)] == [
        ("put_identifier", '{"phone": [null, "138****5678"]}'),
        ("put_identifier", '{"phone": ["138****5678", "159****1234"]}'),
        ("remove_identifier", '{"phone": ["159****1234", null]}'),
    ]


async def test_a_version_that_is_no_longer_there_is_not_replaced(client: httpx.AsyncClient, url: str) -> None:
    sent, old = {"value": PHONE}, {"if-match": '"1"'}
    assert (await client.put(f"{url}/phone", json=sent, headers=old)).status_code == 412
    assert (await client.put(f"{url}/phone", json=sent)).headers["etag"] == '"1"'
    changed = await client.put(f"{url}/phone", json={"value": "15900001234"}, headers=old)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (await client.put(f"{url}/phone", json=sent, headers=old)).status_code == 412


async def test_one_number_is_revealed_with_a_reason(client: httpx.AsyncClient, work: Work, url: str) -> None:
    await client.put(f"{url}/bank_account", json={"value": CARD})
    answer = await client.post(
        f"{url}/bank_account/reveal", json=REASON, headers={"idempotency-key": "planted"}
    )
    assert answer.json() == {"kind": "bank_account", "value": CARD}
    assert answer.headers["cache-control"] == "no-store"
    what, _, why, _ = (await events(work))[-1]
    assert (what, why) == ("reveal_identifier", "核对发放账号")
    assert await work.conn.fetchval("select count(*) from idempotency") == 0
    for body, pointer in (
        ({}, ("/reason", "required")),
        ({"reason": " "}, ("/reason", "text.pattern")),
        ({"reason": f"就是 {CARD}"}, ("/reason", "text.check")),
    ):
        refused = await client.post(f"{url}/bank_account/reveal", json=body)
        assert (refused.status_code, CARD in refused.text) == (422, False)
        assert pointer in pointers(refused)
    assert (await client.post(f"{url}/phone/reveal", json=REASON)).status_code == 404
    assert (await client.post(f"{url}/shoes/reveal", json=REASON)).status_code == 422


async def test_reveals_are_limited_by_the_hour(client: httpx.AsyncClient, work: Work, url: str) -> None:
    await client.put(f"{url}/phone", json={"value": PHONE})
    for _ in range(REVEALS):
        assert (await client.post(f"{url}/phone/reveal", json=REASON)).status_code == 200
    refused = await client.post(f"{url}/phone/reveal", json=REASON)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert PHONE not in refused.text
    assert len(await events(work)) == 1 + REVEALS


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("id_number", ID[:-1] + "4", "id_number.check"),
        ("id_number", "421303199013011285", "id_number.birth"),
        ("id_number", PHONE, "id_number.form"),
        ("phone", ID, "phone.form"),
        ("bank_account", "62220212", "bank_account.form"),
        ("phone", "1" * 41, "text.long"),
    ],
)
async def test_wrong_numbers_are_refused_without_being_quoted(
    client: httpx.AsyncClient, url: str, kind: str, value: str, code: str
) -> None:
    for language in ("zh", "en"):
        answer = await client.put(
            f"{url}/{kind}", json={"value": value}, headers={"accept-language": language}
        )
        assert (answer.status_code, value in answer.text) == (422, False)
        assert pointers(answer) == {("/value", code)}
    assert (await client.get(url)).json()["items"] == []


async def test_the_same_id_twice_in_a_household_is_refused_and_elsewhere_untold(
    client: httpx.AsyncClient, household: dict[str, Any], url: str
) -> None:
    await client.put(f"{url}/id_number", json={"value": ID})
    at = f"{HOUSEHOLDS}/{household['household_id']}"
    other = (await client.post(f"{at}/members", json={"name": "示例成员"})).json()["person_id"]
    second = f"{at}/members/{other}/identifiers"
    same = await client.put(f"{second}/id_number", json={"value": ID})
    assert (same.status_code, ID in same.text) == (409, False)
    assert pointers(same) == {("/value", "person_identifier.id_taken")}
    assert (await client.put(f"{second}/phone", json={"value": PHONE})).status_code == 200
    assert (await client.put(f"{url}/phone", json={"value": PHONE})).status_code == 200
    elsewhere = await made(client, number="013", name="示例户乙")
    assert (await client.put(f"{of(elsewhere)}/id_number", json={"value": ID})).status_code == 200


async def test_persons_are_found_by_a_whole_number(
    client: httpx.AsyncClient, household: dict[str, Any], url: str
) -> None:
    await client.put(f"{url}/id_number", json={"value": ID_X})
    asked = {"kind": "id_number", "value": ID_X.lower()}
    answer = await client.post("/api/v1/persons:find", json=asked)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    (found,) = answer.json()["items"]
    assert (found["household_id"], found["name"]) == (household["household_id"], "示例户甲")
    assert ID_X not in answer.text
    none = await client.post("/api/v1/persons:find", json={"kind": "id_number", "value": ID})
    assert none.json()["items"] == []
    wrong = await client.post("/api/v1/persons:find", json={"kind": "phone", "value": ID})
    assert pointers(wrong) == {("/value", "phone.form")}


async def test_a_member_of_another_household_has_no_numbers_here(
    client: httpx.AsyncClient, household: dict[str, Any], url: str
) -> None:
    other = await made(client, number="013", name="示例户乙")
    person = other["members"][0]["person_id"]
    wrong = f"{HOUSEHOLDS}/{household['household_id']}/members/{person}/identifiers"
    assert (await client.get(wrong)).status_code == 404
    assert (await client.put(f"{wrong}/phone", json={"value": PHONE})).status_code == 404
    assert (await client.delete(f"{wrong}/phone")).status_code == 404
    assert (await client.post(f"{wrong}/phone/reveal", json=REASON)).status_code == 404


async def test_a_household_is_found_by_the_last_four_of_an_id(
    client: httpx.AsyncClient, household: dict[str, Any], url: str
) -> None:
    await client.put(f"{url}/id_number", json={"value": ID_X})
    await client.put(f"{url}/phone", json={"value": PHONE})
    await made(client, number="013", name="示例户乙")
    for asked, found in (("104x", 1), ("104X", 1), ("5678", 0), ("1285", 0)):
        answer = await client.get(HOUSEHOLDS, params={"q": asked})
        assert len(answer.json()["items"]) == found, asked
        page = await client.get("/households", params={"q": asked})
        assert f"共 {found} 户" in page.text, asked
    whole = await client.get(HOUSEHOLDS, params={"q": ID_X})
    assert pointers(whole) == {("/q", "text.check")}
    assert ID_X not in whole.json()["errors"][0]["message"]
