"""One effect and one answer per key, kept with the effect; in flight, reused and missing keys."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect, Stream

from registry.kernel.errors import Conflict
from registry.kernel.http import idempotency
from registry.kernel.http.callers import Caller
from registry.kernel.http.idempotency import Found
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import ShortText
from registry.kernel.work import Work
from tests.conftest import World
from tests.serving import operator, providers_on, serving

COUNT = "select count(*) from job"
ADD = (
    "insert into job (job_id, kind, county_code, village_code, payload, queued_at, queued_by, run_after)"
    " values (gen_random_uuid(), $1, '421303', '421303187236', '{}', $2, acting(), '2100-01-01'::timestamptz)"
)


class NoteIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: ShortText


class NoteOut(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    number: int


@post("/api/v1/notes")
async def add_note(data: JSONBody[NoteIn], writer: NamedDependency[Work]) -> NoteOut:
    await writer.conn.execute(ADD, data.text, writer.act.now)
    await asyncio.sleep(0.02)
    if data.text == "冲突":
        raise Conflict("不行")
    return NoteOut(text=data.text, number=await writer.conn.fetchval(COUNT))


@post("/api/v1/money", opt={"idempotency": "required"})
async def add_money(data: JSONBody[NoteIn], writer: NamedDependency[Work]) -> NoteOut:
    await writer.conn.execute(ADD, data.text, writer.act.now)
    return NoteOut(text=data.text, number=1)


@post("/notes", status_code=303)
async def add_by_page(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    form = await request.form()
    await writer.conn.execute(ADD, form["text"], writer.act.now)
    return Redirect("/notes/1", status_code=303)


@post("/api/v1/export", status_code=200)
async def export(writer: NamedDependency[Work]) -> Stream:
    await writer.conn.execute(ADD, "export", writer.act.now)
    return Stream(iter([b"a", b"b"]), media_type="text/csv")


@put("/api/v1/notes/{number:int}")
async def put_note(data: JSONBody[NoteIn], writer: NamedDependency[Work], number: FromPath[int]) -> NoteOut:
    return NoteOut(text=data.text, number=await writer.conn.fetchval(COUNT) + number)


@post("/api/v1/files")
async def upload(request: AnyRequest, writer: NamedDependency[Work]) -> NoteOut:
    form = await request.form()
    await writer.conn.execute(ADD, form["text"], writer.act.now)
    return NoteOut(text=form["text"], number=await writer.conn.fetchval(COUNT))


@post("/api/v1/overtaken")
async def add_overtaken(
    request: AnyRequest, data: JSONBody[NoteIn], writer: NamedDependency[Work]
) -> NoteOut:
    """Another request under the key is answered after this one claimed it on an older snapshot."""
    await writer.conn.execute(ADD, data.text, writer.act.now)
    await writer.conn.execute(
        "insert into idempotency values ($1, $2, $3, 'POST', '/', '', 201, '{}', '', $4)",
        writer.act.county_code,
        writer.act.actor,
        request.headers["idempotency-key"],
        writer.act.now,
    )
    return NoteOut(text=data.text, number=1)


ROUTES = [add_overtaken, add_note, add_money, add_by_page, export, put_note, upload]


async def sent(client: httpx.AsyncClient, text: str, key: str | None, path: str = "/api/v1/notes") -> Any:
    headers = {} if key is None else {"idempotency-key": key}
    return await client.post(path, json={"text": text}, headers=headers)


async def test_replay_answers_the_same_and_has_no_second_effect(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        first = await sent(client, "甲", "k1")
        again = await sent(client, "甲", "k1")
        other_key = await sent(client, "乙", "k2")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert other_key.json()["number"] == 2
    assert await work.conn.fetchval(COUNT) == 2


async def test_another_body_or_address_under_the_same_key_is_refused(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        await sent(client, "甲", "k1")
        for answer in (
            await sent(client, "乙", "k1"),
            await sent(client, "甲", "k1", "/api/v1/notes?dry_run=1"),
        ):
            assert answer.status_code == 422
            assert answer.json()["code"] == "idempotency_key_reused"
    assert await work.conn.fetchval(COUNT) == 1


async def test_an_answer_is_not_repeated_to_another_grant_of_the_account(work: Work) -> None:
    grants = [uuid4(), uuid4()]

    async def find(request: AnyRequest) -> Caller:
        return msgspec.structs.replace(
            await operator(request), account_grant_id=grants[int(request.headers["x-grant"])]
        )

    given = msgspec.structs.replace(providers_on(work), caller=find)
    async with serving(providers=given, further=ROUTES) as client:
        answers = []
        for grant in "001":
            client.headers["x-grant"] = grant
            answers.append(await sent(client, "甲", "k1"))
    assert [one.status_code for one in answers] == [201, 201, 422]
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert answers[2].json()["code"] == "idempotency_key_reused"
    assert await work.conn.fetchval(COUNT) == 1


async def test_a_failed_attempt_keeps_nothing_so_that_the_key_can_be_tried_again(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        failed = await sent(client, "冲突", "k1")
        assert failed.status_code == 409
        assert await work.conn.fetchval(COUNT) == 0
        assert (await sent(client, "甲", "k1")).status_code == 201


async def test_an_answer_given_meanwhile_undoes_this_request(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        answer = await sent(client, "甲", "k1", "/api/v1/overtaken")
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_in_flight"
    assert await work.conn.fetchval(COUNT) == 0


@pytest.mark.parametrize("key", [None, "", "k" * 201, "caf\u00e9".encode("latin-1").decode("latin-1")])
async def test_money_is_refused_without_a_proper_key(work: Work, key: str | None) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        headers = {} if key is None else {b"idempotency-key": key.encode("latin-1")}
        answer = await client.post("/api/v1/money", json={"text": "甲"}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency_key_required"
    assert await work.conn.fetchval(COUNT) == 0


async def test_a_form_carries_the_key_as_a_hidden_field(work: Work) -> None:
    fields = {"text": "甲", "idempotency_key": "k1"}
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        first = await client.post("/notes", data=fields)
        again = await client.post("/notes", data=fields)
    assert first.status_code == again.status_code == 303
    assert again.headers["location"] == "/notes/1"
    assert await work.conn.fetchval(COUNT) == 1


async def test_the_random_boundary_of_an_upload_does_not_count(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        answers = [
            await client.post(
                "/api/v1/files", files={"text": (None, text)}, headers={"idempotency-key": "k1"}
            )
            for text in ("甲", "甲", "乙")
        ]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].content == answers[1].content
    assert await work.conn.fetchval(COUNT) == 1


async def test_a_stream_cannot_be_kept_and_has_no_effect_under_a_key(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        refused = await client.post("/api/v1/export", headers={"idempotency-key": "k1"})
        assert await work.conn.fetchval(COUNT) == 0
        streamed = await client.post("/api/v1/export")
    assert refused.status_code == 500
    assert streamed.content == b"ab"


async def test_other_methods_keep_no_answer(work: Work) -> None:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        put_twice = [
            await client.put("/api/v1/notes/4", json={"text": "甲"}, headers={"idempotency-key": "k2"})
            for _ in "ab"
        ]
    assert [answer.json()["number"] for answer in put_twice] == [4, 4]
    assert await work.conn.fetchval("select count(*) from idempotency") == 0


async def test_thirty_two_at_once_have_one_effect(committed_db: World) -> None:
    async with serving(committed_db.settings, further=ROUTES) as client:
        answers = await asyncio.gather(*(sent(client, "甲", "k1") for _ in range(32)))
        late = await sent(client, "甲", "k1")
    seen = Counter(answer.status_code for answer in answers)
    assert set(seen) <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {
        "idempotency_in_flight"
    }
    assert late.status_code == 201
    assert late.headers["idempotency-replayed"] == "true"
    async with committed_db.writer() as work:
        assert await work.conn.fetchval(COUNT) == 1
        await work.conn.execute("delete from job")


async def test_what_conflicts_with_the_first_request_is_still_in_flight(
    committed_db: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key was taken on a snapshot older than the first answer, whose effect is there already."""
    claim_key, asked = idempotency._claim_key, []
    stale = Found(mine=True, method=None, path=None, body_hash=None, status=None, headers=None, body=None)

    async def late(*given: Any) -> Found:
        asked.append(given)
        return stale if len(asked) == 1 else await claim_key(*given)

    async with serving(committed_db.settings, further=ROUTES) as client:
        assert (await sent(client, "甲", "k1")).status_code == 201
        monkeypatch.setattr(idempotency, "_claim_key", late)
        answer = await sent(client, "甲", "k1")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_flight")
        assert (await sent(client, "甲", "k1")).status_code == 201
