"""Warnings about tickets: unusual yields and prices, duplicates (domain.md 5).

A warning needs a reason before the ticket is stored. Loading is `load_expectations` below; all else is pure.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Final, TypeVar
from uuid import UUID

from msgspec import Struct

from registry.contracts.prices import unusual
from registry.fulfilment import facts, queries
from registry.fulfilment.books import Books
from registry.fulfilment.rows import Draft
from registry.kernel import money
from registry.kernel.errors import Warning_
from registry.kernel.text.formats import number
from registry.kernel.work import Work
from registry.reference.returns import ReferenceRow, code_chain, look_up

MEDIAN_LINES: Final = 5
BOUNDS: Final = "0.6–1.7"

K = TypeVar("K", bound=Hashable)
Line = tuple[UUID, UUID, UUID]
"""Contract, season, household."""


class Expectations(Struct, frozen=True, kw_only=True):
    """What is usual among the tickets there are. `yields`: median kg per mu by contract and season; `paid`:
    median yuan per kg by component and grade; both of five or more."""

    yields: Mapping[tuple[UUID, UUID], Decimal]
    paid: Mapping[tuple[UUID, str | None], Decimal]


class Usual(Struct, frozen=True, kw_only=True):
    """A usual value and where it comes from."""

    value: Decimal
    named: str


async def load_expectations(work: Work, books: Books, drafts: Sequence[Draft]) -> Expectations:
    """What is usual for the contracts, crops and households of these tickets."""
    unknown = sorted({d.delivery.contract_id for d in drafts if reference_yield(d, books.references) is None})
    yields = await queries.yields_of_contracts(work, books.counties, unknown) if unknown else []
    return Expectations(
        yields=_medians(((row.contract_id, row.season_id), row.net_kg / row.area_mu) for row in yields),
        paid=_medians(((row.component_id, row.grade_code), row.unit_price) for row in books.paid),
    )


def _medians(values: Iterable[tuple[K, Decimal]]) -> dict[K, Decimal]:
    """The middle value of each key that has at least five."""
    groups: defaultdict[K, list[Decimal]] = defaultdict(list)
    for key, value in values:
        groups[key].append(value)
    return {key: median(found) for key, found in groups.items() if len(found) >= MEDIAN_LINES}


def warnings_of(
    drafts: Mapping[int, Draft], books: Books, expectations: Expectations
) -> dict[int, list[Warning_]]:
    """The warnings of each ticket, pointers relative to it. Tickets of one batch count together, in order."""
    found: defaultdict[int, list[Warning_]] = defaultdict(list)
    for check in (_repeated, _unusual_price, _unusual_yield):
        for index, warning in check(drafts, books, expectations):
            found[index].append(warning)
    return found


def reference_yield(draft: Draft, references: Sequence[ReferenceRow]) -> Usual | None:
    """The reference yield of the crop in the season's year, kg per mu."""
    used = _reference(draft, references)
    if used is None or not used.yield_kg:
        return None
    return Usual(value=used.yield_kg, named=f"{used.year} 年参照亩产 {number(used.yield_kg)} 公斤")


def _reference(draft: Draft, references: Sequence[ReferenceRow]) -> ReferenceRow | None:
    chain = code_chain(draft.delivery.village_code)
    used = look_up(references, draft.crop_code, chain, draft.season.year)
    return None if used is None else used.row


def _usual_yield(draft: Draft, books: Books, expectations: Expectations) -> Usual | None:
    """The reference yield, else the median of at least five lines of the contract and season."""
    delivery = draft.delivery
    reference = reference_yield(draft, books.references)
    middle = expectations.yields.get((delivery.contract_id, delivery.season_id))
    if reference is not None or middle is None:
        return reference
    middle = money.kg(middle)
    return Usual(value=middle, named=f"合同各户亩产的中位数 {number(middle)} 公斤")


def _usual_price(draft: Draft, books: Books, expectations: Expectations) -> Usual | None:
    """The median of at least five recent prices of the same component and grade, else the reference price.

    The contract's own prices come first: a dried product's price is far from that of its crop's row.
    """
    row = draft.paid()
    middle = expectations.paid.get((row.component_id, draft.delivery.grade_code))
    if middle is not None:
        middle = money.unit_price(middle)
        return Usual(value=middle, named=f"合同近期单价的中位数每公斤 {number(middle)} 元")
    used = _reference(draft, books.references)
    if used is None or not used.price_per_50kg:
        return None
    price = money.unit_price(used.price_per_50kg / 50)
    return Usual(value=price, named=f"{used.year} 年参照价每公斤 {number(price)} 元")


