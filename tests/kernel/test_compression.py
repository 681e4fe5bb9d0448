"""Compressed answers: which, how they are labelled, and what keeps its own bytes."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Response, get

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


@pytest.fixture
async def plain(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    """A client that asks for no encoding by itself."""
    async with serving(providers=providers_on(work), further=[long_answer, short_answer]) as client:
        client.headers.pop("accept-encoding", None)
        yield client


async def _raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers=headers) as answer:
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
