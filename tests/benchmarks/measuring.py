"""Times two ways of doing a thing in turns, and collects the ratios of a run."""

import gc
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

Doing = Callable[[], Awaitable[object]]


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """Medians of two things measured in turns, in milliseconds, and how many times as long the first takes.

    `bound`: the most the ratio may be; None where it is only reported. `per`: what one measurement did.
    """

    name: str
    per: str
    first: str
    first_ms: float
    second: str
    second_ms: float
    ratio: float
    rounds: int
    bound: float | None = None


class Report:
    """The ratios of a run, as a table and as a JSON file."""

    def __init__(self) -> None:
        self.ratios: list[Ratio] = []

    async def compare(
        self,
        name: str,
        *,
        per: str,
        first: tuple[str, Doing],
        second: tuple[str, Doing],
        rounds: int,
        share: int = 1,
        bound: float | None = None,
    ) -> Ratio:
        """Measures both and keeps the ratio. `share`: how many things one measurement did."""
        first_ms, second_ms = await in_turns(first[1], second[1], rounds)
        made = Ratio(
            name=name,
            per=per,
            first=first[0],
            first_ms=first_ms / share,
            second=second[0],
            second_ms=second_ms / share,
            ratio=first_ms / second_ms,
            rounds=rounds,
            bound=bound,
        )
        self.ratios.append(made)
        return made

    def table(self) -> str:
        """One line a ratio."""
        lines = [f"{'':46}{'first':>34}{'second':>34}{'ratio':>9}{'bound':>8}"]
        for one in self.ratios:
            first, second = (
                f"{label} {value:.3f} ms"
                for label, value in ((one.first, one.first_ms), (one.second, one.second_ms))
            )
            bound = "" if one.bound is None else f"{one.bound:.2f}"
            lines.append(f"{f'{one.name} ({one.per})':46}{first:>34}{second:>34}{one.ratio:>9.2f}{bound:>8}")
        return "\n".join(lines)

    def write(self) -> Path:
        """The file the ratios stand in, in a folder of its own."""
        path = Path(tempfile.mkdtemp(prefix="registry-benchmarks-")) / "ratios.json"
        path.write_text(json.dumps(msgspec.to_builtins(self.ratios), ensure_ascii=False, indent=1), "utf-8")
        return path


async def in_turns(first: Doing, second: Doing, rounds: int) -> tuple[float, float]:
    """Median milliseconds of each; one of each before is not counted. In turns: what else the machine does
    falls on both."""
    for work in (first, second):
        await work()
    took: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for work, times in zip((first, second), took, strict=True):
                began = time.perf_counter()
                await work()
                times.append((time.perf_counter() - began) * 1000)
    finally:
        gc.enable()
    return statistics.median(took[0]), statistics.median(took[1])
