"""What households spent, were advanced, paid in fees and sold elsewhere. The first case has none of it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from registry.demo.annex import Line
from registry.demo.deterministic import chance, created_on, draw, fixed_id
from registry.demo.harvest import harvested, nothing_delivered
from registry.demo.market import market_price
from registry.demo.rows import Rows
from registry.fulfilment.record_rows import NewCompletion, NewCostRecord, NewEntry, NewOwnSale
from registry.kernel import money

# Yuan per mu: materials and services, hired labour.
_USUAL: Final = {
    "chili": (1300, 900),
    "sorghum": (420, 60),
    "mugwort": (520, 260),
    "midseason_rice": (605, 100),
}
_ITEMS: Final = {
    "materials_services": (("肥料", 55), ("农药", 20), ("地膜和机耕", 25)),
    "hired_labour": (("移栽雇工", 40), ("采收雇工", 60)),
    "land_rent": (),
}


def add_records(rows: Rows, lines: Sequence[Line]) -> None:
    """One line in nine has its costs recorded in full, one in twenty only its materials."""
    for line in lines:
        if line.home.is_first_case:
            continue
        if line.method != "price_premium":
            _add_costs(rows, line)
        rows.entries += _entries(line)
        rows.own_sales += _own_sales(line)


def _add_costs(rows: Rows, line: Line) -> None:
    chosen = draw(0, 99, "recorded", line.key)
    classes = tuple(_ITEMS) if chosen < 11 else ("materials_services",) if chosen < 16 else ()
    for cost_class in classes:
        rows.cost_records += _costs(line, cost_class)
        rows.completions.append(
            NewCompletion(
                **created_on(line.deal.good.season(line.year)[1]),
                **_of_line(line),
                cost_class=cost_class,
                complete=True,
            )
        )


def _costs(line: Line, cost_class: str) -> Iterator[NewCostRecord]:
    materials, hired = _USUAL[line.deal.good.crop]
    per_mu = materials if cost_class == "materials_services" else hired
    level = draw(70, 128, "spent", cost_class, line.key)
    for number, (item, percent) in enumerate(_ITEMS[cost_class]):
        day = _spring(line) + timedelta(days=25 * number + draw(0, 12, item, line.key))
        yield NewCostRecord(
            **created_on(day),
            **_of_line(line),
            cost_record_id=fixed_id(day, "cost", item, line.key),
            household_id=line.home.household_id,
            day=day,
            cost_class=cost_class,
            item=item,
            amount=money.yuan(line.area_mu * per_mu * level * percent / 10000),
            evidence="示例：收据",
        )


def _entries(line: Line) -> Iterator[NewEntry]:
    """Fertiliser advanced by the buyer, below the local price; a transport fee."""
    if chance(70, "advance", line.key):
        charged = money.yuan(line.area_mu * draw(60, 110, "charged", line.key))
        worth = money.yuan(charged * draw(104, 118, "worth", line.key) / 100)
        extra = {"item": "复合肥", "cost_class": "materials_services", "local_market_value": worth}
        yield _entry(line, "input_advance", _spring(line), charged, extra)
    if chance(45, "fee", line.key):
        day = line.deal.good.season(line.year)[1]
        amount = Decimal(draw(20, 60, "fee of", line.key))
        extra = {"item": "运输费", "cost_class": None, "local_market_value": None}
        yield _entry(line, "fee", day, amount, extra)


def _entry(line: Line, kind: str, day: date, amount: Decimal, extra: dict[str, Any]) -> NewEntry:
    return NewEntry(
        **created_on(day),
        **_of_line(line),
        **extra,
        entry_id=fixed_id(day, "entry", kind, line.key),
        contract_id=line.deal.contract_id,
        component_id=line.deal.paying.component_id,
        household_id=line.home.household_id,
        organization_id=None,
        day=day,
        kind=kind,
        amount=amount,
        note=None,
    )


def _own_sales(line: Line) -> Iterator[NewOwnSale]:
    """A little of the harvest sold to a passing trader; all of it by half of those who delivered nothing."""
    everything = nothing_delivered(line) and chance(500, "sold all", line.key)
    if not everything and not chance(35, "sold", line.key):
        return
    percent = 100 if everything else draw(3, 9, "sold part", line.key)
    day = date(line.year, *line.deal.good.harvest[1])
    net_kg = money.kg(harvested(line) * percent / 100)
    price = market_price(line.deal.good, None, day) * draw(88, 99, "sold for", line.key) / 100
    yield NewOwnSale(
        **created_on(day),
        **_of_line(line),
        own_sale_id=fixed_id(day, "own sale", line.key),
        household_id=line.home.household_id,
        product_code=line.deal.good.product,
        day=day,
        net_kg=net_kg,
        amount=money.yuan(net_kg * price),
        note="示例：农户自报",
    )


def _spring(line: Line) -> date:
    """Soon after sowing, and not before the contract was signed."""
    begin = max(line.deal.good.season(line.year)[0], line.deal.signed_on)
    return begin + timedelta(days=draw(0, 10, "spring", line.key))


def _of_line(line: Line) -> dict[str, Any]:
    """The columns every record of an annex line and season carries."""
    return {**line.place, "participant_id": line.participant_id, "season_id": line.season_id}
