"""Each list of lines holds the same rows in the same order by whichever statement it is found: for every
caller and filter, against what the rows themselves say."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date
from itertools import product
from typing import Any

import httpx
import msgspec
import pytest

from registry.divisions import service as divisions
from registry.gains import listing_queries, service
from registry.gains.listing import LineFilter, Listed
from registry.kernel.db.transactions import Scope
from registry.kernel.text.periods import period
from tests.lists import ACT, Fits, Row, Seeded, scopes, seeded
from tests.servers import Server
from tests.serving import serving

ROWS = """
    select gain_line_id, village_code, household_id, contract_id, recognised_on, state, cash_gain
    from gain_line
    where superseded_at is null
    order by gain_line_id
"""
LATE = """
    update gain_line set recognised_on = recognised_on + 30
    where left(gain_line_id::text, 1) in ('1', '5', '9', 'd')
"""
CLOSE = "update gain_line set superseded_at = recorded_at where left(gain_line_id::text, 1) in ('2', 'a')"
GAPS = """
    update gain_line
    set state = 'incomplete', missing = '{delivery}', cash_gain = null, labour_adjusted_gain = null,
      income_wage = null, income_business = null, income_property = null, income_transfer = null
    where left(gain_line_id::text, 1) in ('3', '5', 'b')
"""
PERIODS = """
    insert into household_period select * from household_period_of_lines
"""


LOSE = """
    update gain_line set cash_gain = -9, income_business = -9 where left(gain_line_id::text, 1) in ('7', 'f')
"""
ONLY = ("losing", "incomplete", "provisional")


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """Lines, some recognised later, some incomplete, some superseded."""

    seeded: Seeded
    rows: list[Row]

    def filters(self) -> list[tuple[LineFilter, Fits]]:
        """What a list is narrowed to, and whether a row fits."""
        some, village = self.rows[5], self.rows[0]["village_code"]
        household, contract, year = some["household_id"], some["contract_id"], period("2022")
        december = period("2023-12")

        def within(row: Row) -> bool:
            return bool(december.first <= row["recognised_on"] <= december.last)

        return [
            (LineFilter(), lambda _: True),
            (LineFilter(state="incomplete"), lambda row: row["state"] == "incomplete"),
            (LineFilter(period=december), within),
            (LineFilter(household_id=household), lambda row: row["household_id"] == household),
            (LineFilter(contract_id=contract), lambda row: row["contract_id"] == contract),
            (
                LineFilter(household_id=household, contract_id=contract, period=year),
                lambda row: (
                    (row["household_id"], row["contract_id"]) == (household, contract)
                    and row["recognised_on"].year == 2022
                ),
            ),
            (
                LineFilter(division=village, period=december),
                lambda row: row["village_code"] == village and within(row),
            ),
            (
                LineFilter(division=village, contract_id=contract),
                lambda row: row["village_code"] == village and row["contract_id"] == contract,
            ),
        ]


@pytest.fixture(scope="module")
async def lists(server: Server, anyio_backend: str) -> AsyncIterator[Lists]:
    async with seeded(server) as found:
        await found.execute(LATE, CLOSE, GAPS, LOSE, "delete from household_period", PERIODS)
        yield Lists(seeded=found, rows=await found.rows(ROWS))


async def test_every_caller_and_filter(lists: Lists) -> None:
    faults, seen = [], 0
    for name, (scope, covers) in scopes(lists.rows).items():
        for wanted, fits in lists.filters():
            if wanted.division and not scope.covers(wanted.division):
                continue
            expected = [row["gain_line_id"] for row in lists.rows if covers(row) and fits(row)]
            found = await listed(lists, scope, wanted)
            seen += len(found)
            if found != expected:
                faults.append(f"{name}, {wanted}: {len(found)} instead of {len(expected)}")
    assert faults == []
    assert seen > 100


async def listed(lists: Lists, scope: Scope, wanted: LineFilter) -> list[object]:
    """The ids of the list, five at a time."""
    found: list[object] = []
    async with lists.seeded.read_as(scope) as work:
        while page := await service.lines(work, wanted, ACT.today, 5):
            found += [line.gain_line_id for line in page]
            wanted = msgspec.structs.replace(wanted, after=page[-1].gain_line_id)
    return found


async def test_the_page_of_a_place(lists: Lists) -> None:
    """Its total is that of the period as it is stored; its rows are in the order of villages and numbers."""
    async with serving(lists.seeded.settings) as client:
        for text in ("2022", "2022Q4", "2023-12", "2023"):
            of = period(text)
            expected = sum(of.first <= row["recognised_on"] <= of.last for row in lists.rows)
            answer = await client.get("/gains", params={"division": "421303000000", "period": text})
            assert answer.status_code == httpx.codes.OK
            assert f"共 {expected} " in answer.text, text
            assert answer.text.count('href="/gains/') == expected > 0
        none = await client.get("/gains", params={"division": "421303000000", "period": "2021"})
        assert 'href="/gains/' not in none.text


async def test_lines_behind_a_figure(lists: Lists) -> None:
    """On a day in the middle of the year: who lost, what is missing, what is provisional."""
    county, seen = "421303000000", dict.fromkeys(ONLY, 0)
    for text, today in product(
        ("2022", "2023", "2023-11", "2023-12"), (date(2023, 11, 20), date(2024, 2, 1))
    ):
        of = period(text)
        rows = [row for row in lists.rows if of.first <= row["recognised_on"] <= of.last]
        due = [row for row in rows if row["recognised_on"] < today]
        expected = {
            "losing": lost(rows, due),
            "incomplete": {row["gain_line_id"] for row in due if row["state"] == "incomplete"},
            "provisional": {row["gain_line_id"] for row in rows if row["recognised_on"] >= today},
        }
        async with lists.seeded.read_as(Scope.ALL) as work:
            place = await divisions.readable(work, county, today)
            for only in ONLY:
                asked = Listed(place=place, period=of, today=today, only=only, limit=100, offset=0)
                found = await listing_queries.gain_rows(work, asked)
                assert {row.gain_line_id for row in found} == expected[only], (text, today, only)
                assert {row.total for row in found} <= {len(found)}
                seen[only] += len(found)
    assert min(seen.values()) > 0, seen


def lost(rows: list[Row], due: list[Row]) -> set[object]:
    """The lines of households whose recognised lines are complete and add up to a loss."""
    gains: dict[object, list[Any]] = defaultdict(list)
    for row in due:
        gains[row["household_id"]].append(row["cash_gain"])
    losing = {one for one, own in gains.items() if None not in own and sum(own) < 0}
    return {row["gain_line_id"] for row in rows if row["household_id"] in losing}
