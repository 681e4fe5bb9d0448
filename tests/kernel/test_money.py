"""Rounding, splits, units and words."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kernel import money
from registry.kernel.money import WEIGHT_UNITS, WeightUnit

D = Decimal
fen = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
weight = st.decimals(min_value=0, max_value=10**7, places=2, allow_nan=False, allow_infinity=False)
weights = st.lists(weight, min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("945.265", "945.27"),
        ("2.0049999", "2.00"),
        ("-0.001", "0.00"),
    ],
)
def test_half_is_rounded_away_from_zero(value: str, expected: str) -> None:
    assert str(money.yuan(D(value))) == expected
    assert str(money.kg(D(value))) == expected


def test_each_quantity_has_its_scale() -> None:
    value = D("1.23455")
    rounders = (money.mu, money.parcel_mu, money.days, money.unit_price)
    assert [str(f(value)) for f in rounders] == ["1.23", "1.2346", "1.23", "1.2346"]


@pytest.mark.parametrize("bad", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(bad: str) -> None:
    for rounder in (money.yuan, money.kg, money.mu, money.unit_price):
        with pytest.raises(ValueError, match="not a finite number"):
            rounder(D(bad))
    with pytest.raises(ValueError, match="not a finite number"):
        money.split(D("1.00"), [D(bad)])
    with pytest.raises(ValueError, match="not a finite number"):
        money.to_kg(D(bad), "jin")


def test_percent_and_per_are_unknown_for_a_zero_divisor() -> None:
    assert money.percent2(D("-410.20"), D("9862.86")) == D("-4.16")
    assert money.percent2(D(1), D(0)) is None
    assert money.per(D("9333.25"), 4) == D("2333.31")
    assert money.per(D("9333.25"), D("0.00")) is None


@pytest.mark.parametrize(
    ("pot", "given_weights", "expected"),
    [
        ("60000.01", "18960.00 6000.00 12345.67 0.00 777.77", "29871.25 9452.93 19450.46 0.00 1225.37"),
        ("40000.00", "10 10 5 20 1", "8695.65 8695.65 4347.83 17391.30 869.57"),
        ("1.00", "1 1 1", "0.34 0.33 0.33"),
        ("-1.00", "1 1 1", "-0.34 -0.33 -0.33"),
        ("0.00", "1 2", "0.00 0.00"),
    ],
)
def test_splits_by_largest_remainder(pot: str, given_weights: str, expected: str) -> None:
    shares = money.split(D(pot), [D(w) for w in given_weights.split()])
    assert [str(share) for share in shares] == expected.split()


@pytest.mark.parametrize("bad", [[], [D(0), D(0)], [D(2), D(-1)]])
def test_a_split_needs_weights(bad: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.split(D("1.00"), bad)


def test_a_pot_is_a_multiple_of_its_step() -> None:
    with pytest.raises(ValueError, match="multiple"):
        money.split(D("0.005"), [D(1)])
    assert money.split(D(10), [D(1), D(2)], D(1)) == [D(3), D(7)]


@settings(max_examples=300)
@given(pot=fen, parts=weights)
def test_a_split_adds_up_and_stays_within_a_fen_of_the_exact_share(
    pot: Decimal, parts: list[Decimal]
) -> None:
    shares = money.split(pot, parts)
    assert sum(shares) == pot
    for share, part in zip(shares, parts, strict=True):
        exact = Fraction(pot) * Fraction(part) / Fraction(sum(parts))
        assert abs(Fraction(share) - exact) < Fraction(1, 100)
        assert share * pot >= 0


@given(pot=fen, parts=weights, data=st.data())
def test_a_split_by_key_does_not_depend_on_order(
    pot: Decimal, parts: list[Decimal], data: st.DataObject
) -> None:
    keyed = [(("421303187236", f"{index:04d}"), part) for index, part in enumerate(parts)]
    shuffled = data.draw(st.permutations(keyed))
    assert money.split_by_key(pot, dict(shuffled)) == money.split_by_key(pot, dict(keyed))


@given(pot=fen, parts=weights)
def test_a_negative_pot_is_split_as_its_absolute_value(pot: Decimal, parts: list[Decimal]) -> None:
    assert money.split(-pot, parts) == [-share for share in money.split(pot, parts)]


def test_twenty_thousand_pots_add_up() -> None:
    drawn = Random(20221123)
    for _ in range(20_000):
        pot = D(drawn.randint(-(10**8), 10**8)).scaleb(-2)
        parts = [D(drawn.randint(0, 10**6)).scaleb(-2) for _ in range(drawn.randint(1, 6))]
        assert not any(parts) or sum(money.split(pot, parts)) == pot


@pytest.mark.parametrize(
    ("unit", "kilograms"), [("jin", "1.5"), ("kg", "3"), ("dan", "150"), ("ton", "3000")]
)
def test_weight_units(unit: WeightUnit, kilograms: str) -> None:
    assert money.to_kg(D(3), unit) == D(kilograms)
    assert money.from_kg(D(kilograms), unit) == D(3)


def test_prices_per_unit() -> None:
    assert str(money.price_per_kg(D("3.00"), "jin")) == "6.0000"
    assert money.price_per_unit(D("6.0000"), "jin") == D("3.00")
    assert [money.price_per_unit(money.price_per_kg(D("1.25"), u), u) for u in WEIGHT_UNITS[:2]] == [
        D("1.25")
    ] * 2


def test_areas() -> None:
    assert money.mu_from_square_metres(D("2668")) == D("4.0020")
    assert money.mu_from_hectares(D("0.2")) == D("3.0000")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("0.00", "人民币零元整"),
        ("100", "人民币壹佰元整"),
        ("325.035", "人民币叁佰贰拾伍元零肆分"),
    ],
)
def test_amount_in_words(amount: str, words: str) -> None:
    assert money.in_words(D(amount)) == words
