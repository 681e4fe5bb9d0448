"""A row of a village's roster as it is imported: one household with its head, members, counts and tags."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from registry.households.inputs import CountedFields, SourceDate
from registry.households.model import HouseholdNumber, PersonName
from registry.kernel.types import DivisionCode, ShortText


class RosterIn(CountedFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household of a roster. What is empty stays as it is stored. Tags by label or code.

    Without a number the household is the only one in the village whose head has this name.
    """

    village_code: Annotated[DivisionCode, Meta(title="村代码")]
    number: HouseholdNumber | None = None
    head_name: Annotated[PersonName, Meta(title="户主姓名")]
    members: Annotated[tuple[PersonName, ...], Meta(max_length=60, title="其他成员")] = ()
    tags: Annotated[tuple[ShortText, ...], Meta(max_length=30, title="标签")] = ()
    valid_from: Annotated[date, Meta(title="登记日期")] | None = None
    source_date: SourceDate | None = None
