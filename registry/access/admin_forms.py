"""What the administrator's pages post, and how one field names the place of a grant."""

import re
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.access import account_queries as queries
from registry.access import grants
from registry.access.account_model import FITTING, DisplayName, GrantIn, RoleOf, ValidFrom, ValidTo
from registry.access.model import GrantRow, Status
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import ShortText
from registry.kernel.work import Work

_DIVISION: Final = re.compile("[0-9]{12}")
_AREA: Final = re.compile("Q[0-9]{1,11}")
_CREDIT: Final = re.compile("[0-9A-Z]{18}")
LISTED: Final = 8
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
    """place: the name or code of a division or area, the name or credit code of an organisation."""

    role: RoleOf
    place: Annotated[str, Meta(title="管哪里", max_length=40, extra={"fold": True})] | None = None
    valid_from: ValidFrom | None = None
    valid_to: ValidTo | None = None


async def add_grant(work: Work, account_id: UUID, form: GrantForm) -> GrantRow:
    """`grants.add` with its mistakes at the form's own fields."""
    new = fill(GrantIn, form)
    place = await _code(work, form)
    if _DIVISION.fullmatch(place):
        new = replace(new, division_code=place)
    elif _AREA.fullmatch(place):
        new = replace(new, area_code=place)
    elif _CREDIT.fullmatch(place):
        new = replace(new, organization_id=await grants.organization_of(work, place, "/place"))
    try:
        return await grants.add(work, account_id, new)
    except Invalid as error:
        raise Invalid([_at_form(mistake) for mistake in error.mistakes]) from error


async def _code(work: Work, form: GrantForm) -> str:
    """The code of the place: as it was typed, or that of the one place of this name that fits the role."""
    typed = form.place or ""
    if not typed or any(one.fullmatch(typed) for one in (_DIVISION, _AREA, _CREDIT)):
        return typed
    found = await queries.places_named(work, typed, work.act.today)
    fitting = [one for one in found if one.kind in FITTING[form.role]]
    fitting = [one for one in fitting if one.name == typed] or fitting
    if len(fitting) == 1:
        return fitting[0].code
    say = f"没有找到叫“{typed}”、适合这个身份的地方或组织，请检查名称，或填代码"
    if fitting:
        named = "、".join(f"{one.above}{one.name}（{one.code}）" for one in fitting[:LISTED])
        say = f"叫“{typed}”的不止一个：{named}{'等' if len(fitting) > LISTED else ''}，请填括号里的代码"
    raise Invalid([Mistake("/place", "grant.place", say, "is the name of no place, or of several")])


def _at_form(mistake: Mistake) -> Mistake:
    at_place = mistake.pointer in _PLACES or mistake.code == "grant.place"
    return replace(mistake, pointer="/place") if at_place else mistake
