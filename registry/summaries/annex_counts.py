"""带动: the households that valid annex lines link, whether or not anything was delivered (gains.md 8)."""

from collections.abc import Mapping

from msgspec import Struct

from registry.kernel.work import Work
from registry.summaries import queries
from registry.summaries.model import Asked, Linked

NOBODY = Linked(key=None, households=0, lines=0, area_mu=None)


class AnnexCounts(Struct, frozen=True, kw_only=True):
    """What the annex lines of a place and period come to, and those of each row asked for."""

    whole: Linked
    by_key: Mapping[str, Linked]

    def of(self, key: str) -> Linked:
        return self.by_key.get(key, NOBODY)


async def load(work: Work, asked: Asked) -> AnnexCounts:
    """Counted by the database, in one statement."""
    whole, *rows = await queries.linked_of_place(work, asked)
    return AnnexCounts(whole=whole, by_key={row.key: row for row in rows if row.key is not None})
