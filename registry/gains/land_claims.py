"""Which line of a household is charged for a land use: once per season or year, however many contracts
use the land (gains.md 3)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

LineKey = tuple[UUID, str]
"""Participant (annex line) and line key (season, year …): one gain line."""


class Claim(Struct, frozen=True, kw_only=True):
    """A valid line that points to a land use. `period`: the season id, or the year for land held by days.

    `kind_rank`: the kind's place in the order of charging (gains.md 3), None if it needs no land.
    `charges_land`: whether its method charges land (`price_premium` does not).
    """

    participant_id: UUID
    line_key: str
    land_use_id: UUID
    period: str
    kind: str
    kind_rank: int | None
    charges_land: bool
    signed_on: date
    component_number: int

    @property
    def line(self) -> LineKey:
        return self.participant_id, self.line_key

    @property
    def rank(self) -> tuple[int, date, int, UUID, str]:
        """Kind, then earlier signing date, then component number; the ids only make it definite."""
        return (
            -1 if self.kind_rank is None else self.kind_rank,
            self.signed_on,
            self.component_number,
            self.participant_id,
            self.line_key,
        )


def charged_lines(claims: Iterable[Claim]) -> dict[tuple[LineKey, UUID], LineKey]:
    """For each (line, land use) that charges land: the line on which that is charged, itself or another.

    Lines whose method charges no land are not in the answer. ValueError for a kind that needs no land.
    """
    groups: dict[tuple[UUID, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind_rank is None:
            raise ValueError(f"{claim.kind} needs no land")
        if claim.charges_land:
            groups[claim.land_use_id, claim.period].append(claim)
    return {
        (claim.line, land_use_id): min(group, key=lambda c: c.rank).line
        for (land_use_id, _), group in groups.items()
        for claim in group
    }
