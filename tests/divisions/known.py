"""A small tree to test with: one province, two counties, three townships, a few villages. Invented names."""

from datetime import UTC, date, datetime

from registry.divisions import areas, imports
from registry.divisions.area_model import AreaIn, AreaMemberIn
from registry.divisions.model import DivisionIn
from registry.kernel.work import Act, Work

NOW = datetime(2023, 1, 16, 2, 0, tzinfo=UTC)
ACT = Act(actor="local", now=NOW)
NAMES = {
    "420000000000": "示范省",
    "421300000000": "示范市",
    "421303000000": "示范区",
    "421303187000": "示范镇",
    "421303187201": "甲村",
    "421303187202": "乙村",
    "421303188000": "邻镇",
    "421303188201": "丙村",
    "421321000000": "示范县",
    "421321101000": "远镇",
    "421321101201": "丁村",
}


async def tree(work: Work) -> None:
    """Registers the tree."""
    rows = [DivisionIn(division_code=code, name=name) for code, name in NAMES.items()]
    outcomes = await imports.import_rows(work.acting(ACT), rows, False)
    assert {one.result for one in outcomes} <= {"created", "unchanged"}


async def zone(work: Work, *codes: str) -> None:
    """Registers the area Q1 over these divisions, since 2020."""
    members = tuple(AreaMemberIn(division_code=code, valid_from=date(2020, 1, 1)) for code in codes)
    area = AreaIn(area_code="Q1", name="示范高新区", valid_from=date(2020, 1, 1), divisions=members)
    await areas.create(work.acting(ACT), area)
