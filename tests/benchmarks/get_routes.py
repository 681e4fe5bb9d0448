"""Times every GET route of the application on a seeded database, as a township's clerk and as the county.

On a seeded database: DATABASE_URL=… python -m tests.benchmarks.get_routes [part of an address]
"""

import asyncio
import re
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from uuid import uuid4

import asyncpg
import httpx
import msgspec
from litestar.routes import HTTPRoute

from registry import settings as environment
from registry.demo.places import COUNTY, TOWNSHIP
from registry.kernel import logs
from registry.kernel.db.transactions import Conn, Identity, Scope, enter
from registry.kernel.http import assets
from registry.kernel.http.callers import EVERYBODY, Caller, admitted
from registry.kernel.http.web import AnyRequest
from registry.settings import Settings
from tests.serving import FindCaller, application, serving

ROUNDS, PATIENCE = 7, 3.0
PLACES = {"township": TOWNSHIP, "county": COUNTY}
OPERATOR = Identity(actor="operator", read=Scope.ALL, write=Scope.EMPTY)
# A household with tickets of its own and shares of others, and what belongs to it.
RECORDS = """
    select a.household_id, a.household_id as record_id, d.delivery_id, d.contract_id, d.season_id,
      d.village_code as village, d.buyer_id as organization_id, p.person_id, n.participant_id, l.land_use_id,
      g.gain_line_id
    from allocation as a
    join delivery as d using (county_code, delivery_id)
    join person as p on p.household_id = a.household_id
    join participant as n on n.household_id = a.household_id and n.contract_id = d.contract_id
    join participant_land_use as l on l.participant_id = n.participant_id
    join gain_line as g on g.participant_id = n.participant_id and g.superseded_at is null
    where d.village_code = (select max(village_code) from contract where village_code between $1 and $2)
    order by d.day, a.household_id
    limit 1
"""
FIXED = {
    "division_code": TOWNSHIP, "code": TOWNSHIP, "crop_code": "chili", "product_code": "chili_fresh",
    "grade_code": "first", "tag_code": "monitored", "area_code": "Q1", "year": "2022",
}  # fmt: skip
# By the part of the address before it.
KINDS = {"price-indices": "rural_cpi", "history": "household"}
# Records that are not seeded: what asking for one that is not there takes.
UNSEEDED = {
    "account_id", "cost_record_id", "entry_id", "framework_id", "import_batch_id", "market_price_id",
    "membership_id", "organization_contact_id", "own_sale_id", "ownership_id", "parcel_id",
    "reference_return_id",
}  # fmt: skip
# What a list is narrowed to besides the caller's place.
QUERIES = {
    "/api/v1/deliveries": (
        "division={village}", "household={household_id}", "contract={contract_id}", "season={season_id}",
        "division={village}&voided=false&first_day=2022-09-01", "unpriced=true",
    ),
    "/deliveries": ("division={village}", "household={household_id}", "contract={contract_id}"),
    "/api/v1/gains": (
        "division={village}&period=2022", "household={household_id}", "contract={contract_id}", "period=2022",
    ),
    "/gains": ("period=2022", "period=2022&only=losing", "division={village}&period=2022"),
    "/api/v1/households": ("division={village}", "q=00007", "q=示例户 7", "tag=monitored"),
    "/households": ("division={village}", "q=00007"),
    "/api/v1/contracts": ("division={village}", "household={household_id}", "organization={organization_id}"),
    "/contracts": ("division={village}",),
    "/divisions/{code}": ("period=2022",),
    "/api/v1/divisions/{code}/summary": ("period=2022", "period=2022&by=village"),
    "/households/{household_id}": ("year=2022",),
    "/households/{household_id}/statement": ("year=2022",),
    "/api/v1/entries": ("household={household_id}", "contract={contract_id}"),
    "/api/v1/cost-records": ("household={household_id}", "contract={contract_id}"),
    "/api/v1/cost-completions": ("household={household_id}", "contract={contract_id}"),
    "/api/v1/own-sales": ("household={household_id}", "contract={contract_id}"),
    "/api/v1/divisions": ("division={division_code}", "q=示例"),
    "/api/v1/audit-events": ("division={division_code}",),
}  # fmt: skip


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """Median milliseconds of an address asked alone, by whose caller; status and bytes of its answer."""

    address: str
    status: int
    size: int
    milliseconds: Mapping[str, float]

    @property
    def slowest(self) -> float:
        return max(self.milliseconds.values())


