"""Registering a household warns about namesakes: the same person is easily entered twice, and two persons of
one name are never merged. Imports distinguish namesakes by their numbers (roster.py). Pure."""

from collections.abc import Iterable, Iterator
from datetime import date

from registry.households.inputs import HouseholdIn
from registry.households.model import Candidate, clean_name
from registry.kernel.errors import Warning_

RULE = "同名的农户不会自动合并，也不会跳过"


def head_name(new: HouseholdIn) -> str:
    """The name of the head as it is compared."""
    return clean_name(next(member.name for member in new.members if member.is_head))


def namesake_warnings(new: HouseholdIn, others: Iterable[Candidate], today: date) -> Iterator[Warning_]:
    """A warning at the head's name while a current household of the village has a head of the same name."""
    name = head_name(new)
    same = [
        one for one in others if one.head_name == name and (one.valid_to is None or one.valid_to >= today)
    ]
    if same:
        place = next(index for index, member in enumerate(new.members) if member.is_head)
        numbers = "、".join(one.number for one in same)
        message = f"本村已有户主叫“{name}”的农户（户号 {numbers}）。如果是同一户，请不要重复登记"
        yield Warning_(
            code="household.namesake", pointer=f"/members/{place}/name", message=message, rule=RULE
        )
