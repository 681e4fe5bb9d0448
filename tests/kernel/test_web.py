"""Versions, pages of a list, languages, media types, CSV, forms of pages, and what is refused at the door."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, ImproperlyConfiguredException
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from litestar.response import Redirect

from registry.app import create_app
from registry.kernel.errors import (
    Conflict,
    Invalid,
    PreconditionRequired,
    Stale,
    Unavailable,
    Warned,
    Warning_,
)
from registry.kernel.forms.form_state import FormState
from registry.kernel.http import pages
from registry.kernel.http.csv_answers import cell, csv_answer, csv_text
from registry.kernel.http.problems import describe
from registry.kernel.http.web import (
    AnyRequest,
    Page,
    after,
    cut,
    language,
    listed,
    require_if_match,
    row_limit,
    versioned,
    wants_csv,
    wants_html,
)
from registry.kernel.types import DivisionCode, Kg, ShortText, Yuan, new_id
from registry.kernel.work import Act, Work
from registry.settings import Settings
from tests.serving import providers_on, serving

ZH = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
ADD = (
    "insert into job (job_id, kind, county_code, village_code, payload, queued_at, queued_by, run_after)"
    " values ($1, 'left behind', '421303', '421303187236', '{}', $2, acting(), $2)"
)
ROWS = [(f"村{number}", UUID(int=number)) for number in range(5)]


class TicketIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: ShortText
    net: Kg


class TicketOut(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    amount: Yuan
    day: date
    at: datetime


OUT = TicketOut(
    name="示例户",
    amount=Decimal("1409.50"),
    day=date(2022, 9, 12),
    at=datetime(2022, 9, 12, 8, 30, tzinfo=UTC),
)


@post("/api/v1/tickets")
async def create(data: JSONBody[TicketIn]) -> TicketIn:
    return data


@get("/api/v1/tickets/{ticket_id:uuid}")
async def show(request: AnyRequest, ticket_id: FromPath[UUID]) -> Response[TicketOut]:
    return versioned(request, OUT, 3)


@patch("/api/v1/tickets/{ticket_id:uuid}")
async def change(request: AnyRequest, ticket_id: FromPath[UUID]) -> dict[str, int]:
    return {"version": require_if_match(request)}


@get("/api/v1/tickets")
async def tickets(
    request: AnyRequest,
    division: FromQuery[DivisionCode | None] = None,
    limit: FromQuery[int | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Response[Page[str]] | Response[bytes]:
    count, (_, last) = row_limit(limit, 2), after(cursor)
    if wants_csv(request):
        return csv_answer("过磅单", {"name": "农户", "amount": "金额（元）"}, [OUT])
    rows = [row for row in ROWS if last is None or row[1] > last][: count + 1]
    page = cut(rows, count, lambda row: row)
    return cast(
        "Response[Page[str]]",
        listed(request, Page(items=[name for name, _ in page.items], next_cursor=page.next_cursor)),
    )


@get("/api/v1/fail/{how:str}")
async def fail(how: FromPath[str]) -> None:
    if how == "bug":
        raise ValueError("示例户的秘密")
    if how == "teapot":
        raise HTTPException(status_code=418)
    if how == "busy":
        raise Unavailable
    if how == "warned":
        raise Warned([Warning_(code="w", pointer="/a", message="偏大", rule="domain 5")])
    if how == "more":
        raise Conflict("不行", code="x.taken", extra={"current": 3})


@get("/fail")
async def failing_page() -> None:
    raise ValueError("示例户的秘密")


@post("/form")
async def posted(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    async def effect(data: TicketIn) -> str:
        await writer.conn.execute(ADD, new_id(), writer.act.now)
        if data.name == "出错":
            await writer.conn.fetch("select 1 / 0")
        if data.name == "冲突":
            raise Conflict("这张单已登记")
        return data.name

    async def shown(filled: FormState) -> Response[str]:
        await writer.conn.fetchval("select 1")
        text = "；".join(problem.message for problem in filled.problems())
        return Response(f"{filled.value('net')}|{text}", media_type="text/html")

    assert writer.act.source == "page"
    name = await pages.attempt(request, writer, TicketIn, effect, shown)
    return Redirect(f"/form/{len(name)}", status_code=303)


ROUTES = [create, show, change, tickets, fail, failing_page, posted]


@pytest.fixture
async def web(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(providers=providers_on(work), further=ROUTES) as client:
        yield client


def request_of(path: str = "/", query: str = "", **headers: str) -> AnyRequest:
    named = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope: Any = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": named,
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "root_path": "",
        "state": {},
    }
    return Request(scope)


async def test_values_have_their_documented_form(web: httpx.AsyncClient) -> None:
    answer = await web.get(f"/api/v1/tickets/{new_id()}")
    assert answer.json() == {
        "name": "示例户",
        "amount": "1409.50",
        "day": "2022-09-12",
        "at": "2022-09-12T08:30:00Z",
    }


@pytest.mark.parametrize(
    ("tag", "status"), [('"3"', 304), ('W/"3"', 304), ('"2", "3"', 304), ("*", 304), ('"2"', 200), ("3", 200)]
)
async def test_if_none_match(web: httpx.AsyncClient, tag: str, status: int) -> None:
    answer = await web.get(f"/api/v1/tickets/{new_id()}", headers={"if-none-match": tag})
    assert answer.status_code == status
    assert answer.headers["etag"] == '"3"'
    assert bool(answer.content) == (status == 200)


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        (None, 428),
        (" ", 428),
        ('"7"', 200),
        ('W/"7"', 200),
        ("7", 412),
        ('"x"', 412),
        ('"1", "2"', 412),
        ("*", 412),
    ],
)
async def test_if_match(web: httpx.AsyncClient, tag: str | None, status: int) -> None:
    headers = {} if tag is None else {"if-match": tag}
    answer = await web.patch(f"/api/v1/tickets/{new_id()}", headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"version": 7}


def test_if_match_errors_are_of_the_kernel() -> None:
    with pytest.raises(PreconditionRequired):
        require_if_match(request_of())
    with pytest.raises(Stale):
        require_if_match(request_of(if_match='"12345678901"'))


async def test_a_list_is_walked_to_its_end_by_its_links(web: httpx.AsyncClient) -> None:
    seen: list[str] = []
    address: str | None = "/api/v1/tickets?limit=2&division=421303187000"
    while address:
        answer = await web.get(address)
        seen += answer.json()["items"]
        link = answer.headers.get("link")
        assert (link is None) == (answer.json()["next_cursor"] is None)
        address = link.partition(">")[0].removeprefix("<") if link else None
        assert not address or "division=421303187000" in address
    assert seen == [name for name, _ in ROWS]


@pytest.mark.parametrize(
    "cursor", ["x", "WyJhIl0=", "é", "WyJcdTAwMDAiLCIwMTg1OWQyYy04ZjNhLTdjNjEtOWUwYi01YTRjMmY2ZDdlODEiXQ=="]
)
def test_a_cursor_nobody_made_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        after(cursor)


async def test_wrong_parameters_are_all_named(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/v1/tickets?limit=viele&division=4213", headers=ZH)
    assert answer.status_code == 422
    assert {one["pointer"]: one["message"] for one in answer.json()["errors"]} == {
        "/limit": "此项应是整数，请只填数字",
        "/division": "请填 12 位数字的行政区划代码",
    }
    for limit in (0, 201):
        assert (await web.get(f"/api/v1/tickets?limit={limit}")).json()["errors"][0]["pointer"] == "/limit"


async def test_csv_by_format_or_accept(web: httpx.AsyncClient) -> None:
    for asked in (
        {"url": "/api/v1/tickets?format=csv"},
        {"url": "/api/v1/tickets", "headers": {"accept": "text/csv"}},
    ):
        answer = await web.get(**cast("Any", asked))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.content.decode() == "\ufeff农户,金额（元）\r\n示例户,1409.50\r\n"
        assert "filename*=UTF-8''%E8%BF%87%E7%A3%85%E5%8D%95.csv" in answer.headers["content-disposition"]
    assert (await web.get("/api/v1/tickets?format=pdf")).status_code == 422


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (msgspec.UNSET, ""),
        (True, "是"),
        (False, "否"),
        (Decimal("-410.20"), "-410.20"),
        (-5, "-5"),
        (date(2022, 9, 12), "2022-09-12"),
        ("=1+1", "'=1+1"),
        (" @x", "' @x"),
        ("-5", "'-5"),
        ("＝1", "'＝1"),
        ("甲=乙", "甲=乙"),
        (["甲", 1], '["甲",1]'),
    ],
)
def test_cells_are_no_formulas(value: object, text: str) -> None:
    assert cell(value) == text


def test_commas_and_quotes_stay_in_their_cell() -> None:
    row = TicketIn(name='甲,"乙"', net=Decimal(1))
    assert csv_text({"name": "名"}, [row]) == '\ufeff名\r\n"甲,""乙"""\r\n'


