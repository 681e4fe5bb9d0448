"""What row level security costs on a million rows, against the same statement with an explicit condition by a
role that no policy holds. The table is the deliveries, with its own indexes and policies.

1,000 villages in 20 townships of 5 counties, 10 contracts a village, rows in the order of their arrival.
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from registry.kernel.db.transactions import Conn, Identity, Scope, enter
from tests import adhoc
from tests.benchmarks.measuring import Ratio, Report
from tests.conftest import clone, drop
from tests.factories import world
from tests.servers import Server

pytestmark = pytest.mark.benchmarks
ROWS, BOUND, ROUNDS, WIDE_ROUNDS = 1_000_000, 1.5, 21, 5
BOUND_ANEW = 2  # planning and reading the row; the kept plan of a wide scope takes a thousand times as long
FILL = """
insert into delivery (county_code, delivery_id, village_code, contract_id, season_id, product_code, day,
  buyer_id, ticket_year, household_id, typed_unit, gross, tare, net_kg, source, created_at, created_by,
  updated_at, updated_by)
select left(village, 6), gen_random_uuid(), village, md5('c' || n % 10000)::uuid, $1, 'chili_dried',
  date '2022-01-01' + n / 3000, $2, 2022, md5('h' || n % 100000)::uuid, 'kg', 20, 10, 10, 'base', now(), 'x',
  now(), 'x'
from generate_series(0, $3 - 1) as n
cross join lateral (select '4213' || lpad((n % 5)::text, 2, '0') || lpad((100 + n / 5 % 4)::text, 3, '0')
  || lpad((200 + n / 20 % 50)::text, 3, '0') as village) as place
