"""Official figures of divisions over REST."""

from registry.divisions.register_routes import Routes, Shape, Texts
from registry.divisions.statistic_model import StatisticIn, StatisticPatch, StatisticQuery, StatisticRow
from registry.divisions.statistics import statistics
from registry.kernel.types import DivisionCode, Year

handlers = Routes(
    statistics,
    Shape(
        one="division_statistic",
        several="division_statistics",
        path="/division-statistics",
        key={"division_code": DivisionCode, "year": Year},
        new=StatisticIn,
        patch=StatisticPatch,
        query=StatisticQuery,
        order={"division_code": str, "year": int},
        out=StatisticRow,
    ),
    Texts(
        listed="Official figures by division and year: households, rural disposable income per person",
        got="The official figures of a division and year",
        created="Record the official figures of a division and year",
        changed="Change the official figures of a division and year",
    ),
).handlers
