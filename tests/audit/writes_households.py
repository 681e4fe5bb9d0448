"""Writes to households and what belongs to them: members, counts, tags, land, yearly figures, memberships."""

from typing import Any, Final
from uuid import UUID

from tests import factories
from tests.audit.calls import Call, Told, at, changed, made, posted, sent, write
from tests.contracts.browse import visit
from tests.contracts.desk import Desk, Json
from tests.exchange.known import roster, row
from tests.factories import BORN, VILLAGE, insert
from tests.households.known import body

TAG: Final = {"tag_code": "shifan", "valid_from": "2022-01-01"}


async def home(desk: Desk) -> str:
    return str(await factories.household(desk.work, number="012", head="示例户甲"))


async def head(desk: Desk, household: str) -> str:
    query = "select person_id from person where household_id = $1 and is_head"
    return str(await desk.work.conn.fetchval(query, UUID(household)))


async def tag(desk: Desk) -> None:
    columns = {"label": "示例标签", "valid_from": "2020-01-01", "source_text": "示例"}
    await insert(desk.work, "tag", tag_code="shifan", **columns, **BORN)


@write("POST /api/v1/households")
async def _(desk: Desk) -> Call:
    await tag(desk)
    parts: Json = {
        "headcount": {"counted_on": "2022-01-01", "registered": 4},
        "tags": [TAG],
        "parcels": [{"code": "P1", "area_mu": "2.00"}],
        "land_uses": [
            {"parcel_code": "P1", "season_id": str(desk.world.season), "area_mu": "1.00", "idle": True}
        ],
    }

    def told(found: Json) -> list[Told]:
        whole = made("household", found["household_id"], number="012", contracted_mu="4.00")
        whole = at(whole, f"members/{found['members'][0]['person_id']}/name", None, "示***")
        whole = at(whole, "headcounts/2022-01-01/registered", None, "4")
        return [at(whole, "tags/shifan 2022-01-01/tag_code", None, "shifan"), *parcels]

    parcels: list[Told] = []
    call = sent(desk, "POST", "/households", told, body=body(**parts))
    query = "select parcel_id from parcel where code = 'P1'"

    async def send() -> Any:
        answer = await call.send()
        parcels.append(made("parcel", await desk.work.conn.fetchval(query), code="P1"))
        return answer

    return Call(send=send, told=told)


@write("PATCH /api/v1/households/{household_id}")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    told = changed("household", key, group_name=(None, "三组"), contracted_mu=("5.00", "4.50"))
    sent_ = {"group_name": "三组", "contracted_mu": "4.50"}
    return sent(desk, "PATCH", f"/households/{key}", lambda _: [told], body=sent_, version=1)


@write("POST /api/v1/households/{household_id}/end")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    told = changed("household", key, valid_to=(None, "2022-12-31"))
    return sent(
        desk, "POST", f"/households/{key}/end", lambda _: [told], body={"valid_to": "2022-12-31"}, version=1
    )


@write("POST /api/v1/households/{household_id}/members")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    old = await head(desk, key)

    def told(found: Json) -> list[Told]:
        one = at(changed("household", key), f"members/{found['person_id']}/name", None, "示**")
        return [at(one, f"members/{old}/is_head", "true", "false")]

    return sent(desk, "POST", f"/households/{key}/members", told, body={"name": "示例乙", "is_head": True})


@write("PATCH /api/v1/households/{household_id}/members/{person_id}")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    person = await head(desk, key)
    told = at(changed("household", key), f"members/{person}/relation", None, "户主")
    path = f"/households/{key}/members/{person}"
    return sent(desk, "PATCH", path, lambda _: [told], body={"relation": "户主"}, version=1)


@write("POST /api/v1/households/{household_id}/headcounts")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    await factories.headcount(desk.work, UUID(key))
    told = at(changed("household", key), "headcounts/2022-01-01/registered", "4", "5")
    sent_ = {"counted_on": "2022-01-01", "registered": 5, "resident": 3, "labour": 2}
    return sent(desk, "POST", f"/households/{key}/headcounts", lambda _: [told], body=sent_)


@write("POST /api/v1/households/{household_id}/tags")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    await tag(desk)
    told = at(changed("household", key), "tags/shifan 2022-01-01/tag_code", None, "shifan")
    return sent(desk, "POST", f"/households/{key}/tags", lambda _: [told], body=TAG)


@write("POST /api/v1/households/{household_id}/tags/{household_tag_id}/end")
async def _(desk: Desk) -> Call:
    key = await home(desk)
    await tag(desk)
    stored = await posted(desk, f"/households/{key}/tags", TAG)
    told = at(changed("household", key), "tags/shifan 2022-01-01/valid_to", None, "2022-12-31")
    path = f"/households/{key}/tags/{stored['household_tag_id']}/end"
    return sent(desk, "POST", path, lambda _: [told], body={"valid_to": "2022-12-31"})


@write("POST /households/new")
async def _(desk: Desk) -> Call:
    page = await visit(desk.client, f"/households/new?division={VILLAGE}")
    query = "select household_id from household where number = '077'"
    keys: list[object] = []

    async def send() -> Any:
        answer = await page.send(
            number="077", contracted_mu="3", members__0__name="示例户丙", members__0__is_head="true"
        )
        keys.append(await desk.work.conn.fetchval(query))
        return answer

    return Call(send=send, told=lambda _: [made("household", keys[0], number="077")])


