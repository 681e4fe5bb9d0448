"""The register of seasons. Which one a delivery belongs to is decided where it is entered."""

from typing import Any
from uuid import UUID

from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.divisions.register import Register, one_of
from registry.kernel.errors import Mistake
from registry.kernel.types import new_id
from registry.kernel.work import Cause, Work
from registry.reference import codes, queries
from registry.reference.model import SeasonIn, SeasonRow, order_mistakes, unknown

CAUSE = "season"


async def _columns(_work: Work, new: SeasonIn) -> dict[str, Any]:
    return {"season_id": new_id(), "year": new.ends_on.year}


async def _changes(_work: Work, row: SeasonRow, given: dict[str, Any]) -> dict[str, Any]:
    """A season's year is that of its last day."""
    return {**given, "year": given.get("ends_on", row.ends_on).year}


async def _faults(work: Work, row: SeasonRow, before: SeasonRow | None) -> list[Mistake]:
    if before is not None:
        return []
    mistakes = await divisions.place_mistakes(work, row.division_code)
    if not await codes.products_by_code(work, [row.product_code]):
        mistakes.append(unknown("/product_code", "产品", "product"))
    return mistakes


async def _after(work: Work, before: SeasonRow | None, row: SeasonRow) -> None:
    """A season decides which tickets make a line and when it is recognised."""
    if before is not None and (before.starts_on, before.ends_on) == (row.starts_on, row.ends_on):
        return
    place, year = code_range(row.division_code), min(row.year, before.year if before else row.year)
    cause = Cause(kind=CAUSE, first=place.first, last=place.last, product_code=row.product_code, year=year)
    work.mark_stale(cause)


seasons = Register[SeasonRow, SeasonIn](
    "season",
    SeasonRow,
    {"season_id": UUID},
    rows=queries.seasons,
    placed=True,
    one=one_of(queries.seasons_by_id),
    add=queries.add_seasons,
    change=queries.change_seasons,
    taken="season_key",
    columns=_columns,
    changes=_changes,
    check=lambda row: order_mistakes(row.starts_on, row.ends_on, "/ends_on"),
    faults=_faults,
    after=_after,
)
