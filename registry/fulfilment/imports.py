"""Weigh tickets out of a sheet: contracts and households by the office's own numbers, one household a row.
Reading the sheet is exchange's; trucks weighed for several are entered over REST."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.fulfilment import queries, weighing
from registry.fulfilment.deliveries import enter
from registry.fulfilment.facts import NumberedRow
from registry.fulfilment.model import DeliveryIn, GradeCode, TypedWeight, Unit
from registry.fulfilment.weighing import Ticket
from registry.kernel.batch import Outcome
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.findings import Override
from registry.kernel.forms.pointers import Pointers
from registry.kernel.types import CodeWord, DivisionCode, LongText, Percent, Reason, ShortText
from registry.kernel.work import Work

WARNINGS: Final = (
    ("delivery.price_unusual", "/grade_code"),
    ("delivery.yield_unusual", "/gross"),
    ("delivery.duplicate", "/gross"),
)
"""What a reason given in the row answers."""
_COLUMNS: Final = Pointers({"/contract_id": "/contract_number", "/household_id": "/household_number"})


class DeliverySheetIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row: one household's ticket. `village_code` is needed only where a contract number is not unique.

    `reason` answers whatever is unlikely about the row (yield, price, the same weights twice).
    """

    contract_number: Annotated[ShortText, Meta(title="合同编号")]
    village_code: Annotated[DivisionCode, Meta(title="村代码")] | None = None
    household_number: Annotated[ShortText, Meta(title="户编号")]
    ticket_number: Annotated[ShortText, Meta(title="磅单号")] | None = None
    day: Annotated[date, Meta(title="交售日期")]
    product_code: Annotated[CodeWord, Meta(title="产品")] | None = None
    grade_code: GradeCode | None = None
    unit: Unit
    gross: Annotated[TypedWeight, Meta(title="毛重")]
    tare: Annotated[TypedWeight, Meta(title="皮重")] = Decimal(0)
    moisture_percent: Annotated[Percent, Meta(title="水分")] | None = None
    impurity_percent: Annotated[Percent, Meta(title="杂质")] | None = None
    deduction_percent: Annotated[Percent, Meta(title="扣重比例")] | None = None
    deduction_reason: Annotated[Reason, Meta(title="扣重原因")] | None = None
    deduction_weight: Annotated[TypedWeight, Meta(title="扣重")] = Decimal(0)
    operator: Annotated[ShortText, Meta(title="司磅员")] | None = None
    note: Annotated[LongText, Meta(title="备注")] | None = None
    reason: Annotated[Reason, Meta(title="核对说明")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        yield from weighing.mistakes(fill(Ticket, self))

    def delivery(self, contract_id: UUID, household_id: UUID) -> DeliveryIn:
        """The row as a ticket."""
        answers = [] if self.reason is None else [(code, at, self.reason) for code, at in WARNINGS]
        return fill(
            DeliveryIn,
            self,
            contract_id=contract_id,
            household_id=household_id,
            overrides=tuple(Override(code=code, pointer=at, reason=why) for code, at, why in answers),
        )


async def import_rows(work: Work, rows: Sequence[DeliverySheetIn], dry_run: bool) -> list[Outcome]:
    """Enters the valid tickets; those stored already with the same number are unchanged.

    A dry run writes nothing and answers what would happen. Pointers name the columns of the sheet.
    """
    contracts = await queries.contracts_by_number(work, sorted({row.contract_number for row in rows}))
    by_number: defaultdict[str, list[NumberedRow]] = defaultdict(list)
    for one in contracts:
        by_number[one.number].append(one)
    chosen = {index: _contract(row, by_number[row.contract_number]) for index, row in enumerate(rows)}
    households = await _households(work, rows, chosen)
    outcomes: dict[int, Outcome] = {}
    tickets: dict[int, DeliveryIn] = {}
    for index, row in enumerate(rows):
        contract = chosen[index]
        mistake = contract if isinstance(contract, Mistake) else None
        if isinstance(contract, NumberedRow):
            household = households.get((contract.village_code, row.household_number))
            if household is not None:
                tickets[index] = row.delivery(contract.contract_id, household)
                continue
            mistake = _unknown_household(row)
        outcomes[index] = Outcome(index=index, result="rejected", mistakes=(mistake,) if mistake else ())
    places = list(tickets)
    for done in await enter(work, list(tickets.values()), mode="valid", dry_run=dry_run):
        outcomes[places[done.index]] = _renamed(done, places[done.index])
    return [outcomes[index] for index in range(len(rows))]


def _contract(row: DeliverySheetIn, found: Sequence[NumberedRow]) -> NumberedRow | Mistake:
    """The one contract of that number: in the village given; of several, the one whose term holds the day."""
    fitting = [one for one in found if row.village_code in (None, one.village_code)]
    if len(fitting) > 1:
        fitting = [one for one in fitting if one.starts_on <= row.day <= one.ends_on] or fitting
    if len(fitting) == 1:
        return fitting[0]
    code, message = "contract.unknown", f"没有找到编号为“{row.contract_number}”的合同，请核对合同编号"
    if fitting:
        code = "contract.ambiguous"
        message = f"有 {len(fitting)} 份合同的编号是“{row.contract_number}”，请补填村代码"
    return Mistake(pointer="/contract_number", code=code, message=message)


async def _households(
    work: Work, rows: Sequence[DeliverySheetIn], chosen: Mapping[int, NumberedRow | Mistake]
) -> dict[tuple[str, str], UUID]:
    wanted = {
        (contract.village_code, rows[index].household_number)
        for index, contract in chosen.items()
        if isinstance(contract, NumberedRow)
    }
    villages, numbers = [one[0] for one in wanted], [one[1] for one in wanted]
    found = await queries.households_by_number(work, villages, numbers)
    return {(one.village_code, one.number): one.household_id for one in found}


def _unknown_household(row: DeliverySheetIn) -> Mistake:
    message = (
        f"合同所在村没有编号为“{row.household_number}”的农户，请核对户编号；"
        "还没有登记的，先登记农户并加入合同的参与明细"
    )
    return Mistake(pointer="/household_number", code="household.unknown", message=message)


def _renamed(outcome: Outcome, index: int) -> Outcome:
    """With the row's own place and the sheet's columns."""
    return replace(outcome, index=index, mistakes=tuple(_COLUMNS.moved(outcome.mistakes)))
