"""A walk over the pages of the demo in chromium: widths of a phone and of an office, no complaint of the
console, nothing wider than the screen, light pages, every link leading somewhere."""

import gzip
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage

from tests.faults.processes import address, registry

pytestmark = pytest.mark.browser
FIRST_WEIGHT, LATER_WEIGHT = 100_000, 25_000
TOWNSHIP, VILLAGE = "421303187000", "421303187236"
START = (
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
)


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of the demo."""
    process = registry({}, "demo")
    try:
        yield address(process)
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def links(text: str) -> set[str]:
    return {found.replace("&amp;", "&") for found in re.findall(r'href="(/[^"#]*)', text)}


@pytest.fixture(scope="module")
def walked(demo: str) -> dict[str, str]:
    """The pages to look at: the starting points and one page of each further kind they lead to."""
    with httpx.Client(base_url=demo, timeout=30) as client:
        pages = {path: client.get(path).text for path in START}
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


def test_every_kind_of_page_is_reached(walked: dict[str, str]) -> None:
    kinds = {kind(path) for path in walked}
    for wanted in (
        "/households/{id}",
        "/households/{id}/statement",
        "/households/{id}/edit",
        "/contracts/{id}",
        "/deliveries/{id}",
        "/gains/{id}",
    ):
        assert wanted in kinds, sorted(kinds)


def test_every_link_leads_somewhere(demo: str, walked: dict[str, str]) -> None:
    by_kind = {kind(link): link for text in walked.values() for link in links(text)}
    with httpx.Client(base_url=demo, timeout=30) as client:
        dead = {link: client.get(link).status_code for link in sorted(by_kind.values())}
    assert {link: status for link, status in dead.items() if status >= 400} == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_and_nobody_complains(
    chromium: Browser, demo: str, walked: dict[str, str], width: int
) -> None:
    said: list[str] = []
    page = chromium.new_page(viewport={"width": width, "height": 800})

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    wide = []
    for path in walked:
        page.goto(demo + path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    page.close()
    assert (said, wide) == ([], [])


def test_a_statement_is_one_sheet(chromium: Browser, demo: str, walked: dict[str, str]) -> None:
    page = chromium.new_page()
    for path in [path for path in walked if kind(path) == "/households/{id}/statement"]:
        page.goto(demo + path)
        sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
        assert (path, sheets) == (path, 1)
    page.close()


def test_pages_are_light(demo: str, walked: dict[str, str]) -> None:
    weights = {path: len(gzip.compress(text.encode())) for path, text in walked.items()}
    assert {path: weight for path, weight in weights.items() if weight > LATER_WEIGHT} == {}
    text = walked[START[0]]
    with httpx.Client(base_url=demo, headers={"accept-encoding": "gzip"}) as client:
        parts = [
            link for link in links(text) | set(re.findall(r'src="(/[^"]+)"', text)) if "/static/" in link
        ]
        first = sum(int(client.get(link).headers["content-length"]) for link in parts)
    assert first + weights[START[0]] < FIRST_WEIGHT