async def measure(settings: Settings, part: str = "") -> list[Timed]:
    """Every GET route, slowest first; `part`: only addresses with this in them."""
    wanted = [one for one in addresses(await records(settings)) if part in one]
    found: dict[str, list[tuple[httpx.Response, float]]] = {one: [] for one in wanted}
    for place in PLACES.values():
        async with serving(settings, caller=caller_of(place)) as client:
            for address in wanted:
                found[address].append(await _median(client, address))
    timed = [
        Timed(
            address=address,
            status=answers[0][0].status_code,
            size=len(answers[0][0].content),
            milliseconds={name: taken for name, (_, taken) in zip(PLACES, answers, strict=True)},
        )
        for address, answers in found.items()
    ]
    return sorted(timed, key=lambda one: one.slowest, reverse=True)


async def records(settings: Settings) -> dict[str, str]:
    """The ids the addresses name."""
    conn: Conn = await asyncpg.connect(settings.database_url)
    try:
        async with conn.transaction():
            await enter(conn, OPERATOR)
            scope = Scope.of_division(TOWNSHIP)
            row = await conn.fetchrow(RECORDS, scope.first, scope.last)
    finally:
        await conn.close()
    if row is None:
        raise LookupError("the database holds no shared ticket: registry seed")
    return {name: str(value) for name, value in row.items()}


def addresses(found: Mapping[str, str]) -> Iterator[str]:
    """Every GET route about the records `found`, and once more for each of its QUERIES."""
    for route in application().routes:
        if isinstance(route, HTTPRoute) and "GET" in route.methods:
            path = re.sub(r":\w+}", "}", route.path)
            yield filled(path, found)
            for query in QUERIES.get(path, ()):
                yield f"{filled(path, found)}?{query.format_map({**FIXED, **found})}"


def filled(path: str, found: Mapping[str, str]) -> str:
    """LookupError for a name of which nothing is known: say it in RECORDS, FIXED, KINDS or UNSEEDED."""
    parts = path.split("/")
    for at, part in enumerate(parts):
        name = part[1:-1] if part.startswith("{") else ""
        if name == "kind":
            parts[at] = next(KINDS[part] for part in parts if part in KINDS)
        elif name == "name":
            parts[at] = assets.url("app.css").rpartition("/")[2] if parts[1] == "static" else "complete"
        elif name in UNSEEDED:
            parts[at] = str(uuid4())
        elif name and name not in FIXED and name not in found:
            raise LookupError(f"GET {path}: no value for {name}")
        elif name:
            parts[at] = FIXED.get(name) or found[name]
    return "/".join(parts)


def caller_of(place: str) -> FindCaller:
    """Whoever the route admits, in the scope of a division."""

    async def find(request: AnyRequest) -> Caller:
        opt, scope = request.route_handler.opt, Scope.of_division(place)
        free = opt.get("open") or opt.get("signed_in")
        roles = EVERYBODY if free else admitted(opt, request.method)
        return Caller(
            username="benchmark",
            display_name="示例",
            role="clerk" if "clerk" in roles else roles[0],
            read=scope,
            write=scope,
            place_code=place,
            place_name="示例",
        )

    return find


async def _median(client: httpx.AsyncClient, address: str) -> tuple[httpx.Response, float]:
    """Of ROUNDS after one that is not counted; of fewer where one takes longer than PATIENCE seconds."""
    answer, taken = await client.get(address), list[float]()
    while len(taken) < ROUNDS and sum(taken) < PATIENCE:
        begun = time.perf_counter()
        await client.get(address)
        taken.append(time.perf_counter() - begun)
    return answer, statistics.median(taken) * 1000


def table(found: Sequence[Timed]) -> str:
    """One line an address."""
    head = "".join(f"{name:>12}" for name in PLACES)
    lines = [f"{'median ms':80}{'status':>8}{'bytes':>10}{head}"]
    for one in found:
        taken = "".join(f"{one.milliseconds[name]:>12.1f}" for name in PLACES)
        lines.append(f"{one.address:80}{one.status:>8}{one.size:>10}{taken}")
    return "\n".join(lines)


if __name__ == "__main__":
    logs.configure("ERROR")
    print(table(asyncio.run(measure(environment.load(), *sys.argv[1:2]))))
