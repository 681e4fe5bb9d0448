"""New rows of a household and what belongs to it, from what was sent. Pure: nothing is read or written."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from registry.households.inputs import HeadcountIn, HouseholdIn, HouseholdTagIn, MemberIn
from registry.households.model import (
    HeadcountRow,
    HouseholdRow,
    HouseholdTagRow,
    PersonRow,
    clean_name,
)
from registry.kernel.db.records import audit_columns
from registry.kernel.text.pinyin import search_key
from registry.kernel.types import new_id
from registry.kernel.work import Act


def household(act: Act, new: HouseholdIn, home_county: str | None) -> HouseholdRow:
    """The household of a body; without a day it exists from today."""
    return HouseholdRow(
        **audit_columns(act, source_date=new.source_date),
        county_code=new.village_code[:6],
        household_id=new_id(),
        village_code=new.village_code,
        group_name=new.group_name,
        number=new.number,
        contracted_mu=new.contracted_mu,
        contracted_until=new.contracted_until,
        extension_signed=new.extension_signed,
        valid_from=new.valid_from or act.today,
        home_county_code=home_county,
        home_household_id=new.home_household_id,
    )


def person(act: Act, of: HouseholdRow, new: MemberIn) -> PersonRow:
    """A member; without a day since the household exists."""
    name = clean_name(new.name)
    return PersonRow(
        **audit_columns(act),
        county_code=of.county_code,
        person_id=new_id(),
        village_code=of.village_code,
        household_id=of.household_id,
        name=name,
        search_key=search_key(name),
        is_head=new.is_head,
        relation=new.relation,
        valid_from=new.valid_from or of.valid_from,
    )


def headcount(act: Act, of: HouseholdRow, new: HeadcountIn) -> HeadcountRow:
    """A count of the household's persons."""
    return HeadcountRow(
        county_code=of.county_code,
        headcount_id=new_id(),
        village_code=of.village_code,
        household_id=of.household_id,
        counted_on=new.counted_on,
        registered=new.registered,
        resident=new.resident,
        labour=new.labour,
        recorded_at=act.now,
        created_by=act.actor,
        source=act.source,
        import_batch_id=act.import_batch_id,
    )


def tag(act: Act, of: HouseholdRow, new: HouseholdTagIn) -> HouseholdTagRow:
    """A tag of the household."""
    return HouseholdTagRow(
        county_code=of.county_code,
        household_tag_id=new_id(),
        village_code=of.village_code,
        household_id=of.household_id,
        tag_code=new.tag_code,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        recorded_at=act.now,
        created_by=act.actor,
        source=act.source,
        import_batch_id=act.import_batch_id,
    )


def same_count(one: HeadcountRow, other: HeadcountRow) -> bool:
    """Whether two counts of one day are equal."""
    return (one.registered, one.resident, one.labour) == (other.registered, other.resident, other.labour)


def overlapping(
    rows: Iterable[HouseholdTagRow], tag_code: str, first: date, last: date | None
) -> UUID | None:
    """A current row of the tag that overlaps first..last."""
    for row in rows:
        ends_before = row.valid_to is not None and row.valid_to < first
        starts_after = last is not None and row.valid_from > last
        if row.tag_code == tag_code and not ends_before and not starts_after:
            return row.household_tag_id
    return None
