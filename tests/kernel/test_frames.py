"""Who and where every page says, the menu, and the size of its type, from the request."""

from uuid import uuid4

import httpx

PAGE = {"accept": "text/html"}


async def test_even_an_error_is_shown_in_the_frame(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing/here?x=1", headers=PAGE)
    assert answer.status_code == 404
    assert 'name="back" value="/nothing/here"' in answer.text  # what was searched for is not said again
    assert 'class="govuk-template"' in answer.text


async def test_large_type_follows_the_cookie(client: httpx.AsyncClient) -> None:
    await client.post("/display", data={"large": "1", "back": "/"}, headers=PAGE)
    answer = await client.get("/nothing/here", headers=PAGE)
    assert 'class="govuk-template large"' in answer.text


async def test_the_frame_says_as_whom_and_leads_to_what_that_role_has(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/contracts/{uuid4()}", headers=PAGE)
    assert answer.status_code == 404
    assert "乡镇经办" in answer.text
    assert 'href="/audit"' in answer.text
    assert 'href="/users"' not in answer.text