@pytest.mark.parametrize(
    ("path", "header", "expected"),
    [
        ("/api/v1/x", "", "en"),
        ("/api/v1/x", "zh-CN", "zh"),
        ("/api/v1/x", "en;q=0.5, zh;q=0.9", "zh"),
        ("/api/v1/x", "zh;q=0, en", "en"),
        ("/api/v1/x", "de, zh;q=x, zh-TW;q=0.1", "zh"),
        ("/x", "de", "zh"),
        ("/x", "en", "en"),
    ],
)
def test_language(path: str, header: str, expected: str) -> None:
    assert language(request_of(path, accept_language=header)) == expected


@pytest.mark.parametrize(
    ("path", "accept", "page"),
    [("/x", "text/html,*/*;q=0.8", True), ("/x", "application/json", False), ("/api/x", "text/html", False)],
)
def test_who_sees_a_page(path: str, accept: str, page: bool) -> None:
    assert wants_html(request_of(path, accept=accept)) == page


async def test_a_problem_document_in_both_languages(web: httpx.AsyncClient) -> None:
    for headers, message in ((ZH, "此项不能是负数"), ({}, "net must not be negative")):
        answer = await web.post("/api/v1/tickets", json={"name": "甲", "net": "-1"}, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["errors"] == [{"pointer": "/net", "code": "number.negative", "message": message}]
        assert problem["type"] == "/api/problems#invalid"
        assert problem["instance"] == "/api/v1/tickets"
        assert problem["status"] == answer.status_code == 422
        assert problem["trace_id"] == answer.headers["trace-id"]
        assert answer.headers["content-language"] == ("zh-CN" if headers else "en")


async def test_warnings_further_members_and_retry_after(web: httpx.AsyncClient) -> None:
    warned = await web.get("/api/v1/fail/warned")
    assert warned.status_code == 422
    assert warned.json()["warnings"] == [
        {"code": "w", "pointer": "/a", "message": "偏大", "rule": "domain 5"}
    ]
    assert "errors" not in warned.json()
    more = await web.get("/api/v1/fail/more")
    assert (more.status_code, more.json()["code"], more.json()["current"]) == (409, "x.taken", 3)
    busy = await web.get("/api/v1/fail/busy")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")


async def test_a_fault_says_nothing_of_itself(web: httpx.AsyncClient) -> None:
    for path in ("/api/v1/fail/bug", "/fail"):
        answer = await web.get(path)
        assert answer.status_code == 500
        assert "秘密" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["trace-id"] in answer.text


def test_the_log_names_kinds_and_places_of_a_fault_only() -> None:
    try:
        try:
            raise KeyError("示例户")
        except KeyError as cause:
            raise ValueError("秘密") from cause
    except ValueError as fault:
        chain = describe(fault)
    assert [one["kind"] for one in chain] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_web.py" in str(chain)
    assert "秘密" not in str(chain)


HOSTILE = [
    (
        "POST",
        "/api/v1/tickets",
        {"content": b"[" * 100_000, "headers": {"content-type": "application/json"}},
        400,
    ),
    (
        "POST",
        "/api/v1/tickets",
        {"content": b"\xff\xfe", "headers": {"content-type": "application/json"}},
        400,
    ),
    ("POST", "/api/v1/tickets", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
    ("POST", "/api/v1/tickets", {"content": b"{}"}, 415),
    ("POST", "/api/v1/tickets", {"content": b"", "headers": {"content-type": "application/json"}}, 422),
    (
        "POST",
        "/api/v1/tickets",
        {"content": b" " * 10_000_001, "headers": {"content-type": "application/json"}},
        413,
    ),
    (
        "POST",
        "/form",
        {"content": b"a=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        400,
    ),
    (
        "POST",
        "/form",
        {"content": b"\xe4", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        400,
    ),
    (
        "POST",
        "/form",
        {"content": b"a=1&" * 30_000, "headers": {"content-type": "application/x-www-form-urlencoded"}},
        400,
    ),
    ("POST", "/form", {"content": b"{}", "headers": {"content-type": "application/json"}}, 415),
    ("GET", "/api/v1/tickets/1", {}, 404),
    ("GET", "/%ff%00", {}, 404),
    ("GET", "/api/v1/tickets?cursor=%ff%00", {}, 422),
    ("DELETE", "/api/v1/tickets", {}, 405),
    ("PROPFIND", "/healthz", {}, 405),
    ("GET", "/healthz", {"headers": {"host": "registry.example"}}, 421),
    ("POST", "/api/v1/tickets", {"json": {}, "headers": {"origin": "http://other.example"}}, 403),
    ("POST", "/api/v1/tickets", {"json": {}, "headers": {"origin": "null"}}, 403),
    ("POST", "/api/v1/tickets", {"json": {}, "headers": {"sec-fetch-site": "cross-site"}}, 403),
    ("GET", "/static/nothing.js", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "sent", "status"), HOSTILE)
async def test_hostile_input_is_refused_with_every_header(
    web: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    answer = await web.request(method, path, **sent)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


async def test_head_is_get_without_its_body(web: httpx.AsyncClient) -> None:
    answer = await web.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "15"


async def test_same_site_forms_and_a_given_trace_pass(web: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {
        "origin": "http://127.0.0.1",
        "sec-fetch-site": "same-origin",
        "traceparent": f"00-{trace}-b7ad6b7169203331-01",
    }
    answer = await web.post("/api/v1/tickets", json={"name": "甲", "net": "1"}, headers=headers)
    assert answer.status_code == 201
    assert answer.headers["trace-id"] == trace


async def test_a_form_with_mistakes_comes_back_with_what_was_typed(
    web: httpx.AsyncClient, work: Work
) -> None:
    wrong = await web.post("/form", data={"name": "", "net": "很多"})
    assert wrong.status_code == 422
    assert wrong.text == "很多|此项没有填，请补上；此项应是数字，例如 1234.50，请检查"
    conflict = await web.post("/form", data={"name": "冲突", "net": "１，０００ 公斤"})
    assert conflict.status_code == 409
    assert conflict.text == "１，０００ 公斤|这张单已登记"
    assert await work.conn.fetchval("select count(*) from job where kind = 'left behind'") == 0
    assert (await web.post("/form", data={"name": "出错", "net": "1"})).status_code == 500
    good = await web.post("/form", data={"name": "甲", "net": "1"})
    assert (good.status_code, good.headers["location"]) == (303, "/form/1")


async def test_repeated_fields_are_shown_again_joined() -> None:
    request = request_of(content_type="application/x-www-form-urlencoded")
    request.scope["state"]["form_pairs"] = [("tags", "甲"), ("tags", "乙")]
    assert await pages.typed_values(request) == {"tags": "甲；乙"}


def test_a_search_form_is_read_from_the_query() -> None:
    class Search(msgspec.Struct, frozen=True, kw_only=True):
        name: ShortText | None = None

    assert pages.parse_query(request_of(query="name=%E7%94%B2"), Search) == Search(name="甲")


def test_a_reading_route_must_not_ask_for_the_writer() -> None:
    @get("/sneaky")
    async def sneaky(writer: NamedDependency[Work]) -> None: ...

    with pytest.raises(ImproperlyConfiguredException, match="must not write"):
        create_app(Settings(data_dir=Path("unused")), further=[sneaky])


def test_a_route_reads_json_bodies_only() -> None:
    @post("/sneaky")
    async def sneaky(data: URLEncodedBody[TicketIn]) -> None: ...

    with pytest.raises(ImproperlyConfiguredException, match="JSONBody"):
        create_app(Settings(data_dir=Path("unused")), further=[sneaky])


async def test_an_error_page_does_without_assets(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> str:
        raise FileNotFoundError("run `make assets`")

    monkeypatch.setattr("registry.kernel.http.templates.render", missing)
    answer = await web.get("/nowhere")
    assert answer.status_code == 404
    assert "找不到" in answer.text
    assert "content-security-policy" in answer.headers


async def test_what_else_the_framework_refuses_keeps_its_status(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/v1/fail/teapot")
    assert (answer.status_code, answer.json()["code"]) == (418, "refused")


def test_the_business_day_is_chinese_time() -> None:
    act = Act(actor="local", now=datetime(2022, 9, 11, 17, 0, tzinfo=UTC))
    assert act.today == date(2022, 9, 12)
