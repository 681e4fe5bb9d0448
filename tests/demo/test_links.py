"""Every link of the demo's pages leads somewhere; whatever is pointed at inside a page is there, once."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

from tests.serving import ORIGIN

EACH = 3  # pages of one kind that are looked at
VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<==)[^&]+|[0-9]{12}")
POINTERS = ("for", "aria-describedby", "aria-labelledby", "list", "aria-controls")


class Seen(HTMLParser):
    """The ids of a page, what it points at inside itself, and where its links and forms lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.inside: set[str] = set()
        self.links: set[str] = set()
        self.sent_to: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        if "id" in given:
            self.ids[given["id"]] += 1
        for name in POINTERS:
            self.inside |= set(given.get(name, "").split())
        for name in ("href", "src"):
            if name in given:
                self.links.add(given[name])
        if tag == "form" and given.get("method", "get") == "get":
            self.links.add(given.get("action", ""))
        if tag == "form" and given.get("method") == "post" and "action" in given:
            self.sent_to.add(given["action"])


def kind(address: str) -> str:
    return VARYING.sub("…", address)


class Walk:
    """Goes through the pages breadth first, and notes what is wrong."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.queue = deque([f"{ORIGIN}/"])
        self.known = {f"{ORIGIN}/"}
        self.kinds: Counter[str] = Counter()
        self.faults: list[str] = []

    async def go(self) -> None:
        while self.queue:
            address = self.queue.popleft()
            answer = await self.client.get(address, headers={"accept": "text/html"})
            at = address.removeprefix(ORIGIN)
            if answer.is_redirect:
                self.follow(address, answer.headers["location"])
            elif answer.status_code != 200:
                self.faults.append(f"{at}: {answer.status_code}")
            elif answer.headers["content-type"].startswith("text/html"):
                await self.look(address, at, Seen(answer.text))

    async def look(self, address: str, at: str, page: Seen) -> None:
        twice = [name for name, count in page.ids.items() if count > 1]
        self.faults += [f"{at}: the id {name} stands {page.ids[name]} times" for name in twice]
        self.faults += [f"{at}: nothing is called {name}" for name in sorted(page.inside - page.ids.keys())]
        for link in sorted(page.links):
            target, fragment = urldefrag(urljoin(address, link))
            if target == address and fragment and fragment not in page.ids:
                self.faults.append(f"{at}: nothing is called {fragment}")
            self.follow(address, link)
        for target in page.sent_to:
            status = (await self.client.post(urljoin(address, target), data={"csrf": ""})).status_code
            if status not in (
                303,
                400,
                422,
            ):  # an empty form is refused; how to display pages may be left out
                self.faults.append(f"{at}: {target} answers a form with {status}")

    def follow(self, address: str, link: str) -> None:
        target = urldefrag(urljoin(address, link)).url
        if urlsplit(target).netloc != urlsplit(ORIGIN).netloc:
            self.faults.append(f"{address}: leads away to {target}")
        elif target not in self.known and self.kinds[kind(target)] < EACH:
            self.known.add(target)
            self.kinds[kind(target)] += 1
            self.queue.append(target)


async def test_every_link_leads_somewhere(demo_client: httpx.AsyncClient) -> None:
    walk = Walk(demo_client)
    await walk.go()
    assert not walk.faults, "\n".join(walk.faults)
    found = {urlsplit(address).path for address in walk.kinds}
    assert found >= {
        "/divisions/…", "/contracts", "/contracts/…", "/contracts/new", "/deliveries", "/deliveries/…",
        "/gains", "/gains/…", "/households", "/households/…", "/households/…/statement", "/market-prices",
        "/contracts/…/deliveries/new",
    }  # fmt: skip
