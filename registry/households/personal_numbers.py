"""Personal numbers: how they are written, checked and masked. Pure; keeping them is vault.py's and the
features'. No message ever quotes what was typed."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta

from registry.kernel.errors import Invalid, Mistake

NumberKind: TypeAlias = Literal["id_number", "phone", "bank_account"]
KINDS: Final[Mapping[NumberKind, str]] = {
    "id_number": "身份证号",
    "phone": "电话号码",
    "bank_account": "银行账号",
}
BIRTH_YEARS: Final = 150
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_ID: Final = re.compile(r"[1-8][0-9]{16}[0-9X]")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(r"0[1-9][0-9]{8,10}")
_LINE: Final = r"^[^\x00-\x20\x7f\u3000][^\x00-\x1f\x7f]*$"
_ACCOUNT: Final = re.compile(r"[0-9]{12,19}")
_LONG_NUMBER: Final = re.compile(r"[0-9]{9}|(?:[0-9][ \-]?){11}")

Typed: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1, max_length=40, title="号码", description="As written; blanks and dashes do not matter."
    ),
]
"""A number as a client sends it."""


def free_of_numbers(text: str) -> bool:
    """Whether no ID, mobile or bank number stands in a text: nine digits on end, or eleven with gaps. Days
    and the numbers of contracts are shorter."""
    return not _LONG_NUMBER.search(unicodedata.normalize("NFKC", text))


_NO_NUMBERS: Final = {
    "check": free_of_numbers,
    "say": "这里不要写身份证号、电话或银行账号，请删去长串数字",
    "say_en": "must not hold ID, phone or bank numbers: leave out long runs of digits",
}
Words: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=_LINE, extra=_NO_NUMBERS),
]
"""A line of free text beside personal numbers, which must not be copied into it."""
_SAY_WHOLE: Final = "查找时只填身份证号的后四位，完整号码不要写进查找框"
_SAY_WHOLE_EN: Final = "must not be a whole ID, phone or bank number: POST that to /api/v1/persons:find"
Sought: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=_LINE,
        extra={
            "check": free_of_numbers,
            "say": _SAY_WHOLE,
            "say_en": _SAY_WHOLE_EN,
        },
    ),
]
"""What is searched for in an address."""
Reason: TypeAlias = Annotated[Words, Meta(title="理由", examples=["核对银行账号，以便发放租金"])]
"""Why somebody reads or removes a masked number; recorded in the audit trail."""


def whole_number(pointer: str) -> Mistake:
    """Whether a URL parameter contains a whole personal number. The framework only checks patterns there."""
    return Mistake(pointer=pointer, code="text.check", message=_SAY_WHOLE, english=_SAY_WHOLE_EN)


def cleaned(kind: NumberKind, typed: str) -> str:
    """The number as it is kept: half-width, without blanks, dashes and the country code of a phone."""
    text = re.sub(r"[\s\-‐-―()（）]", "", unicodedata.normalize("NFKC", typed)).upper()
    if kind == "phone":
        return re.sub(r"^(\+86|0086)", "", text)
    return text


def checked(kind: NumberKind, typed: str, today: date) -> str:
    """The cleaned number; Invalid if it cannot be one."""
    text = cleaned(kind, typed)
    wrong = fault(kind, text, today)
    if wrong:
        raise Invalid([wrong])
    return text


def fault(kind: NumberKind, text: str, today: date, pointer: str = "/value") -> Mistake | None:
    """What is wrong with a cleaned number. ID numbers: GB 11643-1999; a bank account is only counted, since
    accounts of rural banks do not all bear a check digit."""
    if kind == "id_number":
        return _id_fault(text, today, pointer)
    if kind == "phone" and not (_MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text)):
        say = "电话号码应是 11 位手机号，或带区号的座机号，请检查"
        return _wrong(pointer, "phone.form", say, "must be a mobile number or a landline with its area code")
    if kind == "bank_account" and not _ACCOUNT.fullmatch(text):
        say = "银行账号应是 12 到 19 位数字，请对照存折或银行卡检查"
        return _wrong(pointer, "bank_account.form", say, "must have 12 to 19 digits")
    return None


def _id_fault(text: str, today: date, pointer: str) -> Mistake | None:
    if not _ID.fullmatch(text):
        say = "身份证号应是 18 位，前 17 位为数字，最后一位是数字或 X，请检查"
        return _wrong(pointer, "id_number.form", say, "must have 17 digits and a digit or X")
    if not _born(text, today):
        say = "身份证号里的出生日期不对，请对照证件检查"
        return _wrong(pointer, "id_number.birth", say, "holds an impossible birth date")
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    if _ID_CHECKS[total % 11] != text[17]:
        say = "身份证号的校验位不对，可能有一位写错了，请对照证件检查"
        return _wrong(pointer, "id_number.check", say, "does not pass its check digit")
    return None


def _born(text: str, today: date) -> bool:
    try:
        day = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return today.year - BIRTH_YEARS <= day.year and day <= today


def _wrong(pointer: str, code: str, say: str, english: str) -> Mistake:
    return Mistake(pointer=pointer, code=code, message=say, english=f"value {english}")


def masked(kind: NumberKind, text: str) -> str:
    """What is shown: of an ID its first and last character, of a phone three and four digits, of an account
    the last four."""
    if kind == "id_number":
        return f"{text[0]}{'*' * 16}{text[-1]}"
    if kind == "phone":
        return f"{text[:3]}****{text[-4:]}"
    return f"**** **** **** {text[-4:]}"


def tail(text: str) -> str:
    """The last four characters, by which people name a card."""
    return text[-4:]
