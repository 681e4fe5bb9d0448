"""Amounts, cost records and own sales under contracts, each a kind of fact; cost classes that are complete.

Any number of records takes the same statements. Each touches its household for the year of the season.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.divisions.model import FIRST_DAY
from registry.fulfilment import books, build_records, record_queries
from registry.fulfilment.books import Asked, Books
from registry.fulfilment.build_records import BuiltRecord
from registry.fulfilment.deliveries import already_voided
from registry.fulfilment.queries import subtree
from registry.fulfilment.record_model import (
    CompletionIn,
    CompletionRow,
    CostRecordIn,
    CostRecordRow,
    EntryIn,
    EntryRow,
    OwnSaleIn,
    OwnSaleRow,
    RecordQuery,
    Voidable,
)
from registry.fulfilment.record_rows import NewCostRecord, NewEntry, NewOwnSale
from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.forms.pointers import below
from registry.kernel.work import Act, Work

Sent = TypeVar("Sent", bound=EntryIn | CostRecordIn | OwnSaleIn | CompletionIn)
New = TypeVar("New")
Shown = TypeVar("Shown", bound=Voidable)


class FactKind(Generic[Sent, New, Shown]):
    """Facts that are entered, listed and voided with a reason, but never changed.

    name: of the record in the trail; its id is called name_id. build: the row of what was sent, or Invalid
    with every mistake. rows: a page of the list, or the one record of an id. void: how many it voided.
    """

    def __init__(
        self,
        name: str,
        build: Callable[[Sent, Books, Act], BuiltRecord[New]],
        *,
        add: Callable[[Work, Sequence[New]], Awaitable[int]],
        rows: Callable[..., Awaitable[list[Shown]]],
        void: Callable[..., Awaitable[int]],
    ) -> None:
        self.name, self._build, self._add, self._rows, self._void = name, build, add, rows, void

    async def add(self, work: Work, sent: Sequence[Sent]) -> list[UUID]:
        """Enters facts; their ids in order. Invalid with the mistakes of all of them."""
        made = await _build(work, sent, self._build)
        await self._add(work, made)
        ids = [self.record_id(row) for row in made]
        audit.created(work, self.name, ids)
        return ids

    async def listed(
        self,
        work: Work,
        wanted: RecordQuery,
        *,
        division: str | None = None,
        after: UUID | None = None,
        limit: int,
    ) -> list[Shown]:
        """Facts of a subtree, newest first. NotFound for a division that is not all in scope."""
        await in_scope(work, division)
        return await self._rows(work, subtree(division), wanted, after, None, limit)

    async def one(self, work: Work, record_id: UUID) -> Shown:
        """NotFound outside the scope."""
        found = await self._rows(work, subtree(None), RecordQuery(), None, record_id, 1)
        if not found:
            raise NotFound
        return found[0]

    async def void(self, work: Work, record_id: UUID, reason: str) -> Shown:
        """It counts no more but stays visible; its household is touched. Conflict if it was voided before."""
        row = await self.one(work, record_id)
        await audit.watch(work, self.name, record_id)
        voided = await self._void(work, row.county_code, record_id, work.act.now, work.act.actor, reason)
        now = await self.one(work, record_id)
        if not voided:
            raise already_voided() if now.voided_at is not None else NotFound()
        if now.household_id is not None:
            work.touch(now.county_code, now.household_id, now.season_year or now.day.year)
        return now

    def record_id(self, row: Any) -> UUID:
        """The id of a row to store or to show."""
        found: UUID = getattr(row, f"{self.name}_id")
        return found


entries = FactKind[EntryIn, NewEntry, EntryRow](
    "entry",
    build_records.entry,
    add=record_queries.add_entries,
    rows=record_queries.entries,
    void=record_queries.void_entry,
)
cost_records = FactKind[CostRecordIn, NewCostRecord, CostRecordRow](
    "cost_record",
    build_records.cost_record,
    add=record_queries.add_cost_records,
    rows=record_queries.cost_records,
    void=record_queries.void_cost_record,
)
own_sales = FactKind[OwnSaleIn, NewOwnSale, OwnSaleRow](
    "own_sale",
    build_records.own_sale,
    add=record_queries.add_own_sales,
    rows=record_queries.own_sales,
    void=record_queries.void_own_sale,
)


async def in_scope(work: Work, division: str | None) -> None:
    """NotFound for a division that is not all in scope. The day does not matter: only areas have members by
    day."""
    if division is not None:
        await divisions.narrowed(work, division, FIRST_DAY)


async def complete_costs(work: Work, rows: Sequence[CompletionIn]) -> None:
    """Marks cost classes as complete or not; the last call wins. Invalid with the mistakes of all rows."""
    made = await _build(work, rows, build_records.completion)
    for county in sorted({row.county_code for row in made}):
        held = {row.participant_id for row in made if row.county_code == county}
        await record_queries.hold_participants(work, county, held)
    keys = [audit.key(row.participant_id, row.season_id, row.cost_class) for row in made]
    await audit.watch_all(work, "cost_completion", keys)
    await record_queries.save_cost_completions(work, made)


async def _build(
    work: Work, rows: Sequence[Sent], build: Callable[[Sent, Books, Act], BuiltRecord[New]]
) -> list[New]:
    """The rows to store; their households are touched. Invalid with the mistakes of all rows."""
    known = await books.load(work, _asked(rows))
    built: list[BuiltRecord[New]] = []
    mistakes: list[Mistake] = []
    for index, row in enumerate(rows):
        try:
            built.append(build(row, known, work.act))
        except Invalid as refused:
            at = f"/{index}" if len(rows) > 1 else ""
            mistakes += below(at).moved(refused.mistakes)
    if mistakes:
        raise Invalid(mistakes)
    for one in built:
        if one.line is not None:
            year = one.line.year(one.day)
            work.touch(one.line.contract.county_code, one.line.household_id, year)
    return [one.row for one in built]


def _asked(rows: Sequence[EntryIn | CostRecordIn | OwnSaleIn | CompletionIn]) -> Asked:
    households = [row.household_id for row in rows]
    products = [row.product_code for row in rows if isinstance(row, OwnSaleIn)]
    return Asked(
        contracts=frozenset(row.contract_id for row in rows),
        households=frozenset(one for one in households if one is not None),
        days=frozenset(),
        products=frozenset(one for one in products if one is not None),
    )


async def completions(
    work: Work, *, contract_id: UUID | None, household_id: UUID | None, season_id: UUID | None, limit: int
) -> list[CompletionRow]:
    """Which cost classes of lines are complete."""
    return await record_queries.cost_completions(work, contract_id, household_id, season_id, limit)
