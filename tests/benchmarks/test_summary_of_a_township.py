"""A township's summary must not slow down because other townships are in the same database."""

from datetime import date

import pytest

from registry.demo.places import TOWNSHIP
from registry.divisions import service as divisions
from registry.kernel.db.transactions import Database
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.text.periods import period
from registry.kernel.work import Act
from registry.summaries import service
from registry.summaries.model import Asked, Summary
from tests.benchmarks.measuring import Report
from tests.serving import NOW

pytestmark = pytest.mark.benchmarks
BOUND = 1.5
TODAY = date(2024, 2, 1)


async def summary(database: Database) -> Summary:
    """What the route does between its parameters and its answer, by village."""
    async with database.reader(LOCAL_OPERATOR, Act(actor=LOCAL_OPERATOR.actor, now=NOW)) as conn:
        place = await divisions.places(conn, TOWNSHIP, TODAY)
        asked = Asked(place=place, period=period("2022"), today=TODAY, by="village")
        return await service.summary(conn, asked)


async def test_as_fast_among_200_thousand_households_as_among_3_thousand(
    small: Database, large: Database, report: Report
) -> None:
    found = await summary(large)
    assert found == await summary(small)
    assert found.indicators["households_linked"].value == found.counts.valid > 1900
    ratio = await report.compare(
        "township summary",
        per="service call",
        first=("200,000 households", lambda: summary(large)),
        second=("3,000 households", lambda: summary(small)),
        rounds=31,
        bound=BOUND,
    )
    assert ratio.ratio <= BOUND, report.table()
