"""The kinds whose gain is computed. A further kind is a module here and one entry of `KINDS`."""

from collections.abc import Iterator, Mapping
from typing import Final

from registry.gains.due import Due, GainKind
from registry.gains.kinds import order
from registry.gains.load_facts import Facts

KINDS: Final[Mapping[str, GainKind]] = {"order": order}


def due_lines(facts: Facts) -> Iterator[Due]:
    """Every line due in the year of the facts. A component of a kind that is not computed has none."""
    for line in facts.lines:
        if line.kind in KINDS:
            yield from KINDS[line.kind].due(line, facts)


def land_ranks() -> dict[str, int | None]:
    """`LAND_RANK` by kind."""
    return {code: kind.LAND_RANK for code, kind in KINDS.items()}
