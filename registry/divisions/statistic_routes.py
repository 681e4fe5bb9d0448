"""Official figures of divisions over REST."""

from registry.divisions import statistics as register
from registry.divisions.register_routes import Routes
from registry.divisions.statistic_model import StatisticIn, StatisticPatch, StatisticQuery

statistics = Routes(
    register=register.statistics,
    new=StatisticIn,
    patch=StatisticPatch,
    query=StatisticQuery,
    listed="Official figures by division and year: households, rural disposable income per person",
    got="The official figures of a division and year",
    created="Record the official figures of a division and year",
    changed="Change the official figures of a division and year",
)
handlers = statistics.handlers