Found = Iterator[tuple[int, Warning_]]


def _unusual_price(drafts: Mapping[int, Draft], books: Books, expectations: Expectations) -> Found:
    for index, draft in drafts.items():
        price, usual = draft.paid().unit_price, _usual_price(draft, books, expectations)
        if price is None or usual is None or not unusual(price, usual.value):
            continue
        message = (
            f"单价每公斤 {number(price)} 元，不在{usual.named}的 {BOUNDS} 倍之内，"
            "请检查产品、等级和市场价（斤、公斤是否弄混）"
        )
        yield index, Warning_("delivery.price_unusual", "/grade_code", message, "price_0.6_1.7")


def _unusual_yield(drafts: Mapping[int, Draft], books: Books, expectations: Expectations) -> Found:
    """Too much is seen as soon as it is too much, too little only after the season's end."""
    total: defaultdict[Line, Decimal] = defaultdict(Decimal, books.so_far)
    last: dict[Line, tuple[int, str, Draft]] = {}
    for index, draft in drafts.items():
        for place, (household, net_kg) in enumerate(draft.shares()):
            line = (draft.delivery.contract_id, draft.delivery.season_id, household)
            pointer = "/gross" if draft.delivery.household_id else f"/allocations/{place}/declared_kg"
            total[line] += net_kg
            last[line] = (index, pointer, draft)
            usual, area_mu = _usual_yield(draft, books, expectations), _area(household, draft, books)
            message = _yield_message(total[line], area_mu, usual, _above)
            if message:
                yield index, Warning_("delivery.yield_unusual", pointer, message, "yield_0.6_1.7")
    for line, (index, pointer, draft) in last.items():
        if draft.delivery.day > draft.season.ends_on:
            usual, area_mu = _usual_yield(draft, books, expectations), _area(line[2], draft, books)
            message = _yield_message(total[line], area_mu, usual, _below)
            if message:
                yield index, Warning_("delivery.yield_unusual", pointer, message, "yield_0.6_1.7")


def _above(total: Decimal, usual: Decimal) -> bool:
    return total > usual and unusual(total, usual)


def _below(total: Decimal, usual: Decimal) -> bool:
    return total < usual and unusual(total, usual)


def _yield_message(
    total: Decimal, area_mu: Decimal | None, usual: Usual | None, outside: Callable[[Decimal, Decimal], bool]
) -> str | None:
    """total: kg delivered so far; area_mu: of the annex line, above 0 if there is one."""
    if area_mu is None or usual is None or not outside(total, usual.value * area_mu):
        return None
    per_mu = money.kg(total / area_mu)
    return (
        f"这一户本季累计交售 {number(total)} 公斤，合每亩 {number(per_mu)} 公斤，"
        f"不在{usual.named}的 {BOUNDS} 倍之内，请检查是否把斤当成了公斤"
    )


def _area(household_id: UUID, draft: Draft, books: Books) -> Decimal | None:
    """The area of the annex line on the delivery day, in mu; None for none or 0."""
    for component in draft.components:
        line_version = facts.annex_on(books.annex[component.component_id, household_id], draft.delivery.day)
        if line_version is not None and line_version.area_mu:
            return line_version.area_mu
    return None


def _repeated(drafts: Mapping[int, Draft], books: Books, expectations: Expectations) -> Found:
    """Same deliverer, day, unit and weights as a stored ticket or one earlier in the batch."""
    del expectations
    seen = {row.weighing(): row.ticket_number or "未编号" for row in books.standing}
    for index, draft in drafts.items():
        row = draft.delivery
        key = weighing_key(draft)
        if key in seen:
            unit = money.UNIT_NAMES[row.typed_unit]
            message = (
                f"同一天已有一张毛重、皮重相同的磅单（{seen[key]}，毛重 {number(row.gross)} {unit}），"
                "请检查是否重复录入"
            )
            yield index, Warning_("delivery.duplicate", "/gross", message, "same_deliverer_day_weights")
        seen.setdefault(key, row.ticket_number or f"本批第 {index + 1} 条")


def weighing_key(draft: Draft) -> tuple[object, ...]:
    """As `ExistingTicketRow.weighing`."""
    row = draft.delivery
    who = row.household_id or row.organization_id
    return row.contract_id, who, row.day, row.typed_unit, row.gross, row.tare
