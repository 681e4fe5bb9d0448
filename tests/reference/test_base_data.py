"""What every installation starts with."""

import pytest

from registry.divisions import service as divisions
from registry.divisions import statistics
from registry.kernel.db import migrate
from registry.kernel.work import Act, Work
from registry.reference import base_data, codes, figures, reference_returns
from registry.reference.figure_model import LabourDayPriceQuery
from registry.reference.model import CropPatch, NamedQuery, ProductQuery, TagQuery
from registry.reference.return_model import NAMES, ReturnQuery, shown
from registry.reference.returns import broken_identities
from tests.conftest import World
from tests.serving import NOW

ACT = Act(actor="local", now=NOW)


@pytest.mark.usefixtures("base")
async def test_the_township_of_the_first_case_is_there(work: Work) -> None:
    villages = await divisions.villages_of(work, "421303187000", NOW.date())
    assert len(villages) == 48
    assert (await divisions.division(work, "421303187236")).name == "挑水河村委会"
    assert len(await divisions.divisions(work, today=NOW.date(), limit=1000)) == 104


@pytest.mark.usefixtures("base")
async def test_crops_products_and_prices_are_there(work: Work) -> None:
    crops = {row.crop_code: row.name for row in await codes.crops.listed(work, NamedQuery())}
    assert (crops["midseason_rice"], crops["chili"]) == ("中籼稻", "朝天椒")
    products = await codes.products.listed(work, ProductQuery(crop="chili"))
    assert [row.name for row in products] == ["干辣椒", "鲜辣椒"]
    prices = {
        row.year: str(row.price)
        for row in await figures.labour_day_prices.listed(work, LabourDayPriceQuery())
    }
    assert prices == {2021: "92.20", 2022: "95.30", 2023: "96.95", 2024: "99.92"}
    assert [row.grade_code for row in await codes.grades_of_product(work, "rice")] == [
        "first",
        "second",
        "third",
    ]
    labels = {row.label for row in await codes.tags.listed(work, TagQuery(on=NOW.date()))}
    assert labels >= {"脱贫户", "监测对象"}
    assert "防止返贫致贫对象" not in labels


@pytest.mark.usefixtures("base")
async def test_the_reference_row_of_the_first_case_is_there(work: Work) -> None:
    wanted = ReturnQuery(crop="midseason_rice", year=2021)
    rows = await reference_returns.reference_returns.listed(work, wanted, division="420000000000")
    (row,) = rows
    assert str(shown(row).cash_income) == "808.36"
    assert (row.days_derived, row.excluded_items, row.source) == (True, (), "base")


async def test_every_row_of_the_base_data_keeps_its_identities() -> None:
    for row in base_data.reference_rows(ACT):
        values = {name: getattr(row, name) for name in NAMES if hasattr(row, name)}
        assert broken_identities(values) == []


@pytest.mark.usefixtures("base")
async def test_the_rural_income_says_that_it_is_that_of_the_whole_country(work: Work) -> None:
    row = await statistics.statistics.one(work, "420000000000", 2022)
    assert str(row.income_per_person) == "20133.00"
    assert "全国数" in row.source_text


@pytest.mark.usefixtures("base")
async def test_loading_again_leaves_what_was_edited(work: Work) -> None:
    await codes.crops.change(work.acting(ACT), ["chili"], CropPatch(name="辣椒（改）"), 1)
    await base_data.load(work)
    crop = await codes.crops.one(work, "chili")
    assert (crop.name, crop.version, crop.source) == ("辣椒（改）", 2, "api")
    assert len(await divisions.divisions(work, today=NOW.date(), limit=1000)) == 104


async def test_a_migration_brings_it_and_a_second_one_nothing_more(committed_db: World) -> None:
    for _ in range(2):
        await migrate.migrate(committed_db.owner_url, committed_db.settings, after=[base_data.load])
    async with committed_db.reader() as work:
        assert len(await divisions.villages_of(work, "421303187000", NOW.date())) == 48
        assert len(await figures.labour_day_prices.listed(work, LabourDayPriceQuery())) == 4


async def test_broken_base_data_is_a_fault_of_the_program(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_data, "read", lambda _: [{"code": "529999000000", "name": "无上级"}])
    with pytest.raises(RuntimeError, match="529999000000"):
        await base_data.load(work)
