"""Seasons over REST."""

from uuid import UUID

from registry.divisions.register_routes import Routes, Shape, Texts
from registry.reference.model import SeasonIn, SeasonPatch, SeasonQuery, SeasonRow
from registry.reference.seasons import seasons

handlers = Routes(
    seasons,
    Shape(
        one="season",
        several="seasons",
        path="/seasons",
        key={"season_id": UUID},
        new=SeasonIn,
        patch=SeasonPatch,
        query=SeasonQuery,
        order={"season_id": UUID},
        out=SeasonRow,
    ),
    Texts(
        listed=(
            "Seasons of products\n\n"
            "`division`: of the subtree of a division or area. `on`: seasons that hold the day."
        ),
        got="A season",
        created="Register a season; its year is that of its last day",
        changed="Change a season's name or days",
    ),
).handlers
