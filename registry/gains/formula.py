"""The gain of a line: one pure function per kind. No clock, no I/O, no rounding of sums.

`order_line` composes the parts of `sales`, `costs`, `land` and `labour` by the method of comparison. Other
kinds become further functions here that return a `Line`.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import assert_never

from msgspec.structs import replace

from registry.gains.costs import cost_parts, extra_cost_parts, input_benefit_parts
from registry.gains.effects import effects
from registry.gains.labour import history_labour_parts, own_labour_parts
from registry.gains.land import area_gaps, forgone_parts, freed_labour_parts, history_parts
from registry.gains.model import (
    COST_CLASSES,
    FORMULA_VERSION,
    PAYABLE_PARTS,
    RECEIPT_PARTS,
    Line,
    OrderFacts,
    Part,
    Piece,
    RowUse,
    joined,
)
from registry.gains.sales import delivery_parts, entry_parts, market_parts, own_sale_parts
from registry.kernel import money
from registry.reference.returns import UsedRow


def order_line(facts: OrderFacts) -> Line:
    """The line of an `order` component and season (gains.md 4). ValueError for a number that is not
    finite."""
    if facts.area_mu is not None:
        money.finite(facts.area_mu)
    piece = order_parts(facts)
    complete = not piece.missing
    cash = _sum(piece.parts, "cash") if complete else None
    split = effects(facts, piece.parts, cash) if cash is not None else None
    uses = _row_uses(facts)
    return Line(
        state="complete" if complete else "incomplete",
        missing=piece.missing,
        promised=promised_gain(facts),
        receipts=_received(piece, RECEIPT_PARTS),
        payable=_received(piece, PAYABLE_PARTS),
        cash_gain=cash,
        labour_adjusted_gain=(
            None if cash is None or piece.labour_missing else cash + _sum(piece.parts, "labour")
        ),
        labour_missing=piece.labour_missing,
        parts=piece.parts,
        area_mu=facts.area_mu,
        planned_kg=facts.planned_kg,
        delivered_kg=money.total(fact.kg for fact in facts.deliveries),
        yield_effect=split.yield_effect if split else None,
        cost_effect=split.cost_effect if split else None,
        price_effect=split.price_effect if split else None,
        reference_rows=uses,
        planning=any(use.quality == "planning" and use.role != "promised" for use in uses),
        formula_version=FORMULA_VERSION,
    )


def unknown_line(missing: str, *, area_mu: Decimal | None, planned_kg: Decimal | None) -> Line:
    """A line of which nothing can be computed before what is missing is there (gains.md 7)."""
    return Line(
        state="incomplete",
        missing=(missing,),
        promised=None,
        receipts=None,
        payable=None,
        cash_gain=None,
        labour_adjusted_gain=None,
        labour_missing=(),
        parts=(),
        area_mu=area_mu,
        planned_kg=planned_kg,
        delivered_kg=money.ZERO,
        yield_effect=None,
        cost_effect=None,
        price_effect=None,
        reference_rows=(),
        planning=False,
        formula_version=FORMULA_VERSION,
    )


def order_parts(facts: OrderFacts) -> Piece:
    """All parts of an order line by its method, and what is missing."""
    pieces = [_nothing_declared(facts), delivery_parts(facts.deliveries)]
    match facts.method:
        case "replaced_crop":
            pieces += _replaced_crop(facts)
        case "price_premium":
            pieces += _price_premium(facts)
        case "own_history":
            pieces += _own_history(facts)
        case _:
            assert_never(facts.method)
    return joined(pieces)


def _replaced_crop(facts: OrderFacts) -> list[Piece]:
    """+ deliveries + own sales − cost − fees − forgone; − own labour new + freed labour (gains.md 4)."""
    return [
        Piece(missing=area_gaps(facts)),
        own_sale_parts(facts.own_sales),
        cost_parts(facts),
        entry_parts(facts.entries),
        forgone_parts(facts.land_uses),
        own_labour_parts(facts),
        freed_labour_parts(facts.land_uses),
    ]


def _price_premium(facts: OrderFacts) -> list[Piece]:
    """+ Σ (amount at contract price − amount at market price) + input benefit − extra cost; no labour parts:
    the same crop is grown anyway (gains.md 4)."""
    return [
        market_parts(facts.deliveries),
        input_benefit_parts(facts.costs),
        extra_cost_parts(facts.costs),
        entry_parts(facts.entries),
    ]


def _own_history(facts: OrderFacts) -> list[Piece]:
    """+ deliveries + own sales − cost − fees − own history deflated; − own labour new + that of the base year
    (gains.md 4)."""
    return [
        Piece(missing=area_gaps(facts)),
        own_sale_parts(facts.own_sales),
        cost_parts(facts),
        entry_parts(facts.entries),
        history_parts(facts),
        own_labour_parts(facts),
        history_labour_parts(facts),
    ]


def promised_gain(facts: OrderFacts) -> Decimal | None:
    """The cash gain with the reference rows of the earned line: price, quantity and area as first signed,
    reference cost (gains.md 2). Unknown without a planned quantity, a promised price or a row."""
    price = facts.promised_premium if facts.method == "price_premium" else facts.promised_price
    if facts.promised_kg is None or price is None:
        return None
    amount = money.yuan(facts.promised_kg * price)
    if facts.method == "price_premium":
        return amount
    planned = replace(
        _as_signed(facts),
        deliveries=(),
        own_sales=(),
        costs=(),
        complete_classes=frozenset(),
        entries=(),
        own_days=None,
    )
    land = history_parts(planned) if facts.method == "own_history" else forgone_parts(planned.land_uses)
    piece = joined((Piece(missing=area_gaps(facts)), cost_parts(planned), land))
    return None if piece.missing else amount + _sum(piece.parts, "cash")


def _as_signed(facts: OrderFacts) -> OrderFacts:
    """The line with the area first signed, on the land it has now."""
    area, first = facts.area_mu, facts.promised_area
    if not area or first is None or first == area:
        return facts
    uses = tuple(
        replace(
            use,
            area_mu=use.area_mu * first / area,
            rent_paid=None if use.rent_paid is None else use.rent_paid * first / area,
        )
        for use in facts.land_uses
    )
    return replace(facts, area_mu=first, land_uses=uses)


def _nothing_declared(facts: OrderFacts) -> Piece:
    """With nothing delivered and nothing declared the harvest is unknown: incomplete (gains.md 7)."""
    return Piece() if facts.deliveries or facts.own_sales else Piece(missing=("delivery",))


def _received(piece: Piece, names: Iterable[str]) -> Decimal | None:
    """Receipts or payable: known once every delivery is priced, whatever else is missing."""
    if any(gap == "delivery" or gap.startswith("price:") for gap in piece.missing):
        return None
    return money.total(part.amount for part in piece.parts if part.part in names)


def _sum(parts: Iterable[Part], basis: str) -> Decimal:
    return money.total(part.amount for part in parts if part.basis == basis)


def _row_uses(facts: OrderFacts) -> tuple[RowUse, ...]:
    """The reference rows a line names: displaced crops, and the cost row: for earned figures, or only for the
    promise where every class and the own days are recorded."""
    displaced = facts.land_uses if facts.method == "replaced_crop" else ()
    rows = [
        _row_use("displaced", used)
        for use in sorted(displaced, key=lambda use: use.land_use_id)
        for used in use.rows
        if use.charged_in is None and (not use.rented_in or use.rent_either_way)
    ]
    if facts.cost_row is not None and facts.method != "price_premium":
        recorded = facts.complete_classes.issuperset(COST_CLASSES) and facts.own_days is not None
        rows.append(_row_use("promised" if recorded else "cost", facts.cost_row))
    return tuple({(row.role, row.reference_return_id): row for row in rows}.values())


def _row_use(role: str, used: UsedRow) -> RowUse:
    row = used.row
    return RowUse(
        role=role,
        reference_return_id=row.reference_return_id,
        crop_code=row.crop_code,
        crop_name=row.crop_name,
        division_code=row.division_code,
        year=row.year,
        gap_years=used.gap_years,
        quality=row.quality,
        source_text=row.source_text,
        pinned=used.pinned,
        reason=used.reason,
    )
