"""The only place that rounds: yuan, kg, mu, prices, percent, splits of a pot, weight units, amounts in words.

Decimal only, no float; rounding is half away from zero. NaN and infinities are refused everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final, Literal, Protocol, TypeVar, get_args

ZERO: Final = Decimal("0.00")
FEN: Final = Decimal("0.01")
TEN_GRAMS: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)

WeightUnit = Literal["jin", "kg", "dan", "ton"]
WEIGHT_UNITS: Final[tuple[WeightUnit, ...]] = get_args(WeightUnit)
UNIT_NAMES: Final[Mapping[WeightUnit, str]] = {"jin": "斤", "kg": "公斤", "dan": "担", "ton": "吨"}
_KG_PER_UNIT: Final[Mapping[WeightUnit, Decimal]] = {
    "jin": Decimal("0.5"),
    "kg": Decimal(1),
    "dan": Decimal(50),
    "ton": Decimal(1000),
}
_MU_PER_SQUARE_METRE: Final = Decimal("0.0015")
_MU_PER_HECTARE: Final = Decimal(15)
# wide enough for any stored amount, whatever the caller's context
_WIDE: Final = Context(prec=80)


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Ordered)


def finite(value: Decimal) -> Decimal:
    """The value itself. ValueError for NaN and infinities."""
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return value


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """`value` to the scale of `step`, half away from zero. ValueError unless finite."""
    result = finite(value).quantize(step, ROUND_HALF_UP, _WIDE)
    # a rounded-away minus sign would print as -0.00
    return result if result else abs(result)


def yuan(value: Decimal) -> Decimal:
    """Yuan to 0.01 (gains.md 5)."""
    return rounded(value, FEN)


def kg(value: Decimal) -> Decimal:
    """Kilograms to 0.01."""
    return rounded(value, TEN_GRAMS)


def mu(value: Decimal) -> Decimal:
    """Mu to 0.01: annex lines and land uses."""
    return rounded(value, Decimal("0.01"))


def parcel_mu(value: Decimal) -> Decimal:
    """Mu to 0.0001: parcels."""
    return rounded(value, Decimal("0.0001"))


def days(value: Decimal) -> Decimal:
    """Days of labour to 0.01."""
    return rounded(value, Decimal("0.01"))


def unit_price(value: Decimal) -> Decimal:
    """Yuan per kg to 0.0001, before any amount is computed (domain.md 5)."""
    return rounded(value, Decimal("0.0001"))


def weight(value: Decimal) -> Decimal:
    """A weight to 0.01 of the unit it was typed in, as it is stored (domain.md 5)."""
    return rounded(value, Decimal("0.01"))


def percent(value: Decimal) -> Decimal:
    """A percent to 0.0001, as it is stored (domain.md 5)."""
    return rounded(value, Decimal("0.0001"))


def percent2(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """numerator ÷ denominator in percent, rounded once to 0.01; None for a zero denominator."""
    if not finite(denominator):
        return None
    return rounded(finite(numerator) * HUNDRED / denominator, Decimal("0.01"))


def per(total: Decimal, divisor: Decimal | int) -> Decimal | None:
    """A per-mu or per-person figure: the sum divided and rounded once to 0.01; None for a zero divisor."""
    by = finite(Decimal(divisor))
    return yuan(finite(total) / by) if by else None


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Sum of rounded amounts; 0.00 for none. Not rounded again."""
    return sum(amounts, ZERO)


def split(pot: Decimal, weights: Sequence[Decimal], step: Decimal = FEN) -> list[Decimal]:
    """Shares of `pot` by weight, by largest remainder; they add up to the pot exactly (gains.md 5).

    Ties go to the earlier weight: the caller brings the weights in order of village code and household
    number (`split_by_key` does it). A negative pot is split as its absolute value.
    ValueError: total weight zero, a negative weight, a pot that is no multiple of `step`.
    """
    units = Fraction(finite(pot)) / Fraction(finite(step))
    if units.denominator != 1:
        raise ValueError(f"{pot} is not a multiple of {step}")
    exact = [Fraction(finite(weight)) for weight in weights]
    whole = sum(exact)
    if whole <= 0 or min(exact) < 0:
        raise ValueError("weights must not be negative and must not all be zero")
    sign, rest = (-1, -units) if units < 0 else (1, units)
    quotas = [rest * weight / whole for weight in exact]
    shares = [quota.numerator // quota.denominator for quota in quotas]
    left = int(rest) - sum(shares)
    by_remainder = sorted(range(len(quotas)), key=lambda i: (shares[i] - quotas[i], i))
    for index in by_remainder[:left]:
        shares[index] += 1
    with localcontext(prec=80):
        return [share * sign * step for share in shares]


def split_by_key(pot: Decimal, weights: Mapping[K, Decimal], step: Decimal = FEN) -> dict[K, Decimal]:
    """`split` with ties to the lower key, whatever the order of `weights`."""
    keys = sorted(weights)
    return dict(zip(keys, split(pot, [weights[key] for key in keys], step), strict=True))


def to_kg(value: Decimal, unit: WeightUnit) -> Decimal:
    """A weight typed in `unit` as kilograms, exact: round with `kg` where it is stored."""
    return finite(value) * _KG_PER_UNIT[unit]


def from_kg(value: Decimal, unit: WeightUnit) -> Decimal:
    """Kilograms in `unit`, exact: for showing a weight as it was typed."""
    return finite(value) / _KG_PER_UNIT[unit]


def price_per_kg(price: Decimal, unit: WeightUnit) -> Decimal:
    """A price typed per `unit` as yuan per kg, rounded to 0.0001."""
    return unit_price(finite(price) / _KG_PER_UNIT[unit])


def price_per_unit(price: Decimal, unit: WeightUnit) -> Decimal:
    """Yuan per kg as yuan per `unit`, exact: for showing a price as it was typed."""
    return finite(price) * _KG_PER_UNIT[unit]


def mu_from_square_metres(area: Decimal) -> Decimal:
    """1 m² = 0.0015 mu exactly; rounded to a parcel's 0.0001 mu."""
    return parcel_mu(finite(area) * _MU_PER_SQUARE_METRE)


def mu_from_hectares(area: Decimal) -> Decimal:
    """1 ha = 15 mu; rounded to a parcel's 0.0001 mu."""
    return parcel_mu(finite(area) * _MU_PER_HECTARE)


def in_words(amount: Decimal) -> str:
    """Amount in words (law.md 4): 1409.50 → 人民币壹仟肆佰零玖元伍角."""
    import cn2an  # late: it takes a quarter of a second, and only pages write amounts in words

    return "人民币" + str(cn2an.an2cn(str(yuan(amount)), "rmb"))
