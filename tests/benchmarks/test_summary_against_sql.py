"""A township's summary by village against the plainest SQL: weigh tickets counted and added up by village.

.venv/bin/pytest -m benchmarks -n 0 -s tests/benchmarks/test_summary_against_sql.py
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from registry.app import HOOKS
from registry.demo import seeding
from registry.demo.places import TOWNSHIP
from registry.kernel.db.transactions import Database
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import Act
from tests.benchmarks.conftest import SEEDED
from tests.benchmarks.measuring import Report
from tests.benchmarks.test_summary_of_a_township import summary
from tests.demo.building import with_base_data
from tests.servers import Server
from tests.serving import NOW

pytestmark = pytest.mark.benchmarks
HOUSEHOLDS, TICKETS = 400, 3
"""Per village, and per annex line: 19,200 households with 38,448 tickets of their own, and shared ones."""
BOUND = 6.0
"""It also counts who is linked, by the annex, and finds percentiles: what a plain sum does not."""
PLAIN = """
    select d.village_code, count(*), sum(p.amount)
    from delivery as d
    join delivery_price as p using (county_code, delivery_id)
    where d.county_code = left($1, 6) and d.village_code between $1 and left($1, 9) || '999'
    group by d.village_code
"""


@pytest.fixture(scope="module")
async def township(server: Server, anyio_backend: str) -> AsyncIterator[Database]:
    async with with_base_data(server) as settings, AsyncExitStack() as stack:
        database = await Database.open(settings, HOOKS)
        stack.push_async_callback(database.close)
        await seeding.begin(database, SEEDED)
        (only,) = seeding.townships(1, SEEDED)
        await seeding.fill(database, only, HOUSEHOLDS, SEEDED, years=[2022], tickets=TICKETS)
        await seeding.finish(settings)
        yield database


async def plain(database: Database) -> int:
    """How many villages have tickets."""
    async with database.reader(LOCAL_OPERATOR, Act(actor=LOCAL_OPERATOR.actor, now=NOW)) as work:
        return len(await work.conn.fetch(PLAIN, TOWNSHIP))


async def test_no_more_than_a_few_times_as_long_as_adding_up_the_tickets(
    township: Database, report: Report
) -> None:
    assert await plain(township) == len((await summary(township)).rows) == seeding.VILLAGES
    ratio = await report.compare(
        "township summary by village",
        per="19,200 households",
        first=("summary", lambda: summary(township)),
        second=("count, sum of tickets", lambda: plain(township)),
        rounds=15,
        bound=BOUND,
    )
    assert ratio.ratio <= BOUND, report.table()
