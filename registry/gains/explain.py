"""The tree that explains a line: from the gain to its parts, the rates with their sources, and the tickets.

Everything shown was stored with the line: nothing is computed again, a superseded line explains itself, too.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from registry.gains.listing import Explanation, Node, SourceRow, StoredLine, TicketRow
from registry.gains.model import Input
from registry.gains.rows import PartRow
from registry.gains.wording import PART_NAMES, input_name, missing_sentence
from registry.kernel import money

QUALITIES: Final = {"official": "官方资料", "survey": "调查", "planning": "估算"}
_HREFS: Final = {
    "delivery": "/api/v1/deliveries/",
    "reference_return": "/api/v1/reference-returns/",
    "own_sale": "/api/v1/own-sales/",
    "cost_record": "/api/v1/cost-records/",
    "entry": "/api/v1/entries/",
    "land_use": "/api/v1/land-uses/",
}


def explanation(
    line: StoredLine,
    parts: Sequence[PartRow],
    tickets: Mapping[UUID, TicketRow],
    sources: Mapping[UUID, SourceRow],
    crops: Mapping[str, str],
) -> Explanation:
    """The trees of both bases. `tickets`, `sources`: the records the inputs name, by id."""
    nodes = {
        basis: tuple(_part(part, tickets, sources) for part in parts if part.basis == basis)
        for basis in ("cash", "labour")
    }
    cash = _sum("现金口径增收", line.cash_gain, nodes["cash"])
    adjusted = _sum("劳动折价口径增收", line.labour_adjusted_gain, (cash, *nodes["labour"]))
    return Explanation(
        gain_line_id=line.gain_line_id,
        state=line.state,
        missing_text=tuple(missing_sentence(gap, crops) for gap in (*line.missing, *line.labour_missing)),
        formula_version=line.formula_version,
        superseded_at=line.superseded_at,
        cash_gain=cash,
        labour_adjusted_gain=adjusted,
    )


def _sum(label: str, amount: Decimal | None, children: tuple[Node, ...]) -> Node:
    value = None if amount is None else f"{amount:f}"
    return Node(label=label, value=value, unit="元", rule="gain.sum_of_parts", children=children)


def _part(part: PartRow, tickets: Mapping[UUID, TicketRow], sources: Mapping[UUID, SourceRow]) -> Node:
    return Node(
        label=PART_NAMES[part.part],
        value=f"{part.amount:f}",
        unit="元",
        rule=part.rule,
        source=part.source_text,
        children=tuple(_input(one, tickets, sources) for one in part.inputs),
    )


def _input(one: Input, tickets: Mapping[UUID, TicketRow], sources: Mapping[UUID, SourceRow]) -> Node:
    found = UUID(one.record_id) if one.record_id else None
    return Node(
        label=input_name(one.name),
        value=one.value,
        unit=one.unit,
        source=_source(sources.get(found)) if found else None,
        record=one.record or None,
        record_id=one.record_id or None,
        href=f"{_HREFS[one.record]}{one.record_id}" if one.record in _HREFS else None,
        children=_ticket(tickets.get(found)) if found and one.record == "delivery" else (),
    )


def _source(row: SourceRow | None) -> str | None:
    if row is None:
        return None
    quality = QUALITIES[row.quality]
    return f"{row.crop_name} {row.division_name} {row.year} 年，{quality}：{row.source_text}"


def _ticket(row: TicketRow | None) -> tuple[Node, ...]:
    """The figures of the weigh ticket, in the unit typed."""
    if row is None:
        return ()
    unit = money.UNIT_NAMES[row.typed_unit]
    facts = [
        ("票号", row.ticket_number, ""),
        ("日期", f"{row.day}", ""),
        ("毛重", f"{row.gross:f}", unit),
        ("皮重", f"{row.tare:f}", unit),
        ("扣除比例", f"{row.deduction_percent.normalize():f}", "%"),
        ("扣重", f"{row.deduction_weight:f}", unit),
        ("整票净重", f"{row.net_kg:f}", "公斤"),
        ("等级", row.grade_code, ""),
        ("司磅员", row.operator, ""),
        ("已作废", None if row.voided_at is None else f"{row.voided_at:%Y-%m-%d}", ""),
    ]
    return tuple(Node(label=label, value=value, unit=unit) for label, value, unit in facts if value)
