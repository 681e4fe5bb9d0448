"""Who and where every page says, the menu, and the size of its type, from the request."""

import httpx

PAGE = {"accept": "text/html"}


async def test_even_an_error_stands_in_the_frame(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing/here?x=1", headers=PAGE)
    assert answer.status_code == 404
    assert "本机操作员" in answer.text
    assert 'name="back" value="/nothing/here?x=1"' in answer.text
    assert 'class="govuk-template"' in answer.text


async def test_large_type_follows_the_cookie(client: httpx.AsyncClient) -> None:
    await client.post("/display", data={"large": "1", "back": "/"}, headers=PAGE)
    answer = await client.get("/nothing/here", headers=PAGE)
    assert 'class="govuk-template large"' in answer.text
