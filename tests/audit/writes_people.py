"""Writes of what is personal: numbers of members, consents, contacts of organisations. All is masked."""

from typing import Any, Final
from uuid import UUID, uuid4

from tests import factories
from tests.audit.calls import Call, Told, posted, sent, write
from tests.contracts.desk import API, Desk, Json

PHONE: Final = "13800005678"
MASK: Final = "138****5678"


async def member(desk: Desk) -> tuple[str, str]:
    """A household's path below /api/v1, and its head."""
    home = await factories.household(desk.work, head="示例户甲")
    head = await desk.work.conn.fetchval("select person_id from person where household_id = $1", home)
    return f"/households/{home}/members/{head}", str(head)


def told(kind: str, record_id: object, path: str, before: str | None, after: str | None) -> list[Told]:
    return [Told(kind=kind, record_id=str(record_id), changes={path: [before, after]})]


def form(desk: Desk, path: str, tell: Any, **fields: str) -> Call:
    data = {"idempotency_key": str(uuid4()), **fields}
    return Call(send=lambda: desk.client.post(path, data=data), told=tell)


async def kept(desk: Desk, path: str) -> None:
    answer = await desk.client.put(f"{API}{path}/identifiers/phone", json={"value": PHONE})
    assert answer.is_success, answer.text


@write("PUT /api/v1/households/{household_id}/members/{person_id}/identifiers/{kind}")
async def _(desk: Desk) -> Call:
    path, head = await member(desk)
    tell = told("person_identifier", head, "phone", None, MASK)
    return sent(desk, "PUT", f"{path}/identifiers/phone", lambda _: tell, body={"value": PHONE})


@write("DELETE /api/v1/households/{household_id}/members/{person_id}/identifiers/{kind}")
async def _(desk: Desk) -> Call:
    path, head = await member(desk)
    await kept(desk, path)
    tell = told("person_identifier", head, "phone", MASK, None)
    return sent(desk, "DELETE", f"{path}/identifiers/phone", lambda _: tell)


@write("POST /households/{household_id}/members/{person_id}/numbers")
async def _(desk: Desk) -> Call:
    path, head = await member(desk)
    tell = told("person_identifier", head, "phone", None, MASK)
    return form(desk, f"{path}/numbers", lambda _: tell, kind="phone", value=PHONE)


@write("POST /households/{household_id}/members/{person_id}/numbers/remove")
async def _(desk: Desk) -> Call:
    path, head = await member(desk)
    await kept(desk, path)
    tell = told("person_identifier", head, "phone", MASK, None)
    return form(desk, f"{path}/numbers/remove", lambda _: tell, kind="phone")


def consent(desk: Desk) -> Json:
    receiver = str(desk.world.enterprise)
    return {"receiver_id": receiver, "fields": ["phone"], "purpose": "通知交货", "until": "2023-12-31"}


CONSENT: Final = "select consent_id from consent"


@write("POST /api/v1/households/{household_id}/members/{person_id}/consents")
async def _(desk: Desk) -> Call:
    path, _ = await member(desk)

    def tell(found: Json) -> list[Told]:
        return told("consent", found["consent_id"], "purpose", None, "通知交货")

    return sent(desk, "POST", f"{path}/consents", tell, body=consent(desk))


@write("POST /households/{household_id}/members/{person_id}/consents")
async def _(desk: Desk) -> Call:
    path, _ = await member(desk)
    keys: list[UUID] = []
    fields = {name: value for name, value in consent(desk).items() if name != "fields"}
    call = form(desk, f"{path}/consents", lambda _: [], **{**fields, "fields": "phone"})

    async def send() -> Any:
        answer = await call.send()
        keys.append(await desk.work.conn.fetchval(CONSENT))
        return answer

    return Call(send=send, told=lambda _: told("consent", keys[0], "purpose", None, "通知交货"))


@write("POST /api/v1/households/{household_id}/members/{person_id}/consents/{consent_id}/withdraw")
async def _(desk: Desk) -> Call:
    path, _ = await member(desk)
    key = (await posted(desk, f"{path}/consents", consent(desk)))["consent_id"]
    tell = told("consent", key, "withdrawn_on", None, "2023-01-16")
    return sent(desk, "POST", f"{path}/consents/{key}/withdraw", lambda _: tell, body={})


@write("POST /households/{household_id}/members/{person_id}/consents/{consent_id}/withdraw")
async def _(desk: Desk) -> Call:
    path, _ = await member(desk)
    key = (await posted(desk, f"{path}/consents", consent(desk)))["consent_id"]
    tell = told("consent", key, "withdrawn_on", None, "2023-01-16")
    return form(desk, f"{path}/consents/{key}/withdraw", lambda _: tell)


async def gone(desk: Desk) -> tuple[str, list[Told]]:
    """A person with a number and a consent, and what the trail tells of the erasure: of the household, of the
    number, and of the person."""
    path, head = await member(desk)
    await kept(desk, path)
    await posted(desk, f"{path}/consents", consent(desk))
    household = path.split("/")[2]
    return path, [
        *told("household", household, f"members/{head}/name", "示***", "已**"),
        *told("person_identifier", head, "phone", MASK, None),
        *told("person_identifier", head, "consents", "1", "0"),
    ]


@write("POST /api/v1/households/{household_id}/members/{person_id}/erase")
async def _(desk: Desk) -> Call:
    path, tell = await gone(desk)
    return sent(desk, "POST", f"{path}/erase", lambda _: tell, body={"reason": "本人申请删除"})


@write("POST /households/{household_id}/members/{person_id}/erase")
async def _(desk: Desk) -> Call:
    path, tell = await gone(desk)
    return form(desk, f"{path}/erase", lambda _: tell, erase_reason="本人申请删除")


CONTACT: Final = {"kind": "phone", "name": "示范会计", "value": PHONE, "valid_from": "2022-01-01"}


@write("POST /api/v1/organizations/{organization_id}/contacts")
async def _(desk: Desk) -> Call:
    def tell(found: Json) -> list[Told]:
        return told("organization_contact", found["organization_contact_id"], "mask", None, MASK)

    path = f"/organizations/{desk.world.enterprise}/contacts"
    return sent(desk, "POST", path, tell, body=CONTACT)


@write("PATCH /api/v1/organizations/{organization_id}/contacts/{organization_contact_id}")
async def _(desk: Desk) -> Call:
    path = f"/organizations/{desk.world.enterprise}/contacts"
    key = (await posted(desk, path, CONTACT))["organization_contact_id"]
    tell = told("organization_contact", key, "mask", MASK, "159****1234")
    return sent(desk, "PATCH", f"{path}/{key}", lambda _: tell, body={"value": "15900001234"}, version=1)
