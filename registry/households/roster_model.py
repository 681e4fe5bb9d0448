"""A row of a village's roster as it is imported: one household with its head, members, counts and tags."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from registry.households.inputs import People, count_mistakes
from registry.households.model import HouseholdNumber, PersonName
from registry.kernel.errors import Mistake
from registry.kernel.types import DivisionCode, Mu, ShortText


class RosterIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household of a roster. What is empty stays as it is stored. Tags by label or code.

    Without a number the household is the only one in the village whose head has this name.
    """

    village_code: Annotated[DivisionCode, Meta(title="村代码")]
    number: HouseholdNumber | None = None
    head_name: Annotated[PersonName, Meta(title="户主姓名")]
    members: Annotated[tuple[PersonName, ...], Meta(max_length=60, title="其他成员")] = ()
    group_name: Annotated[ShortText, Meta(title="村民小组")] | None = None
    contracted_mu: Annotated[Mu, Meta(title="承包地面积")] | None = None
    contracted_until: Annotated[date, Meta(title="承包期至")] | None = None
    extension_signed: Annotated[bool, Meta(title="是否已签延包")] | None = None
    registered: Annotated[People, Meta(title="户籍人口")] | None = None
    resident: Annotated[People, Meta(title="常住人口")] | None = None
    labour: Annotated[People, Meta(title="劳动力")] | None = None
    counted_on: Annotated[date, Meta(title="统计日期")] | None = None
    tags: Annotated[tuple[ShortText, ...], Meta(max_length=30, title="标签")] = ()
    valid_from: Annotated[date, Meta(title="登记日期")] | None = None
    source_date: Annotated[date, Meta(title="资料日期")] | None = None

    @property
    def counted(self) -> bool:
        """Whether any number of persons is given."""
        return any(count is not None for count in (self.registered, self.resident, self.labour))

    def mistakes(self) -> Iterator[Mistake]:
        """Counts that contradict each other; a day of a count without one."""
        if self.counted:
            yield from count_mistakes(self.registered, self.resident, self.labour)
