"""Compressed answers: which, how they are labelled, and what keeps its own bytes."""

import gzip
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream

from registry.kernel.http import assets
from registry.kernel.http.web import AnyRequest, versioned
from registry.kernel.work import Work
from tests.serving import providers_on, serving

LONG = "合同" * 1000


@get("/long", sync_to_thread=False)
def long_answer(request: AnyRequest) -> Response[dict[str, str]]:
    return versioned(request, {"text": LONG}, 3)


@get("/short", sync_to_thread=False)
def short_answer(request: AnyRequest) -> Response[dict[str, str]]:
    return versioned(request, {"text": "合同"}, 3)


@get("/rows", sync_to_thread=False)
def streamed_answer() -> Stream:
    return Stream(iter([LONG.encode(), b"", "完".encode()]), media_type="text/csv")


@post("/api/v1/long")
async def long_change(writer: NamedDependency[Work]) -> dict[str, str]:
    return {"text": LONG, "id": str(uuid4())}


@pytest.fixture
async def plain(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    """A client that asks for no encoding by itself."""
    routes = [long_answer, short_answer, streamed_answer, long_change]
    async with serving(providers=providers_on(work), further=routes) as client:
        client.headers.pop("accept-encoding", None)
        yield client


async def _raw(
    client: httpx.AsyncClient, path: str, method: str = "GET", **headers: str
) -> tuple[httpx.Response, bytes]:
    async with client.stream(method, path, headers=headers) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_a_long_answer_is_compressed_where_it_is_understood(plain: httpx.AsyncClient) -> None:
    answer, body = await _raw(plain, "/long", **{"accept-encoding": "gzip, deflate"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert int(answer.headers["content-length"]) == len(body) < 300
    assert LONG in gzip.decompress(body).decode()
    untouched, body = await _raw(plain, "/long", **{"accept-encoding": "identity"})
    assert "content-encoding" not in untouched.headers
    assert LONG in body.decode()


async def test_a_compressed_answer_keeps_the_version_a_change_has_to_name(plain: httpx.AsyncClient) -> None:
    answer, _ = await _raw(plain, "/long", **{"accept-encoding": "gzip"})
    assert answer.headers["etag"] == '"3"'
    known = {"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]}
    again, body = await _raw(plain, "/long", **known)
    assert (again.status_code, body) == (304, b"")


async def test_a_short_answer_stays_as_it_is(plain: httpx.AsyncClient) -> None:
    answer, _ = await _raw(plain, "/short", **{"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"] == '"3"'


async def test_built_files_are_not_compressed_twice(plain: httpx.AsyncClient) -> None:
    style = assets.url("app.css")
    answer, body = await _raw(plain, style, **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert not gzip.decompress(body).startswith(b"\x1f\x8b")


async def test_head_has_the_length_and_no_body(plain: httpx.AsyncClient) -> None:
    answer = await plain.head("/long", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == b""


@pytest.mark.parametrize("refused", ["gzip;q=0", "gzip; q=0.0, deflate", "deflate, GZIP;Q=0", "x-gzip", "br"])
async def test_a_client_that_refuses_gzip_gets_none(plain: httpx.AsyncClient, refused: str) -> None:
    answer, body = await _raw(plain, "/long", **{"accept-encoding": refused})
    assert "content-encoding" not in answer.headers
    assert LONG in body.decode()


async def test_a_stream_comes_whole_in_either_encoding(plain: httpx.AsyncClient) -> None:
    answer, packed = await _raw(plain, "/rows", **{"accept-encoding": "gzip"})
    assert (answer.headers["content-encoding"], "content-length" in answer.headers) == ("gzip", False)
    untouched, body = await _raw(plain, "/rows")
    assert "content-encoding" not in untouched.headers
    assert gzip.decompress(packed) == body == f"{LONG}完".encode()


async def test_a_kept_answer_is_repeated_in_the_encoding_of_each_request(plain: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "k1"}
    first, packed = await _raw(plain, "/api/v1/long", "POST", **key, **{"accept-encoding": "gzip"})
    again, body = await _raw(plain, "/api/v1/long", "POST", **key)
    third, repacked = await _raw(plain, "/api/v1/long", "POST", **key, **{"accept-encoding": "gzip"})
    assert (first.status_code, again.status_code, third.status_code) == (201, 201, 201)
    assert "content-encoding" not in again.headers
    assert first.headers["content-encoding"] == third.headers["content-encoding"] == "gzip"
    assert again.headers["idempotency-replayed"] == third.headers["idempotency-replayed"] == "true"
    assert gzip.decompress(packed) == gzip.decompress(repacked) == body
