"""Seasons over REST."""

from registry.divisions.register_routes import Routes
from registry.reference import seasons as season_register
from registry.reference.model import SeasonIn, SeasonPatch, SeasonQuery

seasons = Routes(
    register=season_register.seasons,
    new=SeasonIn,
    patch=SeasonPatch,
    query=SeasonQuery,
    listed=(
        "Seasons of products\n\n"
        "`division`: of the subtree of a division or area. `on`: seasons that hold the day."
    ),
    got="A season",
    created="Register a season; its year is that of its last day",
    changed="Change a season's name or days",
)
handlers = seasons.handlers
