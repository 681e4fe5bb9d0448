"""Assets over HTTP, and the switch for large type."""

import httpx
import pytest

from registry.kernel.http import assets


async def test_assets_are_served_packed_and_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get(assets.url("app.css"), headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert ".band" in answer.text


async def test_plain_bytes_for_who_takes_no_encoding(client: httpx.AsyncClient) -> None:
    answer = await client.get(assets.url("favicon.svg"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith("<svg")


@pytest.mark.parametrize("name", ["app.css", "manifest.json", "%2e%2e%2fsettings.py"])
async def test_other_names_are_not_found(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/static/{name}")).status_code == 404


async def test_large_type_is_kept_by_the_browser(client: httpx.AsyncClient) -> None:
    page = {"accept": "text/html"}
    on = await client.post("/display", data={"large": "1", "back": "/contracts?year=2022"}, headers=page)
    assert (on.status_code, on.headers["location"]) == (303, "/contracts?year=2022")
    assert "HttpOnly" in on.headers["set-cookie"]
    assert client.cookies["type"] == "large"
    off = await client.post("/display", data={"back": "https://elsewhere.example/"}, headers=page)
    assert (off.status_code, off.headers["location"]) == (303, "/")
    assert "type" not in client.cookies


async def test_hostile_forms_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/display", content=b"\xff\xfe=%zz", headers={"content-type": "text/plain"})
    assert 400 <= answer.status_code < 500
