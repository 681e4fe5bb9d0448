"""The demo township: its villages as the base data names them, and the households that live there."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.demo.deterministic import Place, draw, fixed_id
from registry.reference import base_data

TOWNSHIP: Final = "421303187000"
COUNTY: Final = "421303000000"
PREFECTURE: Final = "421300000000"
PROVINCE: Final = "420000000000"
TIAOSHUIHE: Final = "421303187236"
"""The village of the newspaper report, and of the first case."""

FIRST_CASE: Final = "03-017"
SINCE: Final = date(2020, 1, 1)
YEARS: Final = (2022, 2023)
_DIGITS: Final = "一二三四五六七八九"
_IN_WORDS: Final = str.maketrans("0123456789", f"零{_DIGITS}")
_ENDINGS: Final = ("委会", "居委会", "社区")


class Home(Struct, frozen=True, kw_only=True):
    """A household: the one at a place of a group of its village. `key`: what choices about it belong to."""

    key: str
    village: str
    household_id: UUID
    group: int
    place: int
    number: str
    contracted_mu: Decimal

    @property
    def group_name(self) -> str:
        return f"{_DIGITS[self.group - 1]}组"

    @property
    def head(self) -> str:
        """Its number in words: a name has no digits."""
        return "示例户 " + self.number.replace("-", "").translate(_IN_WORDS)

    @property
    def is_first_case(self) -> bool:
        return (self.village, self.number) == (TIAOSHUIHE, FIRST_CASE)


class Village(Struct, frozen=True, kw_only=True, dict=True):
    """A village-level unit. `index`: its place in the order of codes."""

    code: str
    name: str
    index: int

    @property
    def place(self) -> Place:
        """The columns every row of the village carries."""
        return Place(county_code=self.code[:6], village_code=self.code)

    @property
    def stem(self) -> str:
        """The name people use: 挑水河村, 大堰坡."""
        for ending in _ENDINGS:
            if self.name.endswith(ending):
                return self.name.removesuffix(ending)
        return self.name

    @property
    def is_urban(self) -> bool:
        """A community of the town: few households there have land."""
        return not self.name.endswith("村委会")

    @cached_property
    def homes(self) -> tuple[Home, ...]:
        """Its households by group and place."""
        return tuple(_homes(self.code))


def villages() -> list[Village]:
    """The 48 village-level units of the township in code order."""
    rows = [row for row in base_data.read("divisions") if row["parent_code"] == TOWNSHIP]
    return [
        Village(code=row["code"], name=row["name"], index=index)
        for index, row in enumerate(sorted(rows, key=lambda row: row["code"]))
    ]


def _homes(code: str) -> Iterator[Home]:
    """Six groups of 25 in the village of the first case, three or four of about 18 elsewhere."""
    groups = 6 if code == TIAOSHUIHE else draw(3, 4, "groups", code)
    for group in range(1, groups + 1):
        size = 25 if code == TIAOSHUIHE else draw(14, 21, "size", code, str(group))
        for place in range(1, size + 1):
            number = f"{group:02d}-{place:03d}"
            key = f"{code}/{number}"
            yield Home(
                key=key,
                village=code,
                household_id=fixed_id(SINCE, "household", key),
                group=group,
                place=place,
                number=number,
                contracted_mu=Decimal(draw(250, 900, "contracted", key)) / 100,
            )
