"""Entering and voiding weigh tickets. One ticket and a thousand use the same set-based statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from msgspec import Struct

from registry.audit import service as audit
from registry.fulfilment import books, queries, resolve_ticket, ticket_warnings
from registry.fulfilment.books import Asked, Books
from registry.fulfilment.entered import entered
from registry.fulfilment.facts import ExistingTicketRow
from registry.fulfilment.model import DeliveryDetail, DeliveryIn, DeliveryRow
from registry.fulfilment.rows import Draft, NewAllocation, NewDelivery, NewPrice
from registry.kernel import findings
from registry.kernel.batch import CONFLICT, Outcome
from registry.kernel.db import constraints
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound, Warned, Warning_
from registry.kernel.findings import Accepted, Finding, Override, RecordWarnings
from registry.kernel.forms.pointers import below
from registry.kernel.work import Work

RECORD_KIND = "delivery"
Mode = Literal["all", "valid"]


class BatchState(Struct, kw_only=True):
    """A batch while it is checked: the outcome of each row so far, and the tickets not yet rejected."""

    books: Books
    outcomes: dict[int, Outcome]
    drafts: dict[int, Draft]
    accepted: dict[int, list[Accepted]]
    findings: Sequence[Finding] = ()


async def add(work: Work, row: DeliveryIn) -> DeliveryDetail:
    """Enters one ticket. Raises Invalid, Warned (until overridden) or Conflict (ticket number taken)."""
    batch = await _check_batch(work, [row], ())
    if batch.drafts:
        await _write(work, batch, "all")
        return entered(batch.drafts[0], batch.books, work.act, batch.findings)
    outcome = batch.outcomes[0]
    if outcome.result == "unchanged":
        raise _number_taken()
    if outcome.warnings:
        raise Warned(outcome.warnings)
    conflict = next((m for m in outcome.mistakes if m.code in _CONFLICTS), None)
    raise _number_taken() if conflict else Invalid(outcome.mistakes)


async def enter(
    work: Work,
    rows: Sequence[DeliveryIn],
    *,
    mode: Mode = "all",
    dry_run: bool = False,
    overrides: Sequence[Override] = (),
) -> list[Outcome]:
    """Enters tickets with a number of statements that does not depend on how many they are.

    `mode` "all" writes nothing if any row is rejected, "valid" writes the others; what was (or would be)
    written is "created", and has a `record_id` only if it was. `overrides` answer warnings of any row
    (pointers "/3/gross" or, for every row, "/gross"). A ticket stored already with the same number and
    facts is unchanged. Households are touched for the year of the season.
    """
    if not rows:
        return []
    batch = await _check_batch(work, rows, overrides)
    rejected = any(outcome.result == "rejected" for outcome in batch.outcomes.values())
    written = not dry_run and not (rejected and mode == "all")
    if batch.drafts and written:
        await _write(work, batch, mode)
    for index, draft in batch.drafts.items():
        record_id = str(draft.delivery.delivery_id) if written else None
        batch.outcomes[index] = Outcome(index=index, result="created", record_id=record_id)
    return [batch.outcomes[index] for index in range(len(rows))]


async def _check_batch(work: Work, rows: Sequence[DeliveryIn], overrides: Sequence[Override]) -> BatchState:
    known = await books.load(work, asked(rows))
    batch = BatchState(books=known, outcomes={}, drafts={}, accepted={})
    for index, row in enumerate(rows):
        try:
            batch.drafts[index] = resolve_ticket.resolve(row, known, work.act)
        except Invalid as refused:
            _reject(batch, index, refused.mistakes)
    await _check_numbers(work, known, batch)
    if batch.drafts:
        expectations = await ticket_warnings.load_expectations(work, known, list(batch.drafts.values()))
        _check_warnings(
            batch, rows, overrides, ticket_warnings.warnings_of(batch.drafts, known, expectations)
        )
    return batch


def asked(rows: Sequence[DeliveryIn]) -> Asked:
    """What these tickets name."""
    households = {row.household_id for row in rows if row.household_id is not None}
    households |= {one.household_id for row in rows for one in row.allocations}
    return Asked(
        contracts=frozenset(row.contract_id for row in rows),
        households=frozenset(households),
        days=frozenset(row.day for row in rows),
    )


def _reject(batch: BatchState, index: int, mistakes: Sequence[Mistake]) -> None:
    batch.drafts.pop(index, None)
    batch.outcomes[index] = Outcome(index=index, result="rejected", mistakes=tuple(mistakes))


async def _check_numbers(work: Work, known: Books, batch: BatchState) -> None:
    """Ticket numbers of a buyer and year: twice in the batch, or on a stored ticket."""
    numbered = {i: draft for i, draft in batch.drafts.items() if draft.delivery.ticket_number is not None}
    if not numbered:
        return
    buyers, years, numbers = zip(*(_number(draft) for draft in numbered.values()), strict=True)
    taken = await queries.tickets_taken(
        work, known.counties, sorted(set(buyers)), sorted(set(years)), sorted(set(numbers))
    )
    standing = {(row.buyer_id, row.ticket_year, row.ticket_number): row for row in taken}
    times = Counter(_number(draft) for draft in numbered.values())
    for index, draft in numbered.items():
        number = _number(draft)
        if times[number] > 1:
            _reject(batch, index, [TWICE])
        elif number in standing:
            _check_existing(batch, index, draft, standing[number])


def _number(draft: Draft) -> tuple[UUID, int, str]:
    row = draft.delivery
    return row.buyer_id, row.ticket_year, row.ticket_number or ""


def _check_existing(batch: BatchState, index: int, draft: Draft, standing: ExistingTicketRow) -> None:
    row = draft.delivery
    same = (*ticket_warnings.weighing_key(draft), row.product_code, row.grade_code) == standing.facts()
    if same:
        del batch.drafts[index]
        record_id = str(standing.delivery_id)
        batch.outcomes[index] = Outcome(index=index, result="unchanged", record_id=record_id)
    else:
        _reject(batch, index, [TAKEN])


_TICKET_KEY = constraints.describe("delivery_ticket_key")
TAKEN = Mistake(
    pointer=_TICKET_KEY.pointer, code=_TICKET_KEY.code, message=_TICKET_KEY.message, english=_TICKET_KEY.title
)
TWICE = Mistake(
    pointer="/ticket_number",
    code="delivery.ticket_twice",
    message="这一批里有两张磅单用了同一个磅单号，请改正后再提交",
)
_CONFLICTS = (TAKEN.code, CONFLICT.code)


def _number_taken() -> Conflict:
    return Conflict(TAKEN.message, code=TAKEN.code, title=TAKEN.english, pointer=TAKEN.pointer)


def _check_warnings(
    batch: BatchState,
    rows: Sequence[DeliveryIn],
    overrides: Sequence[Override],
    warnings: Mapping[int, Sequence[Warning_]],
) -> None:
    for index in list(batch.drafts):
        answers = [*_for_row(overrides, index), *rows[index].overrides]  # the row's own reason wins
        try:
            batch.accepted[index] = findings.accept(warnings.get(index, ()), answers)
        except Warned as warned:
            del batch.drafts[index]
            batch.outcomes[index] = Outcome(index=index, result="rejected", warnings=warned.warnings)


def _for_row(overrides: Sequence[Override], index: int) -> list[Override]:
    """Overrides that concern this row, or every row."""
    return below(f"/{index}").back(overrides)


async def _write(work: Work, batch: BatchState, mode: Mode) -> None:
    drafts = batch.drafts
    rows = drafts.values()
    stored = set(
        await store(
            work,
            [draft.delivery for draft in rows],
            [price for draft in rows for price in draft.prices],
            [share for draft in rows for share in draft.allocations],
        )
    )
    for index in [i for i, draft in drafts.items() if draft.delivery.delivery_id not in stored]:
        if mode == "all":
            raise _number_taken()  # a concurrent request took the number: the whole batch is undone
        _reject(batch, index, [TAKEN])
    audit.created(work, RECORD_KIND, [draft.delivery.delivery_id for draft in drafts.values()])
    kept = [_kept(draft, batch.accepted[index]) for index, draft in drafts.items()]
    batch.findings = await findings.store(work, kept, actor=work.act.actor, now=work.act.now)
    for draft in drafts.values():
        for household_id, _ in draft.shares():
            work.touch(draft.delivery.county_code, household_id, draft.season.year)


async def store(
    work: Work,
    deliveries: Sequence[NewDelivery],
    prices: Sequence[NewPrice],
    shares: Sequence[NewAllocation],
) -> list[UUID]:
    """Writes tickets with prices and shares; the ids of those stored: a ticket number that another ticket has
    is left out."""
    return await queries.enter_deliveries(work, deliveries, prices, shares)


def _kept(draft: Draft, accepted: Sequence[Accepted]) -> RecordWarnings:
    row = draft.delivery
    return RecordWarnings(
        village_code=row.village_code,
        record_kind=RECORD_KIND,
        record_id=row.delivery_id,
        accepted=accepted,
    )


async def get(work: Work, delivery_id: UUID) -> DeliveryRow:
    """One ticket with prices and allocations; NotFound outside the scope."""
    return await queries.delivery_by_id(work, delivery_id)


async def void(work: Work, delivery_id: UUID, reason: str) -> DeliveryRow:
    """The ticket and its allocations count no more; it stays visible. Conflict if it was voided before."""
    row = await get(work, delivery_id)
    await audit.watch(work, RECORD_KIND, delivery_id)
    voided = await queries.void_delivery(
        work, row.county_code, delivery_id, work.act.now, work.act.actor, reason
    )
    if not voided:
        now = await get(work, delivery_id)
        raise already_voided() if now.voided_at is not None else NotFound()
    households = [row.household_id] if row.household_id else [one.household_id for one in row.allocations]
    for household_id in households:
        work.touch(row.county_code, household_id, row.season_year)
    return await get(work, delivery_id)


def already_voided() -> Conflict:
    """409: the record was already voided."""
    return Conflict("这条记录已经作废，不能再次作废。", code="already_voided", title="Already voided")
