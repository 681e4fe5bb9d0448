"""A clerk without JavaScript: opens a page, fills in its form, presses a button, follows redirects."""

import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx
import msgspec


class _Form(HTMLParser):
    """The fields of the form with id "form" as a browser would send them, and its address."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.action = ""
        self.values: list[tuple[str, str]] = []
        self.select = ""
        self.chosen: str | None = None
        self.area = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == "form"
            self.action = given["action"] if self.inside else self.action
        if not self.inside:
            return
        name = given.get("name", "")
        ticking = given.get("type") in ("checkbox", "radio")
        if tag == "input" and name and "disabled" not in given and (not ticking or "checked" in given):
            self.values.append((name, given.get("value", "")))
        elif tag == "select":
            self.select, self.chosen = name, None
        elif tag == "option" and self.select and (self.chosen is None or "selected" in given):
            self.chosen = given.get("value", "")
        elif tag == "textarea":
            self.area, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            self.values.append((self.select, self.chosen or ""))
            self.select = ""
        elif tag == "textarea" and self.area:
            self.values.append((self.area, self.text))
            self.area = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a clerk sees."""

    client: httpx.AsyncClient
    status: int
    address: str
    text: str

    @property
    def plain(self) -> str:
        """Without tags and line breaks; blocks are a blank apart."""
        apart = re.sub(r"</(td|th|dt|dd|li|p|div|h1|h2|h3|label|legend|option)>", " ", self.text)
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", apart)))

    @property
    def values(self) -> list[tuple[str, str]]:
        return self._form().values

    def value(self, name: str) -> str | None:
        """What stands in a field; None if it would not be sent."""
        return dict(self.values).get(name)

    def problems(self) -> list[tuple[str, str]]:
        """Address and text of every line of the error summary."""
        summary = re.search(r"govuk-error-summary__list.*?</ul>", self.text, re.DOTALL)
        found = re.findall(r'href="([^"]*)">(.*?)</a>', summary.group(0), re.DOTALL) if summary else []
        return [(html.unescape(href), html.unescape(text.strip())) for href, text in found]

    def _form(self) -> _Form:
        form = _Form()
        form.feed(self.text)
        assert form.action, self.text
        return form

    async def send(self, button: str = "_submit", drop: Sequence[str] = (), /, **fields: str) -> "Page":
        """Fills in fields ("__" stands for "-"), unticks those of `drop`, presses a button ("_next=x")."""
        form = self._form()
        filled = {name.replace("__", "-"): value for name, value in fields.items()}
        values = [(name, value) for name, value in form.values if name not in filled and name not in drop]
        name, _, value = button.partition("=")
        values += [*filled.items(), (name, value or "1")]
        return await post(self.client, form.action, values)


async def post(client: httpx.AsyncClient, address: str, values: list[tuple[str, str]]) -> Page:
    """Sends a form and follows the redirect."""
    body = urlencode(values)
    media = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post(address, content=body, headers=media)
    if answer.status_code == 303:
        return await visit(client, answer.headers["location"])
    return Page(client=client, status=answer.status_code, address=address, text=answer.text)


async def visit(client: httpx.AsyncClient, address: str) -> Page:
    """Opens a page; a redirect is followed."""
    answer = await client.get(address)
    if answer.status_code == 303:
        return await visit(client, answer.headers["location"])
    return Page(client=client, status=answer.status_code, address=address, text=answer.text)
