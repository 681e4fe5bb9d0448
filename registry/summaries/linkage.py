"""Geometry of a village's linkage: enterprises, cooperative and collective, household groups, and contracts.

Pure: the caller gives the boxes and contracts; drawing is macros/linkage.html.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec

BoxKind = Literal["enterprise", "cooperative", "collective", "household"]
COLUMN: Final[Mapping[BoxKind, int]] = {"enterprise": 0, "cooperative": 1, "collective": 1, "household": 2}
HEADINGS: Final = ("企业", "合作社、村集体", "农户")

BOX_WIDTH: Final = 250
GAP: Final = 310
PORT: Final = 52
LINE: Final = 22
LINE_CHARACTERS: Final = 13
TOP: Final = 40
SPACE: Final = 24
FLAT: Final = 215
WIDTH: Final = 3 * BOX_WIDTH + 2 * GAP


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation or a group of households; `fact` is one short line beneath its name."""

    key: str
    kind: BoxKind
    name: str
    fact: str = ""
    href: str = ""


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A contract between two boxes: label (kind, product, price) and the year's yuan, None if unknown."""

    start: str
    end: str
    label: str
    amount: Decimal | None
    href: str = ""
    ended: bool = False


class PlacedBox(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` are the base lines of its text: one for each line of the name, the last for the fact."""

    box: Box
    x: int
    y: int
    height: int
    text_x: int
    lines: tuple[str, ...]
    rows: tuple[int, ...]
    width: int = BOX_WIDTH


class PlacedEdge(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is its line; its label starts at x, above and below it; `step` 1 … 4 is its width by amount."""

    edge: Edge
    path: str
    x: int
    above: int
    below: int
    label_width: int
    step: int


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    boxes: tuple[PlacedBox, ...]
    edges: tuple[PlacedEdge, ...]
    headings: tuple[tuple[int, str], ...]
    height: int
    width: int = WIDTH


def draw(boxes: Sequence[Box], edges: Sequence[Edge]) -> Picture | None:
    """Boxes of a column stay in their order; None without boxes. KeyError: an edge names an unknown box."""
    if not boxes:
        return None
    order = {box.key: place for place, box in enumerate(boxes)}
    edges = sorted(edges, key=lambda edge: (order[edge.start], order[edge.end]))
    columns = [[box for box in boxes if COLUMN[box.kind] == column] for column in range(3)]
    heights = {box.key: _height(box, edges) for box in boxes}
    tall = max(_tall(column, heights) for column in columns)
    placed = [box for column in columns for box in _column(column, heights, tall)]
    where = {box.box.key: box for box in placed}
    largest = max((edge.amount or Decimal(0) for edge in edges), default=Decimal(0))
    ports = _ports(edges, where, order)
    return Picture(
        boxes=tuple(placed),
        edges=tuple(_edge(edge, where, port, largest) for edge, port in zip(edges, ports, strict=True)),
        headings=tuple((_x(column), heading) for column, heading in enumerate(HEADINGS) if columns[column]),
        height=TOP + tall,
    )


def _x(column: int) -> int:
    return column * (BOX_WIDTH + GAP)


def _height(box: Box, edges: Sequence[Edge]) -> int:
    """Room for the name, and for every edge on the fuller side."""
    text = LINE * (len(_lines(box.name)) + bool(box.fact)) + SPACE
    leaving = sum(edge.start == box.key for edge in edges)
    coming = sum(edge.end == box.key for edge in edges)
    return max(text, PORT * max(leaving, coming))


def _tall(column: Sequence[Box], heights: Mapping[str, int]) -> int:
    return sum(heights[box.key] + SPACE for box in column)


def _column(column: Sequence[Box], heights: Mapping[str, int], tall: int) -> Iterable[PlacedBox]:
    y = TOP + (tall - _tall(column, heights)) // 2
    for box in column:
        x, lines = _x(COLUMN[box.kind]), _lines(box.name)
        rows = tuple(y + 6 + LINE * row for row in range(1, len(lines) + 2))
        yield PlacedBox(box=box, x=x, y=y, height=heights[box.key], text_x=x + 12, lines=lines, rows=rows)
        y += heights[box.key] + SPACE


def _lines(name: str) -> tuple[str, ...]:
    """A long name in lines of even length."""
    lines = -(-len(name) // LINE_CHARACTERS) or 1
    size = -(-len(name) // lines) or 1
    return tuple(name[at : at + size] for at in range(0, len(name), size))


def _ports(
    edges: Sequence[Edge], where: Mapping[str, PlacedBox], order: Mapping[str, int]
) -> list[tuple[int, int]]:
    """The heights at which each edge leaves and arrives, spread evenly over the box's side."""
    leaving = _spread([edge.start for edge in edges], [order[edge.end] for edge in edges], where)
    coming = _spread([edge.end for edge in edges], [order[edge.start] for edge in edges], where)
    return list(zip(leaving, coming, strict=True))


def _spread(keys: Sequence[str], other: Sequence[int], where: Mapping[str, PlacedBox]) -> list[int]:
    heights = [0] * len(keys)
    for key in set(keys):
        mine = [place for place, name in enumerate(keys) if name == key]
        box = where[key]
        for position, place in enumerate(sorted(mine, key=lambda place: other[place])):
            heights[place] = box.y + box.height * (2 * position + 1) // (2 * len(mine))
    return heights


def _edge(edge: Edge, where: Mapping[str, PlacedBox], port: tuple[int, int], largest: Decimal) -> PlacedEdge:
    """Flat under its label, then bending to its end."""
    x, end = where[edge.start].x + BOX_WIDTH, where[edge.end].x
    if end < x:  # within a column or backwards: around the right side
        end = where[edge.end].x + BOX_WIDTH
        path = f"M{x} {port[0]}H{x + FLAT}C{x + GAP} {port[0]} {x + GAP} {port[1]} {x + FLAT} {port[1]}H{end}"
    else:
        middle = (x + FLAT + end) // 2
        path = f"M{x} {port[0]}H{x + FLAT}C{middle} {port[0]} {middle} {port[1]} {end} {port[1]}"
    step = _step(edge.amount, largest)
    above, below = port[0] - 6 - step, port[0] + 18 + step
    room = _label_width(edge.label)
    return PlacedEdge(edge=edge, path=path, x=x + 10, above=above, below=below, label_width=room, step=step)


def _label_width(label: str) -> int:
    """About as wide as the label is at 16 units: a Chinese character is square, others half of it."""
    return sum(16 if ord(character) >= 0x2E80 else 9 for character in label)


def _step(amount: Decimal | None, largest: Decimal) -> int:
    """1 up to an eighth of the largest amount, 2 up to a quarter, 3 up to a half, 4 above."""
    if not amount or amount <= 0:
        return 1
    return 1 + sum(amount * parts > largest for parts in (8, 4, 2))
