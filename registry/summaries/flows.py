"""Who is linked to whom in a village: boxes and edges of its picture, the same facts as rows. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts import kinds
from registry.contracts.kinds import Terms, product
from registry.summaries.linkage import Box, BoxKind, Edge

_COLUMNS: Final[dict[str, BoxKind]] = {"cooperative": "cooperative", "collective": "collective"}
SHORT: Final = 14
NUMERALS: Final = "一二三四五六七八九"
UNGROUPED: Final = "未分组农户"


class FlowRow(Struct, frozen=True, kw_only=True):
    """A component of a contract: the organisation that pays, and the one that is paid; None: households."""

    contract_id: UUID
    title: str
    status: str
    component_id: UUID
    number: int
    kind: str
    product_name: str | None
    terms: Terms
    payer_id: UUID
    payer_name: str
    payer_kind: str
    payee_id: UUID | None
    payee_name: str | None
    payee_kind: str | None


class GroupFlow(Struct, frozen=True, kw_only=True):
    """The annex households of a component in one group of the village, and what they were owed."""

    component_id: UUID
    group_name: str
    households: int
    amount: Decimal | None


class ComponentAmount(Struct, frozen=True, kw_only=True):
    component_id: UUID
    amount: Decimal | None


class Link(Struct, frozen=True, kw_only=True):
    """One edge as a row of the table beneath the picture."""

    contract_id: UUID
    title: str
    payer: str
    payee: str
    kind: str
    product: str
    price: str
    households: int | None
    amount: Decimal | None
    ended: bool


class Linkage(Struct, frozen=True, kw_only=True):
    boxes: list[Box]
    edges: list[Edge]
    links: list[Link]


def linkage(
    flows: Sequence[FlowRow],
    groups: Iterable[GroupFlow],
    amounts: Iterable[ComponentAmount],
    households_href: str,
    grade_names: Mapping[str, Mapping[str, str]],
) -> Linkage:
    """Boxes, edges and rows of a village's contracts. `grade_names`: by product and grade."""
    by_component: dict[UUID, list[GroupFlow]] = {}
    largest: dict[str, int] = {}
    for group in groups:
        by_component.setdefault(group.component_id, []).append(group)
        largest[group.group_name] = max(group.households, largest.get(group.group_name, 0))
    known = {row.component_id: row.amount for row in amounts}
    boxes: dict[str, Box] = {}
    edges: list[Edge] = []
    for flow in flows:
        payer = _organization(boxes, flow.payer_id, flow.payer_name, flow.payer_kind)
        if flow.payee_id is not None:
            payee = _organization(boxes, flow.payee_id, flow.payee_name or "", flow.payee_kind or "")
            edges.append(_edge(flow, payer, payee, known.get(flow.component_id)))
            continue
        for group in by_component.get(flow.component_id, ()):
            name = group.group_name
            box = _group(boxes, name, largest[name], households_href)
            edges.append(_edge(flow, payer, box, group.amount))
    links = [
        _link(
            flow, by_component.get(flow.component_id, ()), known, grade_names.get(product(flow.terms) or "")
        )
        for flow in flows
    ]
    organizations = [box for box in boxes.values() if box.kind != "household"]
    grouped = sorted((b for b in boxes.values() if b.kind == "household"), key=lambda b: in_order(b.name))
    return Linkage(boxes=[*organizations, *grouped], edges=edges, links=links)


def in_order(group: str) -> tuple[int, str]:
    """一组, 二组 … 十一组: groups named by a number in its order, others after them by name."""
    numeral = group.removesuffix("组").removesuffix("村民小")
    tens, ten, ones = numeral.rpartition("十")
    digits = [NUMERALS.find(part) + 1 if part else 0 for part in (tens, ones)]
    named = any(part and part not in NUMERALS for part in (tens, ones)) or not numeral
    number = digits[0] * 10 + digits[1] if tens or not ten else 10 + digits[1]
    return (10_000, group) if named else (number, group)


def _organization(boxes: dict[str, Box], key: UUID, name: str, kind: str) -> str:
    column = _COLUMNS.get(kind, "enterprise")
    boxes.setdefault(
        str(key), Box(key=str(key), kind=column, name=name, href=f"/contracts?organization={key}")
    )
    return str(key)


def _group(boxes: dict[str, Box], name: str, households: int, href: str) -> str:
    """One box per group, whatever it takes part in; its fact is the largest annex it has."""
    key = f"group {name}"
    fact = f"{households} 户参与"
    boxes.setdefault(key, Box(key=key, kind="household", name=name or UNGROUPED, fact=fact, href=href))
    return key


def _edge(flow: FlowRow, start: str, end: str, amount: Decimal | None) -> Edge:
    return Edge(
        start=start,
        end=end,
        label=f"{flow.product_name or kinds.label(flow.kind)}·{_clause(flow.terms)}",
        amount=amount,
        href=f"/contracts/{flow.contract_id}",
        ended=flow.status == "terminated",
    )


def _clause(terms: Terms) -> str:
    """The price clause in a few characters, for a label; by grade only its kind: 分级，保底."""
    short = kinds.kind_of(terms).brief(terms)
    return short if len(short) <= SHORT else f"{short[: SHORT - 1]}…"


def _link(
    flow: FlowRow,
    groups: Sequence[GroupFlow],
    known: dict[UUID, Decimal | None],
    grade_names: Mapping[str, str] | None,
) -> Link:
    to_households = flow.payee_id is None
    return Link(
        contract_id=flow.contract_id,
        title=flow.title,
        payer=flow.payer_name,
        payee="农户" if to_households else (flow.payee_name or ""),
        kind=kinds.label(flow.kind),
        product=flow.product_name or "",
        price=kinds.sentence(flow.terms, grade_names),
        households=sum(group.households for group in groups) if to_households else None,
        amount=known.get(flow.component_id),
        ended=flow.status == "terminated",
    )
