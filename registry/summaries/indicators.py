"""The indicators of a summary, from exact sums and counts (gains.md 8). Pure: SQL selects and adds up, this
divides and rounds. A figure that is unknown or refused is None, never 0."""

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from registry.gains.model import INCOME_CLASSES
from registry.kernel import money

FULFILLED_SHARE: Final = Decimal("0.95")
"""A contract is fulfilled when it is completed with at least this share of the planned quantity, if any."""
NO_INCOME: Final = (money.ZERO,) * 4
SMALLEST_GROUP: Final = 5
"""The share of the lower 40 % needs at least this many households."""

Unit = Literal[
    "household",
    "participation",
    "mu",
    "percent",
    "yuan",
    "yuan_per_household",
    "yuan_per_mu",
    "yuan_per_person",
]


class Indicator(Struct, frozen=True, kw_only=True):
    """One figure with what it was made of; based on `n` households, lines or contracts."""

    value: Decimal | int | None
    unit: Unit
    n: int
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    flag: str | None = None


class Counts(Struct, frozen=True, kw_only=True):
    """Lines beside every figure. `valid`: annex lines that link a household in the period. The others: gain
    lines recognised in it, `complete` ("with result") before the day of the report, `provisional` not yet."""

    valid: int = 0
    complete: int = 0
    provisional: int = 0
    incomplete: int = 0
    stale: int = 0


class Totals(Struct, frozen=True, kw_only=True):
    """Exact sums and counts of one group (a division, a village, a product …) and period.

    Sums of yuan take every complete, recognised line. `gain_*`, `households_losing`: of the households all of
    whose recognised lines are complete, one gain each; `gain_lower_40`: of the lower ⌊0.4 n⌋ of them.
    `annex_area`: mu of the valid annex lines that say one. `person_*` leave out households without a count of
    residents. `mu_*`: order and service lines. `income`, `person_income`: cash parts by class, in the order
    of `INCOME_CLASSES`. `quantity_*`: annex lines with a planned quantity, Σ min(delivered, planned) and
    Σ planned.
    """

    households_linked: int = 0
    participations: int = 0
    annex_area: Decimal | None = None
    households_registered: int = 0
    households_official: int | None = None
    households_with_result: int = 0
    receipts: Decimal = money.ZERO
    cash_gain: Decimal = money.ZERO
    labour_adjusted_gain: Decimal = money.ZERO
    labour_households: int = 0
    mu_gain: Decimal = money.ZERO
    mu_area: Decimal = money.ZERO
    mu_lines: int = 0
    person_gain: Decimal = money.ZERO
    persons: int = 0
    person_households: int = 0
    person_income: tuple[Decimal, ...] = NO_INCOME
    gain_households: int = 0
    gain_total: Decimal = money.ZERO
    gain_lower_40: Decimal = money.ZERO
    gain_p10: Decimal | None = None
    gain_p50: Decimal | None = None
    gain_p90: Decimal | None = None
    households_losing: int = 0
    income: tuple[Decimal, ...] = NO_INCOME
    contracted_area: Decimal | None = None
    planted_area: Decimal | None = None
    order_lines: int = 0
    contracts_due: int = 0
    contracts_fulfilled: int = 0
    quantity_delivered: Decimal = money.ZERO
    quantity_planned: Decimal = money.ZERO
    quantity_lines: int = 0


def indicators(totals: Totals) -> dict[str, Indicator]:
    """All indicators orders can fill, by the names of the REST interface; those that need settlements or the
    collective's accounts are None."""
    return {
        **linkage(totals),
        **sums(totals),
        **per_unit(totals),
        **distribution(totals),
        **fulfilment(totals),
        **income_by_class(totals),
        **not_yet_recorded(),
    }


def linkage(totals: Totals) -> dict[str, Indicator]:
    """带动农户, 户次 and their area; coverage of the households registered and of the official number."""
    linked, official = totals.households_linked, totals.households_official
    return {
        "households_linked": Indicator(value=linked, unit="household", n=linked, numerator=linked),
        "participations": Indicator(
            value=totals.participations,
            unit="participation",
            n=totals.participations,
            numerator=totals.participations,
        ),
        "annex_area": Indicator(
            value=totals.annex_area, unit="mu", n=totals.participations, numerator=totals.annex_area
        ),
        "coverage": share(linked, totals.households_registered, linked),
        "coverage_official": share(linked, official, linked),
    }


def sums(totals: Totals) -> dict[str, Indicator]:
    """Receipts and gains of the lines with a result; unknown without any."""
    n = totals.households_with_result
    return {
        "receipts": summed(totals.receipts, n),
        "cash_gain": summed(totals.cash_gain, n),
        "labour_adjusted_gain": summed(totals.labour_adjusted_gain, totals.labour_households),
    }


