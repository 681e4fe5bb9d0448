"""Finding households by number or name: namesakes are never merged, the ambiguous are told numbers."""

from datetime import date
from uuid import uuid4

import pytest

from registry.households import service
from registry.households.model import Candidate, HouseholdFilter, HouseholdReference, clean_name
from registry.kernel.errors import Mistake
from registry.kernel.work import Work
from tests.factories import SIBLING, VILLAGE, household, person, world

DAY = date(2022, 6, 1)


@pytest.fixture(autouse=True)
async def _known(work: Work) -> None:
    await world(work)
    first = await household(work, number="001", head="示例户甲")
    await household(work, number="002", head="示例户甲")
    await household(work, number="003", head="示例户乙")
    await household(work, number="004", head="示例户丙", valid_to="2022-05-31", end_kind="ended")
    await household(work, SIBLING, number="001", head="示例户丁")
    await person(work, first, name="示例成员")


async def found(
    work: Work, number: str | None, name: str | None, village: str = VILLAGE
) -> Candidate | Mistake:
    (one,) = await service.find(
        work, [HouseholdReference(village_code=village, number=number, name=name)], DAY
    )
    return one


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        ("001", None, "001"),
        ("001", "示例户甲", "001"),
        ("001", "示例成员", "001"),
        (None, "示例户　乙", "003"),
        (None, "示例成员", "001"),
    ],
)
async def test_a_number_or_an_only_name_names_the_household(
    work: Work, number: str | None, name: str | None, expected: str
) -> None:
    one = await found(work, number, name)
    assert isinstance(one, Candidate)
    assert one.number == expected


@pytest.mark.parametrize(
    ("number", "name", "at", "told"),
    [
        (None, "示例户甲", "/name household.ambiguous", "001、002"),
        ("001", "示例户乙", "/name household.other_name", "示例户甲"),
        ("009", None, "/number household.unknown", "009"),
        (None, "示例户戊", "/name household.unknown", "示例户戊"),
        (None, None, "/number required", "户号"),
        ("004", None, "/number household.ended", "2022-05-31"),
        (None, "示例户丙", "/number household.ended", "004"),
        (None, "示例户丁", "/name household.unknown", "示例户丁"),
    ],
)
async def test_a_household_that_cannot_be_picked_says_why(
    work: Work, number: str | None, name: str | None, at: str, told: str
) -> None:
    one = await found(work, number, name)
    assert isinstance(one, Mistake)
    assert f"{one.pointer} {one.code}" == at
    assert told in one.message


async def test_a_list_says_how_many_there_are_in_all(work: Work) -> None:
    everywhere = HouseholdFilter(day=DAY)
    here = HouseholdFilter(day=DAY, division=VILLAGE, search="示例户甲")
    assert [await service.count(work, wanted) for wanted in (everywhere, here)] == [5, 2]


async def test_summaries_leave_out_what_is_not_there(work: Work) -> None:
    one = await household(work, number="010", head="示例户己")
    known = await service.summaries(work, VILLAGE[:6], [one, uuid4()], DAY)
    assert [(item.number, item.head_name) for item in known.values()] == [("010", "示例户己")]


@pytest.mark.parametrize(
    ("typed", "clean"), [("张　三", "张三"), ("  Wang  Yi ", "Wang Yi"), ("阿·依", "阿·依")]
)
def test_blanks_inside_chinese_names_are_padding(typed: str, clean: str) -> None:
    assert clean_name(typed) == clean
