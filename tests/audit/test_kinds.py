"""Every record that holds facts has an image, and no image tells what is personal."""

import re
from datetime import date

import pytest

from registry.audit import differences, labels, queries
from registry.audit.model import IMAGES, KINDS, OUTSIDE, SELF_AUDITED
from registry.kernel.db import sql
from registry.kernel.http.titles import titles
from registry.kernel.work import Work
from tests.factories import BORN, insert
from tests.invariants.populated import populate
from tests.serving import application

# Tables whose rows are part of another record's image.
PARTS = {
    "household": {
        "person", "headcount", "household_tag", "parcel_holder", "land_use", "household_income",
        "own_history", "external_id",
    },
    "contract": {
        "contract_version", "party", "component", "component_terms", "participant", "participant_version",
        "participant_land_use", "reference_pin",
    },
    "delivery": {"delivery_price", "allocation"},
    "membership": {"membership_share"},
    "division": {"division_successor"},
    "area": {"area_division"},
}  # fmt: skip
ELSEWHERE = {
    "gain_line": "derived: every version is kept",
    "gain_part": "derived: every version is kept",
    "gain_baseline": "derived: every version is kept",
    "household_period": "derived from the lines",
    "finding": "written once beside its record, never changed: who and when stand in it",
    "account": "access writes its events itself",
    "account_grant": "access writes its events itself",
    "api_token": "access writes its events itself",
    "session": "access writes its events itself",
    "partner_contract": "derived from the parties of signed contracts",
    "rate_window": "technical",
    "idempotency": "technical",
    "job": "technical",
    "migration": "technical",
    "audit_event": "the trail itself",
    "audit_seal": "the trail itself",
    "audit_waiting": "the trail itself",
}
IDS = {
    "cost_completion": "participant_id || '/' || season_id || '/' || cost_class",
    "division_statistic": "division_code || '/' || year",
    "price_index": "division_code || '/' || kind || '/' || year",
    "planted_area": "division_code || '/' || crop_code || '/' || year",
    "grade": "product_code || '/' || grade_code",
    "labour_day_price": "year::text",
    "crop": "crop_code",
    "product": "product_code",
    "tag": "tag_code",
    "division": "division_code",
    "area": "area_code",
}
CHINESE = re.compile("[\u4e00-\u9fff]")
TABLES = "select tablename::text from pg_tables where schemaname = 'public'"
COLUMNS = """
    select attname::text as name from pg_attribute
    where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
"""


def _image(kind: str) -> str:
    return sql.queries(IMAGES[kind])[f"image_{kind}"]


async def test_every_table_with_facts_is_part_of_an_image_or_has_a_reason(work: Work) -> None:
    tables = {row["tablename"] for row in await work.conn.fetch(TABLES)}
    covered = {*KINDS, *SELF_AUDITED} | {part for parts in PARTS.values() for part in parts}
    assert covered | set(ELSEWHERE) == tables
    assert covered & set(ELSEWHERE) == set()


def test_every_part_is_read_by_the_image_of_its_record() -> None:
    for kind, parts in PARTS.items():
        missing = {part for part in parts if not re.search(rf"\b(from|join) {part}\b", _image(kind))}
        assert missing == set(), kind


@pytest.fixture
async def populated(work: Work) -> Work:
    await populate(work)
    await insert(work, "area", area_code="Q77", name="示范片区", valid_from=date(2020, 1, 1), **BORN)
    return work


@pytest.mark.parametrize("kind", KINDS)
async def test_every_image_answers_its_own_records(populated: Work, kind: str) -> None:
    column = IDS.get(kind, f"{kind}_id::text")
    ids = [row["id"] for row in await populated.conn.fetch(f"select {column} as id from {kind}")]
    assert ids
    images = await queries.images(populated, kind, ids)
    assert sorted(images) == sorted(ids)
    for image in images.values():
        assert image.division_code.startswith(image.county_code)
        told = set(re.findall(r'"([a-z_]+)":', image.image))
        assert told & OUTSIDE == set()
        names = {path.rpartition("/")[2] for path in differences.compared(None, image.image)}
        words = {name for name in names if re.fullmatch("[a-z_]+", name)}
        assert [name for name in words if not CHINESE.search(labels.field(name, titles(application())))] == []
    assert await queries.images(populated, kind, []) == {}


async def test_images_that_name_their_columns_name_all(work: Work) -> None:
    """Parts that come by the thousand are built column by column, which is quicker."""
    keys = {"household_id", "contract_id", "participant_id", "counted_on", "version_no"}
    for table, kind in (
        ("person", "household"),
        ("headcount", "household"),
        ("participant", "contract"),
        ("participant_version", "contract"),
    ):
        columns = (
            {row["name"] for row in await work.conn.fetch(COLUMNS, table)} - OUTSIDE - keys - {f"{table}_id"}
        )
        assert columns
        assert [name for name in columns if f"'{name}'" not in _image(kind)] == []
