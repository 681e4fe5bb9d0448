"""What the land would otherwise have earned: forgone income, freed labour, own history, per land use.

On which line a land use is charged is decided by `land_claims.py`.
"""

from collections.abc import Sequence
from decimal import Decimal

from registry.gains.model import (
    HistoryFact,
    Input,
    LandUseFact,
    OrderFacts,
    Part,
    Piece,
    joined,
    number,
    record,
    row_input,
    row_source,
)
from registry.kernel import money


def forgone_parts(land_uses: Sequence[LandUseFact]) -> Piece:
    """− forgone income of each land use (gains.md 3). Without any land use there is no comparator."""
    if not land_uses:
        return Piece(missing=("comparator",))
    return joined(_forgone(use) for use in _in_order(land_uses))


def freed_labour_parts(land_uses: Sequence[LandUseFact]) -> Piece:
    """+ A × family labour value of the displaced rows as published × share of the year, for land charged here
    (gains.md 3). Missing for the labour-adjusted gain only: `family_labour:<crop>`."""
    return joined(_freed_labour(use) for use in _in_order(land_uses) if _displaces(use))


def history_parts(facts: OrderFacts) -> Piece:
    """`own_history`: − A × Σ own cash income per mu of the base year × deflator over the crops of a rotation
    (gains.md 4). This charges the land: area counted in another line is left out here and shown as 0.00.
    Missing: `history:<crop>`, `deflator:<year>`, `comparator`."""
    elsewhere = joined(_counted_elsewhere(use) for use in _in_order(facts.land_uses))
    area = charged_area(facts.area_mu or money.ZERO, facts.land_uses)
    if not area:
        return elsewhere
    gaps = _history_gaps(facts)
    if gaps:
        return joined((Piece(missing=gaps), elsewhere))
    amounts = (
        area * one.share * one.cash_income * (one.deflator.value or 0) / one.area_mu for one in facts.history
    )
    first = facts.history[0]
    part = Part(
        part="forgone",
        amount=-money.yuan(sum(amounts, Decimal(0))),
        rule="history.forgone",
        source=f"本户 {first.year} 年的经营记录",
        inputs=(
            number("area_mu", area, "亩"),
            *(one for crop in facts.history for one in _history_inputs(crop)),
            number("deflator", first.deflator.value or Decimal(0)),
            *(number(f"rural_cpi_{year}", index) for year, index in first.deflator.indices),
        ),
    )
    return joined((Piece(parts=(part,)), elsewhere))


def _history_gaps(facts: OrderFacts) -> tuple[str, ...]:
    if facts.history_missing:
        return tuple(f"history:{crop}" for crop in facts.history_missing)
    if not facts.history or not all(one.area_mu for one in facts.history):
        return ("comparator",)
    deflator = facts.history[0].deflator
    if deflator.value is None:
        years = deflator.missing_years or (facts.history[0].year,)
        return tuple(f"deflator:{year}" for year in years)
    return ()


def _history_inputs(one: HistoryFact) -> tuple[Input, ...]:
    share = () if one.share == 1 else (number("share", one.share),)
    return (
        number("base_year_cash_income", one.cash_income, "元"),
        number("base_year_area_mu", one.area_mu, "亩"),
        *share,
    )


def charged_area(area_mu: Decimal, land_uses: Sequence[LandUseFact]) -> Decimal:
    """The annex line's area without what another line is charged for."""
    return area_mu - money.total(use.area_mu for use in land_uses if use.charged_in is not None)


def _forgone(use: LandUseFact) -> Piece:
    """A × CI(b) × share; land leased in: 0, or A × (CI(b) + land rent(b)) × share − rent paid where the
    household would have rented it anyway (gains.md 3)."""
    if use.charged_in is not None:
        return _counted_elsewhere(use)
    if use.rented_in and not use.rent_either_way:
        return Piece(parts=(_zero(use, "land.rented_in", "租入的土地，没有合同就不租"),))
    gaps = _row_gaps(use)
    if gaps:
        return Piece(missing=gaps)
    per_mu = sum((used.row.cash_income for used in use.rows), Decimal(0))
    either_way = use.rented_in and use.rent_paid is not None
    if either_way:
        per_mu += sum((used.row.land_rent for used in use.rows), Decimal(0))
    amount = by_days(use, per_mu) - ((use.rent_paid or Decimal(0)) if either_way else 0)
    rule = "land.rented_either_way" if either_way else "land.forgone" if use.crops else "land.idle"
    return Piece(parts=(_part(use, rule, -money.yuan(amount), _income_inputs(use, either_way)),))


