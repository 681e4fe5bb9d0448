"""The texts of the overview: its first line, a row per village, the classes of income."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from registry.summaries.charts import Part
from registry.summaries.indicators import Counts, Indicator
from registry.summaries.model import Summary

CLASSES: Final = {
    "wage": "工资性收入",
    "business": "经营净收入",
    "property": "财产净收入",
    "transfer": "转移净收入",
}

Value = Decimal | int | None


class Sentence(Struct, frozen=True, kw_only=True):
    """The figures of the first line: villages, households linked, with a result, their gain, losing, gaps."""

    villages: int
    linked: int
    with_result: int
    per_household: Value
    losing: Value
    incomplete: int
    provisional: int
    stale: int


class VillageRow(Struct, frozen=True, kw_only=True):
    """One line of the table of villages; yuan and mu."""

    key: str
    name: str
    households: Value
    participations: Value
    area: Value
    receipts: Value
    gain: Value
    adjusted_gain: Value
    per_household: Value
    per_mu: Value
    per_person: Value
    without_residents: Value
    coverage: Value
    losing: Value
    incomplete: int
    provisional: int
    stale: int

    @classmethod
    def of(cls, key: str, name: str, found: Mapping[str, Indicator], counts: Counts) -> "VillageRow":
        """The row of a village, or of the whole, out of its indicators."""
        return cls(
            key=key,
            name=name,
            households=found["households_linked"].value,
            participations=found["participations"].value,
            area=found["annex_area"].value,
            receipts=found["receipts"].value,
            gain=found["cash_gain"].value,
            adjusted_gain=found["labour_adjusted_gain"].value,
            per_household=found["gain_per_household"].value,
            per_mu=found["gain_per_mu"].value,
            per_person=found["gain_per_person"].value,
            without_residents=found["households_without_residents"].value,
            coverage=found["coverage"].value,
            losing=found["households_losing"].value,
            incomplete=counts.incomplete,
            provisional=counts.provisional,
            stale=counts.stale,
        )


def sentence(summary: Summary) -> Sentence:
    """Which figures the page's first line is made of."""
    found = summary.indicators
    return Sentence(
        villages=len(summary.rows),
        linked=int(found["households_linked"].value or 0),
        with_result=found["gain_per_household"].n,
        per_household=found["gain_per_household"].value,
        losing=found["households_losing"].value,
        incomplete=summary.counts.incomplete,
        provisional=summary.counts.provisional,
        stale=summary.counts.stale,
    )


def village_rows(summary: Summary) -> list[VillageRow]:
    """Villages in the order of their codes."""
    return [VillageRow.of(row.key, row.label, row.indicators, row.counts) for row in summary.rows]


def class_parts(found: Mapping[str, Indicator]) -> list[Part]:
    """The cash gain by class of income, for the stacked bar."""
    amounts = {name: found[f"income_{name}"].value for name in CLASSES}
    return [
        Part(name=name, label=label, amount=Decimal(amounts[name] or 0)) for name, label in CLASSES.items()
    ]
