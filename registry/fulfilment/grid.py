"""The table of inputs in which a cadre enters weigh tickets: what was typed, turned into deliveries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.contracts.model import ParticipantRow
from registry.fulfilment.model import DeliveryIn, GradeCode, TypedWeight, Unit
from registry.kernel.batch import Outcome
from registry.kernel.errors import Mistake, Warning_
from registry.kernel.findings import Override
from registry.kernel.types import CodeWord, Percent, ShortText

ROWS = 12
"""Lines shown at once; a pasted block may add more."""
MOST = 300


class GridRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paper slip; a row without anything typed is passed over."""

    household: Annotated[ShortText, Meta(title="农户")] | None = None
    gross: Annotated[TypedWeight, Meta(title="毛重")] | None = None
    tare: Annotated[TypedWeight, Meta(title="皮重")] | None = None
    deduction_weight: Annotated[TypedWeight, Meta(title="扣杂")] | None = None
    moisture_percent: Annotated[Percent, Meta(title="水分")] | None = None
    grade_code: GradeCode | None = None
    ticket_number: Annotated[ShortText, Meta(title="磅单号")] | None = None

    @property
    def blank(self) -> bool:
        """Nothing was typed; what carries down (a grade) does not count."""
        typed = (self.household, self.gross, self.tare, self.deduction_weight, self.ticket_number)
        return not any(typed)

    def mistakes(self) -> Iterable[Mistake]:
        """What a slip that has anything on it must have."""
        if self.blank:
            return
        if self.household is None:
            yield Mistake("/household", "grid.household", "请填这张磅单的农户（户号或姓名）")
        if self.gross is None:
            yield Mistake("/gross", "grid.gross", "请填毛重")


class GridIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Slips of one contract, day, product and unit."""

    day: Annotated[date, Meta(title="交售日期")]
    unit: Unit
    product_code: Annotated[CodeWord, Meta(title="产品")] | None = None
    operator: Annotated[ShortText, Meta(title="司磅员")] | None = None
    rows: Annotated[tuple[GridRow, ...], Meta(max_length=MOST)] = ()
    overrides: tuple[Override, ...] = ()

    def mistakes(self) -> Iterable[Mistake]:
        """An empty table is no entry."""
        if all(row.blank for row in self.rows):
            yield Mistake("/rows/0/household", "grid.empty", "请至少填写一张过磅单")


class Read(Struct, frozen=True, kw_only=True):
    """Deliveries, the row of each, and the names that could not be found."""

    deliveries: list[DeliveryIn]
    places: list[int]
    mistakes: list[Mistake]


def read(grid: GridIn, contract_id: UUID, members: Sequence[ParticipantRow]) -> Read:
    """Deliveries out of the typed rows. A household is named by its number, or by a name that is its own."""
    known = _by_name(members)
    found = Read(deliveries=[], places=[], mistakes=[])
    for index, row in enumerate(grid.rows):
        if row.blank or row.household is None or row.gross is None:
            continue
        ids = known.get(row.household.strip(), set())
        if len(ids) != 1:
            found.mistakes.append(_unknown(index, row.household, members, ids))
            continue
        found.places.append(index)
        found.deliveries.append(_delivery(grid, row, contract_id, next(iter(ids))))
    return found


def _delivery(grid: GridIn, row: GridRow, contract_id: UUID, household_id: UUID) -> DeliveryIn:
    return DeliveryIn(
        contract_id=contract_id,
        day=grid.day,
        unit=grid.unit,
        gross=row.gross or Decimal(0),
        tare=row.tare or Decimal(0),
        deduction_weight=row.deduction_weight or Decimal(0),
        moisture_percent=row.moisture_percent,
        product_code=grid.product_code,
        grade_code=row.grade_code,
        household_id=household_id,
        ticket_number=row.ticket_number,
        operator=grid.operator,
    )


def _by_name(members: Iterable[ParticipantRow]) -> Mapping[str, set[UUID]]:
    """Households by number, by name, and by both as the list of suggestions writes them."""
    known: dict[str, set[UUID]] = {}
    for member in members:
        names = {member.household_number or "", member.signed_name, member.head_name or member.signed_name}
        for name in (names | {label(member)}) - {""}:
            known.setdefault(name, set()).add(member.household_id)
    return known


def label(member: ParticipantRow) -> str:
    """How the suggestions write a household: number and name."""
    return f"{member.household_number} {member.head_name or member.signed_name}"


def _unknown(index: int, typed: str, members: Iterable[ParticipantRow], ids: set[UUID]) -> Mistake:
    numbers = "、".join(sorted({m.household_number or "" for m in members if m.household_id in ids}))
    say = (
        f"有几户都叫“{typed}”，请改填户号（{numbers}）"
        if ids
        else f"合同的参与名册里没有“{typed}”，请填名册上的户号，或先把这户加进合同"
    )
    return Mistake(f"/rows/{index}/household", "grid.household_unknown", say)


def mistakes_of(outcomes: Iterable[Outcome], places: Sequence[int]) -> list[Mistake]:
    """Mistakes of rejected rows, at the rows as they were typed."""
    names = {"/household_id": "/household"}
    return [
        replace(one, pointer=f"/rows/{places[done.index]}{names.get(one.pointer, one.pointer)}")
        for done in outcomes
        for one in done.mistakes
    ]


def warnings_of(outcomes: Iterable[Outcome], places: Sequence[int]) -> list[Warning_]:
    """Warnings of rows that wait for a reason, at the rows as they were typed."""
    return [
        replace(one, pointer=f"/rows/{places[done.index]}{one.pointer}", message=_numbered(one, places, done))
        for done in outcomes
        for one in done.warnings
    ]


def _numbered(warning: Warning_, places: Sequence[int], done: Outcome) -> str:
    return f"第 {places[done.index] + 1} 行：{warning.message}"


def overrides_of(given: Iterable[Override], places: Sequence[int]) -> list[Override]:
    """Reasons with the pointers of the batch ("/3/gross") instead of those of the page ("/rows/4/gross")."""
    found = []
    for one in given:
        index, _, rest = one.pointer.removeprefix("/rows/").partition("/")
        if index.isdecimal() and int(index) in places:
            found.append(replace(one, pointer=f"/{places.index(int(index))}/{rest}"))
    return found