def _freed_labour(use: LandUseFact) -> Piece:
    """A × family labour value(b) × the same share."""
    gaps = tuple(f"family_labour:{u.row.crop_code}" for u in use.rows if u.row.family_labour is None)
    if gaps:
        return Piece(labour_missing=gaps)
    values = [(used, used.row.family_labour or Decimal(0)) for used in use.rows]
    amount = money.yuan(by_days(use, sum((value for _, value in values), Decimal(0))))
    inputs = tuple(row_input(used, "family_labour", value) for used, value in values)
    return Piece(parts=(_part(use, "labour.freed", amount, inputs),))


def _displaces(use: LandUseFact) -> bool:
    """Whether a crop of this household's own work is given up on this line, with all its rows known."""
    own = not use.rented_in or use.rent_either_way
    return bool(use.crops) and own and use.charged_in is None and not _row_gaps(use)


def _counted_elsewhere(use: LandUseFact) -> Piece:
    """0.00 "counted in line …"; incomplete while that line is (gains.md 3)."""
    line = use.charged_in
    if line is None:
        return Piece()
    part = _zero(use, "land.counted_elsewhere", f"已计入：{line.label}")
    missing = (f"counted_line:{line.label}",) if line.incomplete else ()
    return Piece(parts=(part,), missing=missing)


def _row_gaps(use: LandUseFact) -> tuple[str, ...]:
    """Crops of the land use for which no reference row was found."""
    found = {used.row.crop_code for used in use.rows}
    return tuple(f"row:{crop}" for crop in use.crops if crop not in found)


def by_days(use: LandUseFact, per_mu: Decimal) -> Decimal:
    """A × value per mu, by days of use ÷ days in the year where the land is held by days; unrounded."""
    if use.days_used is None or use.days_in_year is None:
        return use.area_mu * per_mu
    return use.area_mu * per_mu * use.days_used / use.days_in_year


def _income_inputs(use: LandUseFact, either_way: bool) -> tuple[Input, ...]:
    inputs = [row_input(used, "cash_income", used.row.cash_income) for used in use.rows]
    if either_way:
        inputs += [row_input(used, "land_rent", used.row.land_rent) for used in use.rows]
        inputs.append(number("rent_paid", use.rent_paid or Decimal(0), "元"))
    return tuple(inputs)


def _zero(use: LandUseFact, rule: str, source: str) -> Part:
    area = record("land_use", use.land_use_id, use.area_mu, "area_mu", "亩")
    return Part(part="forgone", amount=money.ZERO, rule=rule, source=source, inputs=(area,))


def _part(use: LandUseFact, rule: str, amount: Decimal, inputs: tuple[Input, ...]) -> Part:
    labour = rule == "labour.freed"
    days = (
        ()
        if use.days_used is None or use.days_in_year is None
        else (number("days_used", Decimal(use.days_used)), number("days_in_year", Decimal(use.days_in_year)))
    )
    return Part(
        part="freed_labour" if labour else "forgone",
        amount=amount,
        rule=rule,
        source="；".join(row_source(used) for used in use.rows) or "闲置土地",
        basis="labour" if labour else "cash",
        inputs=(record("land_use", use.land_use_id, use.area_mu, "area_mu", "亩"), *inputs, *days),
    )


def _in_order(land_uses: Sequence[LandUseFact]) -> list[LandUseFact]:
    return sorted(land_uses, key=lambda use: use.land_use_id)


def area_gaps(facts: OrderFacts) -> tuple[str, ...]:
    """Methods that charge land need A > 0, `replaced_crop` also land uses that add up to it (gains.md 4)."""
    if not facts.area_mu:
        return ("area",)
    covered = money.total(use.area_mu for use in facts.land_uses)
    if facts.method == "replaced_crop" and facts.land_uses and covered != facts.area_mu:
        return ("land_use_area",)
    return ()
