"""New rows of a household and what belongs to it, from what was sent. Pure: nothing is read or written."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from registry.households.inputs import HeadcountIn, HouseholdIn, HouseholdTagIn, MemberIn
from registry.households.model import (
    HeadcountRow,
    HouseholdRow,
    HouseholdTagRow,
    PersonRow,
    clean_name,
)
from registry.kernel.db.records import new_row
from registry.kernel.fill import fill
from registry.kernel.text.pinyin import search_key
from registry.kernel.types import new_id
from registry.kernel.work import Act


def household(act: Act, new: HouseholdIn, home_county: str | None, since: date) -> HouseholdRow:
    """The household of a body; without a day it exists since the records of its village begin: it can take
    part in a contract that began before it was registered."""
    return new_row(
        HouseholdRow,
        act,
        new,
        county_code=new.village_code[:6],
        household_id=new_id(),
        valid_from=new.valid_from or since,
        home_county_code=home_county,
    )


def person(act: Act, of: HouseholdRow, new: MemberIn) -> PersonRow:
    """A member; without a day since the household exists."""
    name = clean_name(new.name)
    return new_row(
        PersonRow,
        act,
        new,
        county_code=of.county_code,
        person_id=new_id(),
        village_code=of.village_code,
        household_id=of.household_id,
        name=name,
        search_key=search_key(name),
        valid_from=new.valid_from or of.valid_from,
    )


def headcount(act: Act, of: HouseholdRow, new: HeadcountIn) -> HeadcountRow:
    """A count of the household's persons."""
    return fill(HeadcountRow, new, headcount_id=new_id(), **_of(of, act))


def tag(act: Act, of: HouseholdRow, new: HouseholdTagIn) -> HouseholdTagRow:
    """A tag of the household."""
    return fill(HouseholdTagRow, new, household_tag_id=new_id(), **_of(of, act))


def _of(household: HouseholdRow, act: Act) -> dict[str, Any]:
    """The columns of what belongs to a household and is superseded, never changed."""
    return {
        "county_code": household.county_code,
        "village_code": household.village_code,
        "household_id": household.household_id,
        "recorded_at": act.now,
        "created_by": act.actor,
        "source": act.source,
        "import_batch_id": act.import_batch_id,
    }


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
