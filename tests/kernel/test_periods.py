"""Reporting periods: bounds, labels, refusals."""

from datetime import date

import pytest

from registry.kernel.text.periods import period


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31), "2022 年"),
        ("2022Q1", date(2022, 1, 1), date(2022, 3, 31), "2022 年第 1 季度"),
        ("2022Q4", date(2022, 10, 1), date(2022, 12, 31), "2022 年第 4 季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024 年 2 月"),
        ("2022-12", date(2022, 12, 1), date(2022, 12, 31), "2022 年 12 月"),
    ],
)
def test_a_period_has_its_days_and_label(text: str, first: date, last: date, label: str) -> None:
    found = period(text)
    assert (found.first, found.last, found.label) == (first, last, label)


@pytest.mark.parametrize("text", ["", "22", "2022Q5", "2022-13", "2022-1", "2022Q3 ", "x2022"])
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        period(text)
