"""Each list of tickets holds the same rows in the same order by whichever statement it is found: for every
caller and filter, against what the rows themselves say."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import msgspec
import pytest

from registry.fulfilment import service
from registry.fulfilment.model import DeliveryFilter
from registry.kernel.db.transactions import Scope
from tests.demo.building import BUILT
from tests.lists import Fits, Row, Seeded, partner, scopes, seeded
from tests.servers import Server
from tests.serving import serving

ROWS = """
    select d.delivery_id, d.village_code, d.contract_id, d.product_code, d.season_id, d.day, d.net_kg,
      d.voided_at is not null as voided, exists (
        select from delivery_price as p where p.delivery_id = d.delivery_id and p.missing is not null
      ) as unpriced, d.updated_at, array_remove(d.household_id || array(
        select a.household_id from allocation as a where a.delivery_id = d.delivery_id
      ), null) as households
    from delivery as d
    order by d.day desc, d.delivery_id desc
"""
VOID = """
    update delivery
    set voided_at = updated_at, voided_by = 'x', void_reason = 'x', updated_at = updated_at - interval '1 day'
    where left(delivery_id::text, 1) in ('0', '5')
"""
UNPRICE = """
    update delivery_price set unit_price = null, amount = null, missing = 'market_price'
    where left(delivery_id::text, 1) in ('1', '5')
"""


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets, some voided and some without a price."""

    seeded: Seeded
    rows: list[Row]

    @property
    def scopes(self) -> dict[str, tuple[Scope, Fits]]:
        return {**scopes(self.rows), "partner": partner(self.rows)}

    def filters(self) -> list[tuple[DeliveryFilter, Fits]]:
        """What a list is narrowed to, and whether a row fits."""
        shared = next(row for row in self.rows if len(row["households"]) > 1)
        some, village, day = self.rows[50], self.rows[0]["village_code"], date(2022, 9, 10)
        household, contract = shared["households"][0], some["contract_id"]
        season = some["season_id"]
        return [
            (DeliveryFilter(), lambda _: True),
            (DeliveryFilter(household_id=household), lambda row: household in row["households"]),
            (DeliveryFilter(contract_id=contract), lambda row: row["contract_id"] == contract),
            (
                DeliveryFilter(contract_id=contract, household_id=household, voided=False),
                lambda row: (
                    row["contract_id"] == contract and household in row["households"] and not row["voided"]
                ),
            ),
            (DeliveryFilter(season_id=season), lambda row: row["season_id"] == season),
            (DeliveryFilter(product_code="rice"), lambda _: False),
            (DeliveryFilter(first_day=day, last_day=day), lambda row: row["day"] == day),
            (DeliveryFilter(first_day=day, voided=True), lambda row: row["day"] >= day and row["voided"]),
            (DeliveryFilter(unpriced=True), lambda row: row["unpriced"]),
            (DeliveryFilter(unpriced=True, voided=False), lambda row: row["unpriced"] and not row["voided"]),
            (
                DeliveryFilter(unpriced=False, season_id=season),
                lambda row: not row["unpriced"] and row["season_id"] == season,
            ),
            (DeliveryFilter(updated_since=BUILT), lambda row: row["updated_at"] >= BUILT),
            (DeliveryFilter(division=village), lambda row: row["village_code"] == village),
            (
                DeliveryFilter(division=village, household_id=household),
                lambda row: row["village_code"] == village and household in row["households"],
            ),
        ]


@pytest.fixture(scope="module")
async def lists(server: Server, anyio_backend: str) -> AsyncIterator[Lists]:
    async with seeded(server) as found:
        await found.execute(VOID, UNPRICE)
        yield Lists(seeded=found, rows=await found.rows(ROWS))


async def listed(lists: Lists, scope: Scope, wanted: DeliveryFilter) -> list[Any]:
    """All of the list, seven at a time."""
    found: list[Any] = []
    async with lists.seeded.read_as(scope) as work:
        after = None
        while page := await service.deliveries(work, wanted, after=after, limit=7):
            found += page
            after = (page[-1].day, page[-1].delivery_id)
    return found


async def test_every_caller_and_filter(lists: Lists) -> None:
    faults, seen = [], 0
    for name, (scope, covers) in lists.scopes.items():
        for wanted, fits in lists.filters():
            if wanted.division and not scope.covers(wanted.division) and name != "partner":
                continue
            expected = [row["delivery_id"] for row in lists.rows if covers(row) and fits(row)]
            found = [row.delivery_id for row in await listed(lists, scope, wanted)]
            seen += len(found)
            if found != expected:
                faults.append(f"{name}, {wanted}: {len(found)} instead of {len(expected)}")
    assert faults == []
    assert seen > 1000


async def test_what_they_come_to(lists: Lists) -> None:
    for scope, covers in lists.scopes.values():
        for wanted, fits in lists.filters():
            if wanted.division or wanted.voided or wanted.unpriced is not None or wanted.updated_since:
                continue
            async with lists.seeded.read_as(scope) as work:
                totals = await service.deliveries_total(work, wanted)
            rows = [row for row in lists.rows if covers(row) and fits(row) and not row["voided"]]
            assert totals.deliveries == len(rows)
            assert totals.net_kg == sum(row["net_kg"] for row in rows)
            assert totals.amount == sum(4 * row["net_kg"] for row in rows if not row["unpriced"])
            assert totals.unpriced == sum(row["unpriced"] for row in rows)


async def test_a_page_adds_up_what_is_much_only_when_asked(lists: Lists) -> None:
    village = lists.rows[0]["village_code"]
    count = sum(not row["voided"] for row in lists.rows)
    async with serving(lists.seeded.settings) as client:
        shown = (await client.get("/deliveries")).text
        assert "totals=true" in shown
        assert "张有效" not in shown
        assert "合计（不含作废）" not in shown
        asked = (await client.get("/deliveries?totals=true")).text
        assert f"共 {count} 张有效" in asked
        assert "合计（不含作废）" in asked
        assert "张有效" in (await client.get(f"/deliveries?division={village}")).text