@write("POST /households/{household_id}/edit")
async def _(desk: Desk) -> Call:
    """Three use cases in one go are one event."""
    key = await home(desk)
    page = await visit(desk.client, f"/households/{key}/edit")
    told = changed("household", key, group_name=(None, "三组"))
    told = at(told, f"members/{await head(desk, key)}/relation", None, "户主")
    told = at(told, "headcounts/2022-05-01/registered", None, "5")
    form = {"group_name": "三组", "members__0__relation": "户主", "registered": "5", "counted_on": "2022-5-1"}
    return Call(send=lambda: page.send(**form), told=lambda _: [told])


async def imported(desk: Desk) -> tuple[bytes, list[Told]]:
    """A household that stands and gets a count, one that is unchanged; a new one has no id yet."""
    key = await home(desk)
    same = await factories.household(desk.work, number="013", head="示例户丁", contracted_mu="4.00")
    await factories.headcount(desk.work, same, counted_on="2022-01-05", registered=4, resident=None, labour=2)
    data = roster(row("012", "示例户甲", mu="5.00"), row("013", "示例户丁"), row("014", "示例户戊"))
    return data, [at(changed("household", key), "headcounts/2022-01-05/registered", None, "4")]


NEW: Final = "select household_id from household where number = '014'"
BATCH: Final = "select import_batch_id from import_batch"


@write("POST /api/v1/imports/{kind}")
async def _(desk: Desk) -> Call:
    data, told = await imported(desk)
    return Call(send=lambda: _import(desk, data, told), told=lambda _: told)


async def _import(desk: Desk, data: bytes, told: list[Told]) -> Any:
    headers = {"content-type": "text/csv"}
    answer = await desk.client.post("/api/v1/imports/households", content=data, headers=headers)
    await _note_new(desk, told)
    return answer


async def _note_new(desk: Desk, told: list[Told]) -> None:
    told.append(made("household", await desk.work.conn.fetchval(NEW), number="014"))
    told.append(made("import_batch", await desk.work.conn.fetchval(BATCH), kind="households"))


@write("POST /households/paste")
async def _(desk: Desk) -> Call:
    data, told = await imported(desk)
    form = {
        "village_code": VILLAGE,
        "block": data.decode("utf-8-sig"),
        "confirmed": "true",
        "idempotency_key": "1",
    }

    async def send() -> Any:
        looked = {name: value for name, value in form.items() if name != "confirmed"}
        assert (
            await desk.client.post("/households/paste", data={**looked, "idempotency_key": "0"})
        ).is_success
        answer = await desk.client.post("/households/paste", data=form)
        await _note_new(desk, told)
        return answer

    return Call(send=send, told=lambda _: told)


async def membership(desk: Desk) -> Json:
    key = await home(desk)
    share = {"kind": "contribution", "form": "cash", "amount": "100.00"}
    joined = {"household_id": key, "organization_id": str(desk.world.collective), "valid_from": "2021-01-01"}
    return {**joined, "shares": [share]}


@write("POST /api/v1/memberships")
async def _(desk: Desk) -> Call:
    def told(found: Json) -> list[Told]:
        share = found["shares"][0]["membership_share_id"]
        whole = made("membership", found["membership_id"], valid_from="2021-01-01")
        return [at(whole, f"shares/{share}/amount", None, "100.0000")]

    return sent(desk, "POST", "/memberships", told, body=await membership(desk))


@write("PATCH /api/v1/memberships/{membership_id}")
async def _(desk: Desk) -> Call:
    found = await posted(desk, "/memberships", await membership(desk))
    told = changed("membership", found["membership_id"], valid_to=(None, "2022-12-31"))
    path = f"/memberships/{found['membership_id']}"
    return sent(desk, "PATCH", path, lambda _: [told], body={"valid_to": "2022-12-31"}, version=1)


@write("POST /api/v1/memberships/{membership_id}/shares")
async def _(desk: Desk) -> Call:
    found = await posted(desk, "/memberships", await membership(desk))
    key = found["membership_id"]

    def told(now: Json) -> list[Told]:
        new = next(one for one in now["shares"] if one["form"] == "land")
        return [at(changed("membership", key), f"shares/{new['membership_share_id']}/form", None, "land")]

    share = {"kind": "contribution", "form": "land", "amount": "2.00"}
    return sent(desk, "POST", f"/memberships/{key}/shares", told, body=share)


@write("PATCH /api/v1/memberships/{membership_id}/shares/{membership_share_id}")
async def _(desk: Desk) -> Call:
    found = await posted(desk, "/memberships", await membership(desk))
    key, share = found["membership_id"], found["shares"][0]["membership_share_id"]
    told = at(changed("membership", key), f"shares/{share}/amount", "100.0000", "120.0000")
    path = f"/memberships/{key}/shares/{share}"
    return sent(desk, "PATCH", path, lambda _: [told], body={"amount": "120.00"}, version=1)
