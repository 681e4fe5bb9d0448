"""What the database adds up is what plain Python finds line by line, on generated places."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest

from registry.divisions import service as divisions
from registry.kernel.text.periods import period
from registry.kernel.work import Work
from registry.summaries import facts
from registry.summaries.model import Asked, By
from tests import deals, factories
from tests.deals import Deal
from tests.factories import CHILI, DRIED, RECORDED, RICE, SIBLING, STRANGER, TOWNSHIP, VILLAGE, insert, placed
from tests.summaries.oracle import Oracle

VILLAGES = (VILLAGE, SIBLING, STRANGER)
PERIODS = ("2022", "2022Q3", "2022Q4", "2022-11", "2023")
PLACES = (TOWNSHIP, VILLAGE, "Q1", factories.COUNTY)
TODAYS = (date(2022, 10, 1), date(2024, 2, 1))
WIDTHS: Sequence[tuple[By | None, str | None]] = (
    *((by, None) for by in (None, *get_args(By))),
    ("organization", "buyer"),
    ("organization", "organiser"),
)
DAYS = (date(2022, 9, 10), date(2022, 9, 30), date(2022, 11, 30), date(2023, 2, 20))


class Generated:
    """A county of three villages: households that moved, joined elsewhere, were counted or not; contracts
    that end early or late, annexes that change, lines of every state."""

    def __init__(self, work: Work, seed: int) -> None:
        self.work, self.random = work, Random(seed)
        self.households: dict[str, list[UUID]] = {village: [] for village in VILLAGES}

    def yuan(self, low: int = -900, high: int = 5000) -> str:
        return f"{self.random.randint(low * 100, high * 100) / 100:.2f}"

    def day(self, first: date = date(2022, 1, 1), days: int = 500) -> date:
        return first + timedelta(days=self.random.randrange(days))

    async def build(self) -> None:
        world = await factories.world(self.work)
        await self.area()
        for code in ("poor", "veteran"):
            said = {"label": code, "valid_from": date(2020, 1, 1), "source_text": "示例"}
            await insert(self.work, "tag", tag_code=code, **said | factories.BORN)
        for village in VILLAGES:
            for _ in range(5):
                await self.household(village)
        for village in (VILLAGE, SIBLING):  # homes within the place and outside, some joined twice
            for home in self.random.sample(self.households[STRANGER] + self.households[VILLAGE], 3):
                if home not in self.households[village]:
                    keys = {"home_county_code": factories.COUNTY_CODE, "home_household_id": home}
                    await self.household(village, **keys)
        for village in VILLAGES:
            for product, crop in ((DRIED, CHILI), (RICE, RICE), (DRIED, CHILI)):
                await self.contract(await deals.deal(self.work, world, village), world, product, crop)
        await deals.periods(self.work)

    async def area(self) -> None:
        first = {"valid_from": date(2020, 1, 1)}
        await insert(self.work, "area", area_code="Q1", name="示例片区", **first | factories.BORN)
        for code in (SIBLING, factories.OTHER_TOWNSHIP):
            member = {"area_code": "Q1", "division_code": code}
            await insert(self.work, "area_division", **member | first | factories.CREATED)

    async def household(self, village: str, **columns: Any) -> None:
        choose = self.random.choice
        moved = {"valid_to": self.day(), "end_kind": "moved"} if choose([False] * 5 + [True]) else {}
        household = await factories.household(self.work, village, **columns | moved)
        self.households[village].append(household)
        days = {self.day(date(2021, 6, 1), 700) for _ in range(choose((0, 1, 1, 2)))}
        for day in sorted(days):
            resident = choose((None, 0, 1, 2, 3, 5))
            await factories.headcount(
                self.work, household, village=village, counted_on=day, resident=resident
            )
        for code in self.random.sample(("poor", "veteran"), choose((0, 0, 1, 2))):
            first = self.day()
            said = {"household_id": household, "tag_code": code, "source": "api"}
            valid = {"valid_from": first, "valid_to": choose((None, first + timedelta(days=90)))}
            key = {"household_tag_id": uuid4()}
            await insert(self.work, "household_tag", **placed(village) | RECORDED | key | said | valid)

    async def contract(self, deal: Deal, world: factories.World, product: str, crop: str) -> None:
        choose = self.random.choice
        if choose((True, False)):
            await deals.party(
                self.work, deal.contract, "organiser", deal.village, organization_id=world.collective
            )
        status, completed, terminated = choose(
            (
                ("signed", None, None),
                ("completed", date(2022, 12, 1), None),
                ("completed", date(2022, 9, 20), None),
                ("terminated", None, date(2022, 8, 31)),
            )
        )
        await self.work.conn.execute(
            """update contract set ends_on = $2, status = $3, completed_on = $4, terminated_on = $5,
            status_reason = $6 where contract_id = $1""",
            deal.contract,
            choose((date(2022, 9, 30), date(2022, 12, 31), date(2023, 3, 1))),
            status,
            completed,
            terminated,
            "示例" if terminated else None,
        )
        update = "update component set product_code = $2 where component_id = $1"
        await self.work.conn.execute(update, deal.component, product)
        known = self.households[deal.village]
        for household in self.random.sample(known, self.random.randint(3, len(known))):
            await self.joined(deal, household, product, crop)

    async def joined(self, deal: Deal, household: UUID, product: str, crop: str) -> None:
        choose = self.random.choice
        area = choose((None, "0.50", "1.25"))
        participant = await deals.participant(self.work, deal, household, area_mu=area)
        for number in range(2, 2 + choose((0, 0, 1, 2))):
            said = {
                "participant_version_id": uuid4(),
                "contract_id": deal.contract,
                "version_no": number,
                "participant_id": participant,
                "effective_on": date(2022, 3 + number * 3, 15),
                "area_mu": f"{number}.00",
                "withdrawn": choose((True, False)),
                "method": "replaced_crop",
            }
            await insert(self.work, "participant_version", **placed(deal.village) | RECORDED | said)
        for day in self.random.sample(DAYS, choose((0, 1, 1, 2))):
            await self.line(deal, household, participant, product=product, crop=crop, day=day)

    async def line(
        self, deal: Deal, household: UUID, participant: UUID, *, product: str, crop: str, day: date
    ) -> None:
        """Complete or not, with or without a product, an area, a planned quantity."""
        choose = self.random.choice
        keys = {
            "gain_line_id": uuid4(),
            "household_id": household,
            "contract_id": deal.contract,
            "component_id": deal.component,
            "participant_id": participant,
            "line_key": str(uuid4()),
        }
        said: dict[str, Any] = {
            "kind": "order",
            "product_code": choose((product, product, None)),
            "crop_code": crop,
            "payer_id": choose((deal.buyer, None)),
            "year": day.year,
            "period_from": date(2022, 4, 1),
            "period_to": day,
            "recognised_on": day,
            "area_mu": choose((None, "0.50", "1.30")),
            "planned_kg": choose((None, "0.00", "800.00", "1000.00")),
            "delivered_kg": choose(("0.00", "790.10", "950.00", "1200.00")),
            "missing": [],
            "labour_missing": [],
            "reference_rows": [],
            "planning": False,
            "formula_version": "1",
            "stale_since": choose((None, None, "2024-01-01T00:00:00Z")),
            "receipts": self.yuan(0),
        }
        if choose((True, True, True, False)):
            incomes = [self.yuan() for _ in range(4)]
            gain = sum(int(one.replace(".", "")) for one in incomes)
            names = ("wage", "business", "property", "transfer")
            known: dict[str, Any] = {
                f"income_{name}": value for name, value in zip(names, incomes, strict=True)
            }
            known |= {"state": "complete", "cash_gain": f"{gain // 100}.{gain % 100:02}"}
            known["labour_adjusted_gain"] = choose((None, self.yuan()))
        else:
            known = {"state": "incomplete", "missing": ["delivery"]}
        await insert(self.work, "gain_line", **placed(deal.village) | RECORDED | keys | said | known)


@pytest.mark.parametrize("seed", range(2))
async def test_every_figure_of_every_row(work: Work, seed: int) -> None:
    await Generated(work, seed).build()
    seen = 0
    for code in PLACES:
        place = await divisions.places(work, code, date(2024, 2, 1))
        for text in PERIODS:
            for by, role in WIDTHS:
                for today in TODAYS:
                    asked = Asked(place=place, period=period(text), today=today, by=by, role=role)
                    seen += await same(work, asked)
    assert seen > 500


async def same(work: Work, asked: Asked) -> int:
    """How many rows were compared."""
    oracle, found = await Oracle.over(work, asked), await facts.load(work, asked, gains=True)
    where = (asked.place.code, asked.period.text, asked.by, asked.role, asked.today)
    assert found.keys() == oracle.rows(), where
    for key in (None, *oracle.rows()):
        expected, totals = oracle.totals(key), found.totals(key)
        assert {name: getattr(totals, name) for name in expected} == expected, (*where, key)
        assert found.counts(key) == oracle.counts(key), (*where, key)
    whole = found.lines.get(None)
    assert (whole.gains if whole else []) == oracle.gains(None), where
    return len(oracle.rows()) + 1
