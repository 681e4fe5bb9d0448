"""A walk over the pages of the demo in chromium: widths of a phone and of an office, no complaint of the
console, nothing wider than the screen, light pages, every link leading somewhere."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.faults.processes import registry

pytestmark = pytest.mark.browser
FIRST_WEIGHT, LATER_WEIGHT = 100_000, 25_000
TOWNSHIP, VILLAGE = "421303187000", "421303187236"
FIELD = (
    f"/divisions/{TOWNSHIP}?period=2022",
    f"/divisions/{VILLAGE}?period=2022",
    f"/gains?division={VILLAGE}&period=2022",
    f"/gains?division={TOWNSHIP}&period=2022&only=losing",
    f"/households?division={VILLAGE}",
    "/households/new",
    f"/households/paste?division={VILLAGE}",
    f"/contracts?division={VILLAGE}",
    f"/deliveries?division={VILLAGE}",
    "/market-prices",
    "/account",
)
STARTS = {"clerk": FIELD, "admin": ("/users", "/account")}


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """A running demo: its address, and the passwords of its users."""

    url: str
    passwords: dict[str, str]

    @contextmanager
    def client(self, who: str) -> Iterator[httpx.Client]:
        """Somebody who has signed in."""
        with httpx.Client(base_url=self.url, timeout=30, headers={"accept": "text/html"}) as client:
            answer = client.post("/login", data={"username": who, "password": self.passwords[who]})
            assert answer.status_code == 303, answer.text
            yield client

    @contextmanager
    def page(self, chromium: Browser, who: str, width: int = 1280) -> Iterator[Page]:
        """The same in a browser."""
        context = chromium.new_context(viewport={"width": width, "height": 800}, base_url=self.url)
        page = context.new_page()
        page.goto("/login")
        page.fill("#username", who)
        page.fill("#password", self.passwords[who])
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/login" not in url)
        yield page
        context.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    process = registry({}, "demo", "--json")
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        yield Demo(url=said["url"], passwords={who: one["password"] for who, one in said["users"].items()})
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def links(text: str) -> set[str]:
    return {found.replace("&amp;", "&") for found in re.findall(r'href="(/[^"#]*)', text)}


Walked: TypeAlias = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def walked(demo: Demo) -> Walked:
    """The pages to look at, by user: the starting points and one page of each further kind they lead to."""
    return {who: walk(demo, who, start) for who, start in STARTS.items()}


def walk(demo: Demo, who: str, start: Sequence[str]) -> dict[str, str]:
    with demo.client(who) as client:
        pages = {path: client.get(path).text for path in start}
        for _ in range(2):
            for path in sorted({link for text in pages.values() for link in links(text)}):
                if kind(path) not in {kind(known) for known in pages} and looks_like_page(path):
                    pages[path] = client.get(path).text
    return pages


def kind(path: str) -> str:
    """An address without its ids and query."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", path.partition("?")[0])


def looks_like_page(path: str) -> bool:
    return not path.startswith(("/static/", "/api/"))


def test_every_kind_of_page_is_reached(walked: Walked) -> None:
    kinds = {kind(path) for pages in walked.values() for path in pages}
    for wanted in (
        "/households/{id}",
        "/households/{id}/statement",
        "/households/{id}/edit",
        "/contracts/{id}",
        "/deliveries/{id}",
        "/gains/{id}",
        "/users/{id}",
        "/account/totp",
    ):
        assert wanted in kinds, sorted(kinds)


def test_every_link_leads_somewhere(demo: Demo, walked: Walked) -> None:
    dead: dict[tuple[str, str], int] = {}
    for who, pages in walked.items():
        by_kind = {kind(link): link for text in pages.values() for link in links(text)}
        with demo.client(who) as client:
            dead |= {(who, link): client.get(link).status_code for link in sorted(by_kind.values())}
    assert {link: status for link, status in dead.items() if status >= 400} == {}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("who", STARTS)
def test_pages_fit_and_nobody_complains(
    chromium: Browser, demo: Demo, walked: Walked, who: str, width: int
) -> None:
    said: list[str] = []
    wide = []
    with demo.page(chromium, who, width) as page:

        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                said.append(f"{page.url}: {message.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        for path in walked[who]:
            page.goto(path)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append(path)
    assert (said, wide) == ([], [])


def test_a_statement_is_one_sheet(chromium: Browser, demo: Demo, walked: Walked) -> None:
    with demo.page(chromium, "clerk") as page:
        for path in [path for path in walked["clerk"] if kind(path) == "/households/{id}/statement"]:
            page.goto(path)
            sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
            assert (path, sheets) == (path, 1)


def test_pages_are_light(demo: Demo, walked: Walked) -> None:
    weights = {
        (who, path): len(gzip.compress(text.encode()))
        for who, pages in walked.items()
        for path, text in pages.items()
    }
    assert {path: weight for path, weight in weights.items() if weight > LATER_WEIGHT} == {}
    text = walked["clerk"][FIELD[0]]
    with httpx.Client(base_url=demo.url, headers={"accept-encoding": "gzip"}) as client:
        parts = [
            link for link in links(text) | set(re.findall(r'src="(/[^"]+)"', text)) if "/static/" in link
        ]
        first = sum(int(client.get(link).headers["content-length"]) for link in parts)
    assert first + weights["clerk", FIELD[0]] < FIRST_WEIGHT