def per_unit(totals: Totals) -> dict[str, Indicator]:
    """户均收益, 户均增收, 亩均增收 (order and service lines, 亩次), 人均增收 (residents on the last day), and
    the households with a result that 人均增收 leaves out."""
    households = totals.households_with_result
    uncounted = households - totals.person_households if households else None
    return {
        "receipts_per_household": ratio(totals.receipts, households, "yuan_per_household", households),
        "gain_per_household": ratio(totals.cash_gain, households, "yuan_per_household", households),
        "gain_per_mu": ratio(totals.mu_gain, totals.mu_area, "yuan_per_mu", totals.mu_lines),
        "gain_per_person": ratio(
            totals.person_gain, totals.persons, "yuan_per_person", totals.person_households
        ),
        "households_without_residents": Indicator(
            value=uncounted, unit="household", n=households, numerator=uncounted
        ),
    }


def distribution(totals: Totals) -> dict[str, Indicator]:
    """p10, p50, p90 by nearest rank, the share of the lower 40 % and the number of losing households,
    negatives included."""
    n, losing = totals.gain_households, totals.households_losing
    percentiles = {"gain_p10": totals.gain_p10, "gain_p50": totals.gain_p50, "gain_p90": totals.gain_p90}
    found = {
        name: Indicator(value=value, unit="yuan_per_household", n=n) for name, value in percentiles.items()
    }
    lost = Indicator(value=losing if n else None, unit="household", n=n, numerator=losing, denominator=n)
    return {**found, "gain_lower_40_share": lower_40_share(totals), "households_losing": lost}


def lower_40_share(totals: Totals) -> Indicator:
    """Gain of the lower ⌊0.4 n⌋ households ÷ all, percent; None when n < 5 or the total is not above 0."""
    n, total, lower = totals.gain_households, totals.gain_total, totals.gain_lower_40
    known = n >= SMALLEST_GROUP and total > 0
    value = money.percent2(lower, total) if known else None
    return Indicator(value=value, unit="percent", n=n, numerator=lower, denominator=total)


def fulfilment(totals: Totals) -> dict[str, Indicator]:
    """订单覆盖率 and fulfilment by contracts and by quantity."""
    return {
        "order_coverage": order_coverage(totals),
        "fulfilment_by_contract": share(
            totals.contracts_fulfilled, totals.contracts_due, totals.contracts_due
        ),
        "fulfilment_by_quantity": share(
            totals.quantity_delivered, totals.quantity_planned, totals.quantity_lines
        ),
    }


def order_coverage(totals: Totals) -> Indicator:
    """Contracted ÷ planted area, percent; above 100 it is shown and flagged. Nothing in a quarter or month or
    for a group without a planted area of its own."""
    if totals.contracted_area is None:
        return Indicator(value=None, unit="percent", n=0)
    found = share(totals.contracted_area, totals.planted_area, totals.order_lines)
    above = isinstance(found.value, Decimal) and found.value > 100
    return replace(found, flag="above_100") if above else found


def income_by_class(totals: Totals) -> dict[str, Indicator]:
    """Amounts of the cash parts by NBS class, and the same per household and person."""
    households, people = totals.households_with_result, totals.person_households
    found: dict[str, Indicator] = {}
    for name, amount, counted in zip(INCOME_CLASSES, totals.income, totals.person_income, strict=True):
        found[f"income_{name}"] = summed(amount, households)
        found[f"income_{name}_per_household"] = ratio(amount, households, "yuan_per_household", households)
        found[f"income_{name}_per_person"] = ratio(counted, totals.persons, "yuan_per_person", people)
    return found


def not_yet_recorded() -> dict[str, Indicator]:
    """Figures based on payments and the collective's accounts: unknown until those are recorded."""
    arrears = ("arrears_1_30", "arrears_31_90", "arrears_over_90", "collective_income")
    return {
        **{name: Indicator(value=None, unit="percent", n=0) for name in ("paid_on_time", "paid_share")},
        **{name: Indicator(value=None, unit="yuan", n=0) for name in arrears},
    }


def summed(amount: Decimal, n: int) -> Indicator:
    """A sum in yuan; unknown without summands."""
    return Indicator(value=amount if n else None, unit="yuan", n=n, numerator=amount if n else None)


def ratio(amount: Decimal, divisor: Decimal | int, unit: Unit, n: int) -> Indicator:
    """A sum divided and rounded once to 0.01; None for a zero divisor."""
    return Indicator(value=money.per(amount, divisor), unit=unit, n=n, numerator=amount, denominator=divisor)


def share(part: Decimal | int, whole: Decimal | int | None, n: int) -> Indicator:
    """Percent, rounded once to 0.01; None where the whole is unknown or 0."""
    value = None if whole is None else money.percent2(Decimal(part), Decimal(whole))
    return Indicator(value=value, unit="percent", n=n, numerator=part, denominator=whole)
