"""The weigh ticket on paper (过磅单): three copies on one sheet, signed by both sides and the operator."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts import service as contracts
from registry.fulfilment import service as fulfilment
from registry.kernel.errors import NotFound
from registry.kernel.money import UNIT_NAMES
from registry.kernel.text.formats import day, kg, money, number, percent, price, words
from registry.kernel.work import Work

COPIES: Final = ("农户联", "收购联", "村集体存根")
"""Who keeps each copy (law.md 3)."""


class WeighTicket(Struct, frozen=True, kw_only=True):
    """A ticket as it is printed. rows: label and text, two pairs a line."""

    delivery_id: UUID
    title: str
    ticket_number: str
    contract_title: str
    seller: str
    rows: Sequence[tuple[str, str]]
    shares: Sequence[tuple[str, str]]
    amount_in_words: str
    copies: Sequence[str]


async def weigh_ticket(work: Work, delivery_id: UUID) -> WeighTicket:
    """The ticket with its price and shares. NotFound for one out of scope or voided: it proves nothing."""
    row = await fulfilment.get(work, delivery_id)
    if row.voided_at is not None:
        raise NotFound("这张过磅单已经作废，不能打印。")
    contract = await contracts.contract(work, row.contract_id)
    paid, unit = row.price(), UNIT_NAMES[row.unit]
    amount = None if paid is None else paid.amount
    # by percent and by weight, in the unit of the scale (domain.md 5)
    deducted = (row.gross - row.tare) * row.deduction_percent / 100 + row.deduction_weight
    return WeighTicket(
        delivery_id=delivery_id,
        title=f"{day(row.day)}过磅单",
        ticket_number=row.ticket_number or "—",
        contract_title=contract.title,
        seller=row.household_name or row.organization_name or "—",
        rows=[
            ("产品", row.product_name + (f" {row.grade_name}" if row.grade_name else "")),
            ("日期", day(row.day)),
            ("毛重", f"{number(row.gross)} {unit}"),
            ("皮重", f"{number(row.tare)} {unit}"),
            ("水分 / 杂质", f"{percent(row.moisture_percent)} / {percent(row.impurity_percent)}"),
            ("扣重", f"{number(deducted)} {unit}"),
            ("净重", f"{kg(row.net_kg)} 公斤"),
            ("单价", f"{price(paid.unit_price if paid else None)} 元/公斤"),
            ("金额", f"{money(amount)} 元"),
            ("司磅员", row.operator or "—"),
        ],
        shares=[(one.household_name or "—", f"{kg(one.net_kg)} 公斤") for one in row.allocations],
        amount_in_words="" if amount is None else words(amount),
        copies=COPIES,
    )
