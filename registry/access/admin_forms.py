"""What the administrator's pages post, and how one field names the place of a grant."""

import re
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.access import grants
from registry.access.account_model import DisplayName, GrantIn, RoleOf, ValidFrom, ValidTo
from registry.access.model import GrantRow, Status
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import ShortText
from registry.kernel.work import Work

_DIVISION: Final = re.compile("[0-9]{12}")
_AREA: Final = re.compile("Q[0-9]{1,11}")
_CREDIT: Final = re.compile("[0-9A-Z]{18}")
_PLACES: Final = ("/division_code", "/area_code", "/organization_id")


class UsersQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The search of the list."""

    q: ShortText | None = None
    cursor: str | None = None


class NameForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    display_name: DisplayName


class StatusForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: Annotated[Status, Meta(title="状态")]


class Nothing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A button without fields."""


class GrantForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """place: the code of a division or area, or the credit code of an organisation."""

    role: RoleOf
    place: (
        Annotated[str, Meta(title="区划、片区或组织的代码", max_length=40, extra={"fold": True})] | None
    ) = None
    valid_from: ValidFrom | None = None
    valid_to: ValidTo | None = None


async def add_grant(work: Work, account_id: UUID, form: GrantForm) -> GrantRow:
    """`grants.add` with its mistakes at the form's own fields."""
    new = fill(GrantIn, form)
    place = form.place or ""
    if _DIVISION.fullmatch(place):
        new = replace(new, division_code=place)
    elif _AREA.fullmatch(place):
        new = replace(new, area_code=place)
    elif _CREDIT.fullmatch(place):
        new = replace(new, organization_id=await grants.organization_of(work, place, "/place"))
    elif place:
        say = "请填 12 位区划代码、片区代码（Q 加数字）或 18 位统一社会信用代码"
        raise Invalid([Mistake("/place", "grant.place", say, "is no code of a place")])
    try:
        return await grants.add(work, account_id, new)
    except Invalid as error:
        raise Invalid([_at_form(mistake) for mistake in error.mistakes]) from error


def _at_form(mistake: Mistake) -> Mistake:
    at_place = mistake.pointer in _PLACES or mistake.code == "grant.place"
    return replace(mistake, pointer="/place") if at_place else mistake
