"""Reports how far a request walks and how often the source repeats itself; holds nothing to a bound.

.venv/bin/pytest -m benchmarks -n 0 -s tests/benchmarks/test_structure.py
"""

import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import msgspec
import pytest

import registry
from registry.app import HOOKS
from registry.kernel.db.transactions import Database, Identity, Scope
from registry.kernel.http.web import Providers
from registry.kernel.work import Act
from registry.settings import Settings
from tests.access import people
from tests.benchmarks import source
from tests.contracts.browse import visit
from tests.contracts.desk import component
from tests.demo.building import BUILT
from tests.messages import logged
from tests.serving import serving

pytestmark = pytest.mark.benchmarks
OPERATOR = Identity(actor="operator", read=Scope.ALL, write=Scope.ALL)
TOWNSHIP, VILLAGE = "421303187000", "421303187236"
PACKAGE = str(Path(registry.__file__).parent)
TICKET = """
    select d.contract_id, d.household_id, d.product_code, d.day
    from delivery as d
    where d.village_code = $1 and d.household_id is not null and d.voided_at is null
    order by d.day desc, d.delivery_id limit 1
"""


class Walk(msgspec.Struct):
    """What a request enters of registry/."""

    calls: int = 0
    functions: set[tuple[str, str]] = msgspec.field(default_factory=set)
    files: set[str] = msgspec.field(default_factory=set)

    def note(self, frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(PACKAGE):
            self.calls += 1
            self.files.add(name)
            if not frame.f_code.co_name.startswith("<"):  # lambdas and comprehensions belong to one that is
                self.functions.add((name, frame.f_code.co_qualname))


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    request: str
    messages: int
    functions: int
    files: int
    calls: int


Send = Callable[[], Awaitable[httpx.Response]]


class Meter:
    """Measures requests, each after others like it were sent: plans and caches are made then."""

    def __init__(self, seen: list[str]) -> None:
        self.seen = seen
        self.found: list[Measured] = []

    async def measure(self, name: str, prepare: Callable[[], Awaitable[Send]], status: int) -> None:
        """prepare: makes a request; what it does itself is not measured."""
        for _ in range(2):
            answer = await (await prepare())()
            assert answer.status_code == status, answer.text
        send, walk = await prepare(), Walk()
        self.seen.clear()
        sys.setprofile(walk.note)
        try:
            await send()
        finally:
            sys.setprofile(None)
        self.found.append(
            Measured(
                request=name,
                messages=len(self.seen),
                functions=len(walk.functions),
                files=len(walk.files),
                calls=walk.calls,
            )
        )


async def last_ticket(database: Database) -> dict[str, str]:
    """The latest of the village: one more of the same household is measured."""
    async with database.reader(OPERATOR, Act(actor=OPERATOR.actor, now=BUILT)) as work:
        row = await work.conn.fetchrow(TICKET, VILLAGE)
    assert row is not None
    return {name: str(value) for name, value in row.items()}


class Tickets:
    """Weigh tickets of one household, each with other weights, over whatever is unlikely about them."""

    def __init__(self, client: httpx.AsyncClient, last: dict[str, str]) -> None:
        self.client = client
        self.body = {**last, "unit": "kg", "tare": "10.00"}
        self.reasons: list[dict[str, str]] = []
        self.gross = 100

    async def ready(self) -> Send:
        return self.send

    async def send(self) -> httpx.Response:
        self.gross += 1
        body = {**self.body, "gross": f"{self.gross}.00", "overrides": self.reasons}
        return await self.client.post(
            "/api/v1/deliveries", json=body, headers={"idempotency-key": str(uuid4())}
        )

    async def learn(self) -> None:
        """Finds out which warnings have to be answered."""
        found = (await self.send()).json().get("warnings", [])
        self.reasons = [
            {"code": one["code"], "pointer": one["pointer"], "reason": "示例理由"} for one in found
        ]


class Annex:
    """Step 3 of a draft with one row, whose area changes each time."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.address = ""
        self.area = 100

    async def prepare(self) -> None:
        """A draft as step 2 leaves it."""
        buyers = (await self.client.get("/api/v1/organizations", params={"kind": "enterprise"})).json()
        body = {
            "village_code": VILLAGE,
            "title": "示例辣椒订单合同",
            "starts_on": "2023-03-01",
            "ends_on": "2023-12-31",
            "parties": [{"role": "buyer", "organization_id": buyers["items"][0]["organization_id"]}],
            "components": [component("4.00")],
        }
        answer = await self.client.post("/api/v1/contracts", json=body)
        assert answer.status_code == 201, answer.text
        self.address = f"/contracts/{answer.json()['contract_id']}/edit/annex"

    async def ready(self) -> Send:
        """What the clerk sends: the page with its first row ticked and another area."""
        self.area += 1
        row = {"chosen": "true", "area_mu": f"{self.area / 100}", "planned_kg": "1500", "displaced": "中籼稻"}
        filled = {f"rows-0-{name}": value for name, value in row.items()}
        page = await visit(self.client, self.address)
        kept = [(name, value) for name, value in page.values if name not in filled]
        form = urlencode([*kept, *filled.items(), ("_submit", "1")])
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return partial(self.client.post, self.address, content=form, headers=headers)


def reading(client: httpx.AsyncClient, address: str) -> Callable[[], Awaitable[Send]]:
    async def ready() -> Send:
        return partial(client.get, address)

    return ready


async def measure(meter: Meter, client: httpx.AsyncClient, last: dict[str, str]) -> None:
    """The four requests of the table in docs/ARCHITECTURE.md."""
    tickets, annex = Tickets(client, last), Annex(client)
    await tickets.learn()
    await meter.measure("POST /deliveries, one ticket", tickets.ready, 201)
    await annex.prepare()
    await meter.measure("step 3 of a draft, one changed row", annex.ready, 303)
    summary = f"/api/v1/divisions/{TOWNSHIP}/summary?period=2022&by=village"
    await meter.measure("township summary by village", reading(client, summary), 200)
    statement = f"/households/{last['household_id']}/statement?year=2022"
    await meter.measure("household statement", reading(client, statement), 200)


async def test_structure(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with logged(monkeypatch) as seen:
        database = await Database.open(demo, HOOKS)
        try:
            async with database.writer(OPERATOR, Act(actor=OPERATOR.actor, now=BUILT)) as work:
                clerk = await people.person(work, "clerk", TOWNSHIP)
                token = await people.token(work, clerk, expires_at=BUILT + timedelta(days=1))
            given = Providers(
                reader=database.reader, writer=database.writer, short=database.short, clock=lambda: BUILT
            )
            meter = Meter(seen)
            async with serving(demo, given, caller=None) as client:
                client.headers.update(people.bearer(token))
                await measure(meter, client, await last_ticket(database))
        finally:
            await database.close()
    print(f"\n\n{walked(meter.found)}\n\n{written(source.figures())}")


def walked(found: Sequence[Measured]) -> str:
    """A line a request."""
    lines = [f"{'':40}{'messages':>10}{'functions':>11}{'files':>7}{'calls':>9}"]
    lines += [
        f"{one.request:40}{one.messages:>10}{one.functions:>11}{one.files:>7}{one.calls:>9}" for one in found
    ]
    return "\n".join(lines)


def written(found: source.Figures) -> str:
    """The source in figures."""
    per_name = found.declared / found.names
    lines = [
        f"field declarations / names: {found.declared} / {found.names} = {per_name:.2f}",
        f"keyword arguments that only copy: {found.copied}",
        f"modules outside a kind's own that name one: {len(found.kinds)} {', '.join(found.kinds)}",
        f"lines: {sum(found.lines.values())}",
        *(f"  {feature:20}{count:>7}" for feature, count in sorted(found.lines.items())),
    ]
    return "\n".join(lines)
