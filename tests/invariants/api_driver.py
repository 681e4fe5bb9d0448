"""What is asked for in the route matrix: every route on objects of four villages. Who asks: accounts.py."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from registry.app import HOOKS
from registry.kernel import changes
from registry.kernel.db import transactions
from registry.kernel.db.transactions import Conn, Identity
from registry.kernel.http import assets
from registry.kernel.http.callers import EVERYBODY, admitted
from registry.kernel.http.parameters import declared
from registry.kernel.http.web import Providers
from registry.kernel.work import Act, Work
from tests.factories import COUNTY, DRIED, RICE, SIBLING, STRANGER, VILLAGE
from tests.invariants.accounts import AREA, Who
from tests.invariants.populated import FAR, LETTERS, PHONES, Matrix
from tests.serving import NOW

OBJECTS = {"own": VILLAGE, "sibling": SIBLING, "stranger": STRANGER, "far": FAR, "missing": ""}
NOWHERE = "421303187998"
ECHOED = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[0-9a-f]{32}")
ACCOUNTS = ("account_id", "account_grant_id", "api_token_id", "session_id")
# What is in an address beside keys: of shared rows that are there.
FIXED = {
    "division_code": COUNTY, "crop_code": RICE, "product_code": DRIED, "grade_code": "first",
    "tag_code": "example", "area_code": AREA, "year": "2022",
}  # fmt: skip
KINDS = {
    "price-indices": "rural_cpi", "identifiers": "phone", "imports": "households", "history": "household",
}  # fmt: skip
QUERIES = {
    "division": "village_code", "household": "household_id", "contract": "contract_id",
    "record_id": "record_id",
}  # fmt: skip


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A method of a route, perhaps narrowed by one parameter of its query."""

    method: str
    path: str
    opt: dict[str, Any]
    names: frozenset[str]
    query: str = ""
    period: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}{self.query and f'?{self.query}='}"

    @property
    def free(self) -> bool:
        return bool(self.opt.get("open"))

    @property
    def reads_its_query(self) -> bool:
        """A page may do so without declaring it."""
        return not (self.free or self.names or self.path.startswith("/api/")) and self.method == "GET"

    @property
    def own(self) -> bool:
        """For whoever has signed in: about the caller's own account."""
        return bool(self.opt.get("signed_in"))

    @property
    def public(self) -> bool:
        """Whether all who sign in read the same here: no caller's place narrows it."""
        return not self.free and not self.own and self.opt.get("read") == EVERYBODY

    def admits(self, who: Who) -> bool:
        if self.free or not who.role:
            return self.free
        return self.own or who.role in admitted(self.opt, self.method)


