"""How personal numbers are checked and masked. All are made up; the ID numbers pass their check digit."""

from datetime import date

import pytest

from registry.households.personal_numbers import NumberKind, cleaned, fault, free_of_numbers, masked

TODAY = date(2023, 1, 16)
ID, ID_X = "421303199001011285", "42130319900101104X"


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        ("id_number", f" {ID} ", ID, "4****************5"),
        ("id_number", "４２１３０３ 19900101 104x", ID_X, "4****************X"),
        ("phone", "138 0000 5678", "13800005678", "138****5678"),
        ("phone", "+86-138-0000-5678", "13800005678", "138****5678"),
        ("phone", "(0722) 3250123", "07223250123", "072****0123"),
        ("bank_account", "6222 0212 3456 7890 128", "6222021234567890128", "**** **** **** 0128"),
        ("bank_account", "123456789012", "123456789012", "**** **** **** 9012"),
    ],
)
def test_numbers_are_kept_plain_and_shown_masked(kind: NumberKind, typed: str, kept: str, shown: str) -> None:
    text = cleaned(kind, typed)
    assert (text, fault(kind, text, TODAY)) == (kept, None)
    assert masked(kind, text) == shown


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("id_number", ID[:-1], "id_number.form"),
        ("id_number", ID[:-1] + "A", "id_number.form"),
        ("id_number", ID[:-1] + "6", "id_number.check"),
        ("id_number", "421303199013011235", "id_number.birth"),
        ("id_number", "421303202301171235", "id_number.birth"),
        ("id_number", "421303180001011235", "id_number.birth"),
        ("phone", "12800005678", "phone.form"),
        ("phone", "3250123", "phone.form"),
        ("phone", "1380000567８9", "phone.form"),
        ("bank_account", "12345678901", "bank_account.form"),
        ("bank_account", "6222x212345678901", "bank_account.form"),
    ],
)
def test_wrong_numbers_are_named_but_not_quoted(kind: NumberKind, typed: str, code: str) -> None:
    found = fault(kind, cleaned(kind, typed), TODAY)
    assert found is not None
    assert found.code == code
    assert typed not in found.message + found.english


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("核对 2022 年租金 1234.50 元", True),
        ("电话 13800005678", False),
        ("卡号 6222 0212 3456 7890", False),
        ("１３８０００05678", False),
        ("2022-11-23 签的合同 2022-001", True),
        ("138-0000-5678", False),
    ],
)
def test_texts_with_numbers_in_them_are_recognised(text: str, free: bool) -> None:
    assert free_of_numbers(text) is free