"""
STATEMENTS = {
    "count and sum": "select count(*), sum(net_kg) from delivery {}",
    "page of 50": """select delivery_id, day, net_kg, household_id from delivery {}
        order by day desc, delivery_id limit 50""",
}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A scope, the condition that says the same, and whether the bound holds for it."""

    scope: Scope
    where: str
    args: tuple[Any, ...]
    bound: bool = True


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What the first statement finds."""

    count: int
    sum: Decimal | None


class Million(msgspec.Struct, frozen=True, kw_only=True):
    """app: held by the policies. free: by none."""

    app: Conn
    free: Conn


@pytest.fixture(scope="module")
async def million(server: Server, anyio_backend: str) -> AsyncIterator[Million]:
    name = await clone(server)
    free: Conn = await asyncpg.connect(server.url("postgres", name))
    known = await world(free)
    await free.execute("set session_replication_role = replica")  # no contracts, no households
    await free.execute(FILL, known.season, known.enterprise, ROWS)
    await free.execute("vacuum analyze delivery")
    app: Conn = await asyncpg.connect(server.url("registry_app", name), timeout=60)
    for connection in (app, free):  # one after the other: workers would measure what else the machine does
        await connection.execute("set max_parallel_workers_per_gather = 0")
        await connection.execute("set statement_timeout = 0")
    yield Million(app=app, free=free)
    for connection in (app, free):
        await connection.close()
    await drop(server, name)


def between(scope: Scope, **more: Any) -> Case:
    return Case(
        scope=scope, where="where village_code between $1 and $2", args=(scope.first, scope.last), **more
    )


def listed(villages: tuple[str, ...]) -> Case:
    return Case(scope=Scope(villages=villages), where="where village_code = any($1)", args=(list(villages),))


def performing(contracts: tuple[UUID, ...]) -> Case:
    return Case(
        scope=Scope(contracts=contracts), where="where contract_id = any($1)", args=(list(contracts),)
    )


async def cases(conn: Conn) -> Mapping[str, Case]:
    contracts = await conn.fetch(
        "select distinct md5('c' || n % 10000)::uuid from generate_series(0, 499) as n"
    )
    ids = tuple(row[0] for row in contracts)
    villages = [f"4213{n % 5:02}{100 + n // 5 % 4}{200 + n // 20 % 50}" for n in range(1000)]
    mixed = Scope(first="421300100200", last="421300100249", villages=tuple(villages[1::100]))
    return {
        "village, 0.1 %": between(Scope.of_division("421300100200")),
        "township, 5 %": between(Scope.of_division("421300100000")),
        "10 villages of a list, 1 %": listed(tuple(villages[::100])),
        "50 villages of a list, 5 %": listed(tuple(villages[::20])),
        "township and 10 villages, 6 %": Case(
            scope=mixed,
            where="where village_code between $1 and $2 or village_code = any($3)",
            args=(mixed.first, mixed.last, list(mixed.villages)),
            bound=False,
        ),
        "partner of 10 contracts, 0.1 %": performing(ids[:10]),
        "partner of 100 contracts, 1 %": performing(ids[:100]),
        "partner of 500 contracts, 5 %": performing(ids),
        "county, 20 %": between(Scope.of_division("421300000000"), bound=False),
        "all": between(Scope.ALL, bound=False),
    }


async def entered(conn: Conn, scope: Scope) -> None:
    await enter(conn, Identity(actor="benchmark", read=scope, write=Scope.EMPTY))


async def test_policies_cost_no_more_than_a_condition(million: Million, report: Report) -> None:
    """For scopes of up to 5 % of the rows; wider ones are reported beside."""
    faults = []
    for name, case in (await cases(million.free)).items():
        for title, statement in STATEMENTS.items():
            secured, explicit = statement.format(""), statement.format(case.where)
            async with million.app.transaction():
                await million.app.execute("discard plans")
                await entered(million.app, case.scope)
                if case.bound:
                    faults += [
                        f"{name}, {title}: {line}" for line in await badly_planned(million.app, secured)
                    ]
                ratio = await compared(million, report, (name, title), (secured, explicit), case)
                if case.bound and ratio.ratio > BOUND:
                    faults.append(f"{name}, {title}: {ratio.ratio:.2f}")
    assert not faults, "\n".join((*faults, report.table()))


async def compared(
    million: Million, report: Report, title: tuple[str, str], statements: tuple[str, str], case: Case
) -> Ratio:
    secured, explicit = statements
    assert await million.app.fetch(secured) == await million.free.fetch(explicit, *case.args)
    return await report.compare(
        title[0],
        per=title[1],
        first=("policy", lambda: million.app.fetch(secured)),
        second=("condition", lambda: million.free.fetch(explicit, *case.args)),
        rounds=ROUNDS if case.bound else WIDE_ROUNDS,
        bound=BOUND if case.bound else None,
    )


async def badly_planned(conn: Conn, statement: str) -> list[str]:
    """Lines of a plan that asks something of each row, or calls a function of ours instead of its text."""
    plan = [row[0] for row in await conn.fetch(f"explain {statement}")]
    assert any("Index Cond" in line and "current_setting" in line for line in plan), "\n".join(plan)
    return [line for line in plan if re.search(r"SubPlan|Filter:|(read|write)_\w+\(|acting\(", line)]


async def test_a_plan_made_for_a_wide_scope_does_not_serve_a_narrow_one(
    million: Million, report: Report
) -> None:
    """As the kernel asks, with and without parameters, often enough for a plan to be kept."""
    village = between(Scope.of_division("421300100200"))
    plain = STATEMENTS["count and sum"]
    bare, args = plain.format(village.where), village.args
    for title, secured, given in (
        ("no parameter", plain.format(""), ()),
        ("a parameter", plain.format("where day >= $1"), (date(2000, 1, 1),)),
    ):
        for scope, times in ((Scope.ALL, 8), (village.scope, 1)):
            async with million.app.transaction():
                await entered(million.app, scope)
                for _ in range(times):
                    await adhoc.many(million.app, Sum, secured, *given)
        async with million.app.transaction():
            await entered(million.app, village.scope)
            ratio = await report.compare(
                "village after all",
                per=title,
                first=("policy", partial(adhoc.many, million.app, Sum, secured, *given)),
                second=("condition", partial(million.free.fetch, bare, *args)),
                rounds=ROUNDS,
                bound=BOUND_ANEW,
            )
        assert ratio.ratio <= BOUND_ANEW, report.table()