def targets(app: Litestar) -> Iterator[Target]:
    """Every method of every route, and once more for each parameter that names a place or record."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                yield from _of(route, method, handler)


def _of(route: HTTPRoute, method: str, handler: HTTPRouteHandler) -> Iterator[Target]:
    parameters = declared(handler)
    path = re.sub(r":\w+}", "}", route.path)
    whole = Target(
        method=method,
        path=path,
        opt=dict(handler.opt),
        names=frozenset(re.findall(r"{(\w+)}", path)),
        period=any(one.name == "period" and one.required for one in parameters),
    )
    needed = {one.name for one in parameters if one.place == "query" and one.required} - {"period"}
    if needed:
        raise LookupError(f"{method} {path} needs {needed}: say what the matrix sends")
    yield whole
    asked = {one.name for one in parameters if one.place == "query"}
    if whole.reads_its_query:
        asked |= set(QUERIES)  # pages read their queries themselves
    for name in QUERIES:
        if name in asked:
            yield msgspec.structs.replace(whole, query=name)


@asynccontextmanager
async def undone(conn: Conn) -> AsyncIterator[None]:
    transaction = conn.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


def entering(conn: Conn) -> Providers:
    """As the pool, but all inside one transaction that will be undone: each enters with its identity."""

    @asynccontextmanager
    async def reader(identity: Identity, act: Act) -> AsyncIterator[Work]:
        async with conn.transaction():
            await transactions.enter(conn, identity)
            yield Work(conn, act, HOOKS)

    @asynccontextmanager
    async def writer(identity: Identity, act: Act) -> AsyncIterator[Work]:
        entered = transactions.Entered(conn, lambda: transactions.enter(conn, identity))
        async with entered.opened():
            work = Work(conn, act, HOOKS, start_over=entered.start_over)
            yield work
            await changes.settle(work)

    @asynccontextmanager
    async def short() -> AsyncIterator[Conn]:
        yield conn

    return Providers(reader=reader, writer=writer, short=short, clock=lambda: NOW)


def masked(answer: httpx.Response) -> tuple[int, str]:
    """Status and text without ids, traces and the codes of places asked for."""
    text = ECHOED.sub("…", answer.text)
    for code in (*OBJECTS.values(), NOWHERE):
        text = text.replace(code, "…") if code else text
    return answer.status_code, text


class ApiDriver(msgspec.Struct, frozen=True, kw_only=True):
    """The application as it is, on the database of four villages; what it may show to whom."""

    client: httpx.AsyncClient
    matrix: Matrix
    people: list[Who]
    targets: list[Target]
    examples: dict[tuple[str, str], Any]
    ids: dict[str, dict[str, str]]
    """Object ("own", "missing" …) to the name of each key and its value there."""

    def person(self, name: str) -> Who:
        return next(who for who in self.people if who.name == name)

    def named(self, target: Target, who: Who, object_: str) -> dict[str, str]:
        """The parameters of the address."""
        found = FIXED | self.ids[object_]
        if object_ != "missing":
            own = object_ == "own" and target.own and who.role
            other = self.person("clerk" if who.name != "clerk" else "cadre")
            found |= who.account if own else other.account
        found["kind"] = next((kind for part, kind in KINDS.items() if part in target.path), "")
        page = target.path.startswith("/contracts/")
        found["name"] = "terminate" if page else assets.url("app.css").rpartition("/")[2]
        return {name: found[name] for name in target.names}

    async def ask(self, target: Target, who: Who, object_: str) -> httpx.Response:
        """One request whose effects are undone."""
        address = target.path.format(**self.named(target, who, object_))
        query = {"period": "2022"} if target.period else {}
        if target.query:
            query[target.query] = self.ids[object_][QUERIES[target.query]]
        headers = {"idempotency-key": str(uuid4()), "if-match": '"1"'}
        headers |= who.token if target.path.startswith("/api/") else who.session
        sent: dict[str, Any] = {"params": query} if query else {}
        if target.method not in ("GET", "HEAD"):
            example = self.examples.get((target.method, target.path))
            sent |= {"data": {"x": ""}} if example is None else {"json": self.filled(example, object_)}
        async with undone(self.matrix.conn):
            return await self.client.request(target.method, address, headers=headers, **sent)

    async def heeded(self) -> list[Target]:
        """The targets without those parameters of pages that change nothing."""
        found, who = [], self.person("county")
        for target in self.targets:
            if target.query and target.reads_its_query and target.admits(who):
                own, missing = [await self.ask(target, who, name) for name in ("own", "missing")]
                if masked(own) == masked(missing):
                    continue
            found.append(target)
        return found

    def filled(self, body: Any, object_: str) -> Any:
        """A documented body about records of the object."""
        known = self.ids[object_]
        if isinstance(body, dict):
            return {
                key: known[key] if key in known and isinstance(one, str) else self.filled(one, object_)
                for key, one in body.items()
            }
        return [self.filled(one, object_) for one in body] if isinstance(body, list) else body

    def hidden(self, who: Who) -> list[str]:
        """The marks on rows this caller may not see, and the numbers in them."""
        if who.role == "partner":
            shown = {f"印记{LETTERS[village]}" for village in (VILLAGE, FAR)}
        else:
            seen = [village for village in LETTERS if who.read.covers(village)]
            shown = {f"{kind}记{LETTERS[village]}" for kind in "印他私" for village in seen}
            shown |= {PHONES[village] for village in seen}
        marks = [f"{kind}记{letter}" for kind in "印他私" for letter in LETTERS.values()]
        return [mark for mark in (*marks, *PHONES.values()) if mark not in shown]
