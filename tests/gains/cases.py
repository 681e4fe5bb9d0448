"""Loads the worked cases (`cases/*.toml`) into the formula's facts; ids are counted, so cases repeat."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from registry.gains.model import (
    CostFact,
    DeliveryFact,
    EntryFact,
    HistoryFact,
    LandUseFact,
    LineRef,
    OrderFacts,
    OwnSaleFact,
)
from registry.reference.returns import LabourPrice, ReferenceRow, UsedRow, deflator

FOLDER = Path(__file__).parent / "cases"
DAY = date(2022, 8, 20)
_SPACE = UUID(int=7)
_USED = ("rented_in", "rent_either_way", "days_used", "days_in_year")
_PLAIN = {"crop_name", "quality", "excluded_items"}


def names(*topics: str) -> list[str]:
    """Cases whose file name starts with one of the topics."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem.startswith(topics))


def case(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def _rows() -> Mapping[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / "reference_rows.toml").read_text("utf-8"))


def row(name: str) -> ReferenceRow:
    """The row named crop/division/year."""
    crop, division, year = name.split("/")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value if key in _PLAIN else Decimal(value)
        for key, value in _rows()[name].items()
    }
    return ReferenceRow(
        reference_return_id=uuid5(_SPACE, name),
        crop_code=crop,
        division_code=division,
        year=int(year),
        source_text="示例来源",
        **values,
    )


def used(name: str, year: int) -> UsedRow:
    found = row(name)
    return UsedRow(row=found, gap_years=year - found.year)


def order_facts(data: Mapping[str, Any]) -> OrderFacts:
    """The facts of a case: its `[line]` and its lists of land uses, deliveries, sales, costs, entries."""
    line = dict(data["line"])
    ids = (UUID(int=number) for number in count(1))
    year = line["year"]
    price = line.pop("labour_day_price", None)
    cost_row = line.pop("cost_row", None)
    return OrderFacts(
        method=line.pop("method"),
        year=line.pop("year"),
        crop_code=data["crop"],
        area_mu=_decimal(line.pop("area_mu", None)),
        complete_classes=frozenset(line.pop("complete_classes", ())),
        cost_row=None if cost_row is None else used(cost_row, year),
        labour_price=None if price is None else LabourPrice(year=year, price=Decimal(price)),
        deliveries=tuple(
            DeliveryFact(
                delivery_id=next(ids),
                day=fact.get("day", DAY),
                kg=Decimal(fact["kg"]),
                unit_price=_decimal(fact.get("unit_price")),
                market_price=_decimal(fact.get("market_price")),
            )
            for fact in data.get("delivery", ())
        ),
        own_sales=tuple(
            OwnSaleFact(
                own_sale_id=next(ids), day=DAY, kg=Decimal(fact["kg"]), amount=Decimal(fact["amount"])
            )
            for fact in data.get("own_sale", ())
        ),
        costs=_each(data, "cost", lambda fact: _cost(fact, next(ids))),
        entries=_each(
            data,
            "entry",
            lambda fact: EntryFact(
                entry_id=next(ids), kind=fact["kind"], day=DAY, amount=Decimal(fact["amount"])
            ),
        ),
        land_uses=_each(data, "land_use", lambda fact: _land_use(fact, next(ids), year)),
        history=_each(data, "history", lambda one: _history(one, one.get("crop", data["crop"]), year)),
        **_decimals(line),
    )


def _decimals(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: Decimal(value) for name, value in values.items()}


def _each(data: Mapping[str, Any], name: str, make: Callable[[dict[str, Any]], Any]) -> tuple[Any, ...]:
    return tuple(make(fact) for fact in data.get(name, ()))


def _cost(fact: dict[str, Any], record_id: UUID) -> CostFact:
    return CostFact(
        record_id=record_id,
        cost_class=fact["cost_class"],
        item=fact["item"],
        amount=Decimal(fact["amount"]),
        advanced=fact.get("advanced", False),
        market_value=_decimal(fact.get("market_value")),
    )


def _land_use(fact: dict[str, Any], land_use_id: UUID, year: int) -> LandUseFact:
    rows = tuple(used(name, year) for name in fact.get("rows", ()))
    counted_in = fact.get("counted_in")
    return LandUseFact(
        land_use_id=land_use_id,
        area_mu=Decimal(fact["area_mu"]),
        crops=tuple(found.row.crop_code for found in rows),
        rows=rows,
        **{name: fact[name] for name in _USED if name in fact},
        rent_paid=_decimal(fact.get("rent_paid")),
        charged_in=(
            LineRef(participant_id=UUID(int=99), line_key="2024", label=counted_in) if counted_in else None
        ),
    )


def _history(data: Mapping[str, Any], crop: str, year: int) -> HistoryFact:
    indices = {int(key): Decimal(value) for key, value in data["indices"].items()}
    return HistoryFact(
        crop_code=crop,
        year=data["year"],
        area_mu=Decimal(data["area_mu"]),
        cash_income=Decimal(data["cash_income"]),
        own_days=_decimal(data.get("own_days")),
        deflator=deflator(indices, data["year"], year),
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def expected_parts(data: Mapping[str, Any]) -> Iterator[tuple[str, list[Decimal]]]:
    for part, amounts in data["expect"].get("parts", {}).items():
        yield part, [Decimal(amount) for amount in amounts]
