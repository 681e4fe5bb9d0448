"""What a division or area code stands for in lists and sums."""

from datetime import date

import pytest

from registry.divisions import areas, imports, service
from registry.divisions.area_model import AreaMemberIn, AreaPatch
from registry.divisions.model import DivisionEnd, DivisionIn, Level, Range, SuccessorIn
from registry.kernel.errors import NotFound
from registry.kernel.work import Work
from tests.divisions.known import ACT, tree, zone

DAY = date(2022, 12, 31)


async def merge_into(work: Work, old: str, *new: str, last_day: date = date(2021, 12, 31)) -> None:
    ending = DivisionEnd(valid_to=last_day, successors=tuple(SuccessorIn(division_code=one) for one in new))
    await service.end(work.acting(ACT), old, ending, 1)


async def test_a_township_is_its_range_in_one_county(work: Work) -> None:
    await tree(work)
    place = await service.places(work, "421303187000", DAY)
    assert place.ranges == (Range(first="421303187000", last="421303187999"),)
    assert (place.firsts, place.lasts) == (["421303187000"], ["421303187999"])
    assert (place.counties, place.county) == (("421303",), "421303")
    assert (place.name, place.level) == ("示范镇", Level.TOWNSHIP)
    assert "421303187202" in place
    assert "421303188201" not in place


async def test_a_prefecture_names_all_its_counties(work: Work) -> None:
    await tree(work)
    place = await service.places(work, "421300000000", DAY)
    assert (place.counties, place.county) == (("421303", "421321"), None)


async def test_what_a_village_took_over_belongs_to_it_and_to_all_above(work: Work) -> None:
    await tree(work)
    await merge_into(work, "421321101201", "421303187201")
    for code in ("421303187201", "421303187000", "421303000000"):
        place = await service.places(work, code, DAY)
        assert "421321101201" in place, code
        assert place.counties == ("421303", "421321")
        assert place.predecessors == ("421321101201",)
    county = await service.places(work, "421300000000", DAY)
    assert county.ranges == (Range(first="421300000000", last="421399999999"),)


async def test_predecessors_of_predecessors_belong_too(work: Work) -> None:
    await tree(work)
    await merge_into(work, "421303188201", "421303187202", last_day=date(2020, 12, 31))
    await merge_into(work, "421303187202", "421321101201")
    place = await service.places(work, "421321101201", DAY)
    assert place.firsts == ["421303187202", "421303188201", "421321101201"]
    assert place.predecessors == ("421303187202", "421303188201")


async def test_a_whole_township_taken_over_brings_its_villages(work: Work) -> None:
    await tree(work)
    await merge_into(work, "421303188000", "421303187000")
    place = await service.places(work, "421303187000", DAY)
    assert place.lasts == ["421303187999", "421303188999"]
    assert "421303188201" in place


async def test_an_obsolete_code_answers_as_it_stood_and_names_its_successor(work: Work) -> None:
    await tree(work)
    await merge_into(work, "421303187202", "421303187201")
    place = await service.places(work, "421303187202", DAY)
    assert place.ranges == (Range(first="421303187202", last="421303187202"),)
    assert (place.successors, place.valid_to) == (("421303187201",), date(2021, 12, 31))


async def test_an_area_is_what_it_holds_on_the_day(work: Work) -> None:
    await tree(work)
    await zone(work, "421303187000", "421321101201")
    patch = AreaPatch(
        divisions=(
            AreaMemberIn(division_code="421303187000", valid_from=date(2020, 1, 1)),
            AreaMemberIn(
                division_code="421321101201", valid_from=date(2020, 1, 1), valid_to=date(2021, 6, 30)
            ),
        )
    )
    await areas.change(work.acting(ACT), "Q1", patch, 1)
    before = await service.places(work, "Q1", date(2021, 6, 30))
    after = await service.places(work, "Q1", date(2021, 7, 1))
    none = await service.places(work, "Q1", date(2019, 12, 31))
    assert (before.counties, after.counties) == (("421303", "421321"), ("421303",))
    assert before.level is None
    assert (none.ranges, none.counties) == ((), ())


async def test_an_area_includes_what_its_divisions_took_over(work: Work) -> None:
    await tree(work)
    await zone(work, "421303187000")
    await merge_into(work, "421303188201", "421303187202")
    place = await service.places(work, "Q1", DAY)
    assert place.firsts == ["421303187000", "421303188201"]


@pytest.mark.parametrize("code", ["421399000000", "Q99", "nonsense", ""])
async def test_an_unknown_code_is_not_found(work: Work, code: str) -> None:
    await tree(work)
    with pytest.raises(NotFound):
        await service.places(work, code, DAY)


async def test_villages_valid_on_a_day(work: Work) -> None:
    await tree(work)
    await merge_into(work, "421303187202", "421303187201")
    codes = ["421303187201", "421303187202", "421303187000", "421303187999"]
    assert set(await service.villages_valid(work, codes, date(2021, 12, 31))) == {codes[0], codes[1]}
    assert set(await service.villages_valid(work, codes, date(2022, 1, 1))) == {codes[0]}
    assert await service.names(work, codes[:1]) == {codes[0]: "甲村"}
    rows = await service.villages_of(work, "421303187000", date(2022, 1, 1))
    assert [row.division_code for row in rows] == ["421303187201"]


async def test_what_lies_outside_the_write_scope_is_named(work: Work) -> None:
    await tree(work)
    assert await service.outside(work, ["421303187000", "999999999999"]) == {"999999999999"}


async def test_a_village_under_no_township_names_what_is_missing(work: Work) -> None:
    rows = [DivisionIn(division_code="421303187201", name="甲村")]
    (outcome,) = await imports.import_rows(work.acting(ACT), rows, False)
    assert outcome.result == "rejected"
    assert "421303187000" in outcome.mistakes[0].message


async def test_an_import_changes_names_and_keeps_dates_that_are_not_given(work: Work) -> None:
    await tree(work)
    await merge_into(work, "421303187202", "421303187201")
    rows = [
        DivisionIn(division_code="421303187201", name="甲新村"),
        DivisionIn(division_code="421303187202", name="乙村"),
        DivisionIn(division_code="421303187203", name="戊村", valid_from=date(2022, 1, 1)),
    ]
    dry = await imports.import_rows(work.acting(ACT), rows, True)
    assert [one.result for one in dry] == ["updated", "unchanged", "created"]
    assert (await service.division(work, "421303187201")).name == "甲村"
    done = await imports.import_rows(work.acting(ACT), rows, False)
    assert [one.record_id for one in done] == [row.division_code for row in rows]
    assert (await service.division(work, "421303187201")).name == "甲新村"
    assert (await service.division(work, "421303187202")).valid_to == date(2021, 12, 31)


async def test_a_parent_may_come_in_the_same_import_but_not_twice(work: Work) -> None:
    await tree(work)
    village = DivisionIn(division_code="421303189201", name="己村")
    township = DivisionIn(division_code="421303189000", name="新镇")
    dry = await imports.import_rows(work.acting(ACT), [village, township, township], True)
    assert [one.result for one in dry] == ["rejected"] * 3
    done = await imports.import_rows(work.acting(ACT), [village, township], False)
    assert [one.result for one in done] == ["created", "created"]
