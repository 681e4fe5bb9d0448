"""What was delivered: how much of a line, on which days, in which grade. The rows are `tickets.py`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from msgspec import Struct

from registry.demo.annex import Line
from registry.demo.deals import Deal
from registry.demo.deterministic import chance, draw
from registry.demo.goods import UNQUOTED, Good

FIRST_CASE_KG: Final = (600, 500, 400)
FIRST_CASE_DAYS: Final = ((8, 18), (9, 6), (9, 27))
LOADED: Final = 12
"""Households on one truck, where the collective weighs for all of them."""


class Load(Struct, frozen=True, kw_only=True):
    """A delivery of one household in kg, before it is weighed. `number`: which of its own it is."""

    line: Line
    number: int
    day: date
    grade: str | None
    kg: Decimal

    @property
    def key(self) -> str:
        return f"{self.number}/{self.line.key}"


def loads(line: Line) -> list[Load]:
    """The deliveries of a line; none where the harvest failed or nothing was brought."""
    if line.home.is_first_case and line.year == 2022:
        brought = enumerate(zip(FIRST_CASE_DAYS, FIRST_CASE_KG, strict=True))
        return [_load(line, n, date(2022, *day), Decimal(kg)) for n, (day, kg) in brought]
    if line.area_mu == 0 or nothing_delivered(line):
        return []
    days = _days(line)
    weights = [draw(70, 130, "portion", line.key, str(n)) for n in range(len(days))]
    total = harvested(line)
    return [
        _load(line, n, day, (total * weight / sum(weights)).quantize(Decimal("0.5")))
        for n, (day, weight) in enumerate(zip(days, weights, strict=True))
    ]


def nothing_delivered(line: Line) -> bool:
    """Seven lines in a thousand: half of them sold elsewhere, of the others nothing is known."""
    return chance(7, "nothing delivered", line.key) and not line.home.is_first_case


def harvested(line: Line) -> Decimal:
    """Kilograms of a line: the usual yield of the product, the luck of the household; a few fail."""
    good = line.deal.good
    failed = chance(22, "failed", line.key)
    percent = draw(22, 48, "yield of", line.key) if failed else draw(*good.yields, "yield of", line.key)
    return line.area_mu * good.kg_per_mu * percent / 100


def trucks(found: Sequence[Load]) -> Iterator[list[Load]]:
    """The loads of a contract and year that one truck brought: of one day and grade, a dozen at most."""
    by_day: dict[tuple[date, str], list[Load]] = defaultdict(list)
    for load in found:
        by_day[load.day, load.grade or ""].append(load)
    for together in by_day.values():
        for start in range(0, len(together), LOADED):
            yield together[start : start + LOADED]


def by_truck(deal: Deal) -> bool:
    """Whether the collective weighs for the households: in one sorghum village out of three."""
    return deal.good.product == "sorghum" and deal.village.index % 3 == 0


def _load(line: Line, number: int, day: date, kg: Decimal) -> Load:
    grades = line.deal.good.grades
    grade = grades[draw(0, len(grades) - 1, "grade", line.key, str(number))]
    return Load(line=line, number=number, day=day, grade=grade, kg=kg)


def _days(line: Line) -> list[date]:
    """Spread over the village's days of buying; now and then one without a market price."""
    deal, good = line.deal, line.deal.good
    days = _buying_days(good, line.year, deal.last, deal.village.index % 3)
    most = 1 if by_truck(deal) else good.tickets
    count = min(most, draw(max(1, most - 1), most, "tickets", line.key), len(days))
    chosen = [days[len(days) * (2 * n + 1) // (2 * count)] for n in range(count)]
    if not by_truck(deal):
        moved = draw(0, max(len(days) // (2 * count) - 1, 0), "moved", line.key)
        chosen = [days[min(days.index(day) + moved, len(days) - 1)] for day in chosen]
    unquoted = [day for day in UNQUOTED.get(good.product, ()) if day.year == line.year and day <= deal.last]
    if unquoted and chance(50, "unquoted", line.key):
        chosen[-1] = unquoted[0]
    return sorted(set(chosen))


@cache
def _buying_days(good: Good, year: int, last: date, rhythm: int) -> list[date]:
    """Every third day of the harvest, in another rhythm from village to village, while the contract lasts."""
    closed = UNQUOTED.get(good.product, ())
    return [day for day in good.days(year) if day <= last and day not in closed][rhythm::3]
