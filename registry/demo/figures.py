"""Official-looking figures of the demo's divisions: households and planted areas, marked as examples."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from registry.demo.annex import Line
from registry.demo.deterministic import created_on, draw
from registry.demo.market import SOURCE
from registry.demo.places import TOWNSHIP, YEARS, Village
from registry.demo.rows import Rows
from registry.divisions.statistic_model import StatisticRow
from registry.kernel import money
from registry.reference.figure_model import PlantedAreaRow


def add_figures(rows: Rows, villages: Sequence[Village], lines: Sequence[Line]) -> None:
    """The official number of households is a little above the registered; some land is not under order."""
    for year in YEARS:
        counts = {
            village.code: len(village.homes) + draw(0, 5, "official", village.code, str(year))
            for village in villages
        }
        counts[TOWNSHIP] = sum(counts.values())
        rows.statistics += [_statistic(code, year, count) for code, count in counts.items()]
        rows.planted_areas += [
            _planted(code, crop, year, area) for (code, crop), area in _areas(lines, year).items()
        ]


def _areas(lines: Sequence[Line], year: int) -> dict[tuple[str, str], Decimal]:
    ordered: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.year == year:
            ordered[line.deal.village.code, line.deal.good.crop] += line.area_mu
    areas: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (village, crop), area in ordered.items():
        planted = money.mu(area * draw(105, 190, "planted", village, crop, str(year)) / 100)
        areas[village, crop] = planted
        areas[TOWNSHIP, crop] += planted
    return areas


def _statistic(code: str, year: int, households: int) -> StatisticRow:
    return StatisticRow(
        **created_on(date(year, 12, 31)),
        division_code=code,
        year=year,
        households=households,
        income_per_person=None,
        source_text=f"{SOURCE}：演示用统计数",
    )


def _planted(code: str, crop: str, year: int, area: Decimal) -> PlantedAreaRow:
    return PlantedAreaRow(
        **created_on(date(year, 12, 31)),
        division_code=code,
        crop_code=crop,
        year=year,
        area_mu=area,
        source_text=f"{SOURCE}：演示用播种面积",
    )
