"""How figures, dates and times read: unknown is "—", a minus is "−", nothing is rounded."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from registry.kernel.text import formats


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (Decimal("0"), "0.00"),
        (Decimal("1409.5"), "1,409.50"),
        (Decimal("-1991.17"), "−1,991.17"),
        (Decimal("12345678901234.56"), "12,345,678,901,234.56"),
        (Decimal("2E+3"), "2,000.00"),
        (Decimal("0.0625"), "0.0625"),
        (7, "7.00"),
    ],
)
def test_money_never_rounds(value: Decimal | None, shown: str) -> None:
    assert formats.money(value) == shown


@pytest.mark.parametrize(
    ("value", "shown", "tone"),
    [
        (None, "—", ""),
        (Decimal("2991.64"), "多挣 +2,991.64", "more"),
        (Decimal("-410.20"), "少挣 −410.20", "less"),
        (Decimal("0.00"), "持平 0.00", ""),
    ],
)
def test_gain_is_said_by_word_and_sign(value: Decimal | None, shown: str, tone: str) -> None:
    assert formats.gain(value) == shown
    assert formats.direction(value) == tone


def test_figures_with_their_units() -> None:
    assert formats.weight(Decimal("1500"), "jin") == "3,000.00 斤（1,500.00 公斤）"
    assert formats.weight(Decimal("1500"), "kg") == "1,500.00 公斤"
    assert formats.weight(None) == "—"
    assert formats.count(1902) == "1,902"
    assert formats.count(None) == "—"
    assert formats.percent(Decimal("85.3")) == "85.30%"
    assert formats.percent(None) == "—"
    assert formats.mu(Decimal("0.0625")) == "0.0625"
    assert formats.price(Decimal("4.0000")) == "4.00"
    assert formats.kg(Decimal("980")) == "980.00"


def test_stored_text_reads_as_figures_and_days() -> None:
    assert formats.figure("-1391.00") == "−1,391.00"
    assert formats.figure("2022-08-25") == "2022年8月25日"
    assert formats.figure("236-0001") == "236-0001"
    assert formats.figure(None) == "—"


def test_a_value_goes_back_into_its_field() -> None:
    assert formats.plain(Decimal("-1234.5")) == "-1234.50"
    assert formats.plain(None) == ""


def test_days_and_times_are_chinese_and_local() -> None:
    assert formats.day(date(2022, 9, 12)) == "2022年9月12日"
    assert formats.day(None) == "—"
    assert formats.span(date(2022, 9, 1), None) == "2022年9月1日至今"
    assert formats.span(None, None) == "—"
    assert formats.moment(datetime(2022, 9, 12, 16, 5, tzinfo=UTC)) == "2022年9月13日 00:05"
    assert formats.moment(None) == "—"
    with pytest.raises(ValueError, match="offset"):
        formats.moment(datetime(2022, 9, 12))  # noqa: DTZ001 - the mistake under test


def test_amount_in_words() -> None:
    assert formats.words(Decimal("1409.50")) == "人民币壹仟肆佰零玖元伍角"
    assert formats.words(None) == "—"
