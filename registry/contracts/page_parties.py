"""Parties as typed on a page: an organisation by its name, its pinyin or its code; and whom that means."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from registry.contracts.inputs import PartyIn, Role, party_mistakes
from registry.contracts.model import PartyRow
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.forms.pointers import Pointers
from registry.kernel.types import RowNumber, ShortText
from registry.kernel.work import Work
from registry.organizations import service as organizations
from registry.organizations.model import OrganizationRow

LISTED: Final = 5
SEARCHED: Final = 200


class PartyForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the parties and its number on the page. `kept`: a household or person already there, shown by
    name only."""

    row: RowNumber
    role: Role | None = None
    organization: Annotated[ShortText, Meta(title="名称")] | None = None
    kept: UUID | None = None


class ResolvedParties(Struct, frozen=True, kw_only=True):
    """The parties found, the page field of each, and the names that could not be resolved."""

    parties: list[PartyIn]
    pointers: Pointers
    mistakes: list[Mistake]


async def resolve(work: Work, rows: Sequence[PartyForm], stored: Sequence[PartyRow]) -> ResolvedParties:
    """Whom each row means. Rows without a name are left out."""
    parties: list[PartyIn] = []
    places: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for row in rows:
        at = f"/parties/{row.row}"
        if row.organization is None and row.kept is None:
            continue
        if row.role is None:
            mistakes.append(
                Mistake(f"{at}/role", "required", f"请选“{row.organization or ''}”在合同里的角色")
            )
        found = _kept(row, stored) or await _candidate(work, row, stored, at)
        if isinstance(found, Mistake):
            mistakes.append(found)
        elif row.role is not None:
            places[f"/parties/{len(parties)}"] = at
            places[f"/parties/{len(parties)}/organization_id"] = f"{at}/organization"
            parties.append(found)
    return ResolvedParties(parties=parties, pointers=Pointers(places), mistakes=mistakes)


def _kept(row: PartyForm, stored: Sequence[PartyRow]) -> PartyIn | None:
    """An existing household or person: the page only changes its role."""
    old = next((one for one in stored if one.party_id == row.kept and one.organization_id is None), None)
    if old is None or row.role is None:
        return None
    return PartyIn(
        role=row.role,
        household_id=old.household_id,
        person_id=old.person_id,
        signed_name=old.signed_name,
    )


async def _candidate(work: Work, row: PartyForm, stored: Sequence[PartyRow], at: str) -> PartyIn | Mistake:
    found = await organization(work, row.organization or "", f"{at}/organization")
    if isinstance(found, Mistake):
        return found
    old = next((one for one in stored if one.organization_id == found.organization_id), None)
    return PartyIn(
        role=row.role or "buyer",
        organization_id=found.organization_id,
        signed_name=None if old is None else old.signed_name,
    )


async def organization(work: Work, text: str, at: str) -> OrganizationRow | Mistake:
    """The only organisation a name, a part of it, its pinyin or its code means, or what to do."""
    found = await organizations.named_like(work, text, SEARCHED)
    exact = [one for one in found if text == one.name or text.upper() == one.credit_code]
    meant = exact or found
    if len(meant) == 1:
        return meant[0]
    if not meant:
        message = f"没有找到“{text}”，请检查名称，或先登记这个组织"
        return Mistake(at, "party.unknown", message)
    listed = "、".join(_option_text(one, alike=len(exact) > 1) for one in meant[:LISTED])
    more = "等" if len(meant) > LISTED else ""
    message = f"“{text}”可能是 {listed}{more}，共 {len(meant)} 个，请写全名称或统一社会信用代码"
    return Mistake(at, "party.ambiguous", message)


def _option_text(one: OrganizationRow, *, alike: bool) -> str:
    return f"{one.name}（{one.credit_code or one.division_code}）" if alike else one.name


def typed(parties: Sequence[PartyRow]) -> dict[str, str]:
    """Stored parties as the values of the form."""
    values: dict[str, str] = {}
    for index, one in enumerate(parties):
        at = f"parties-{index}"
        values[f"{at}-role"] = one.role
        if one.organization_id is not None:
            values[f"{at}-organization"] = one.name or one.signed_name
        else:
            values |= {f"{at}-kept": str(one.party_id), f"{at}-name": one.signed_name}
    return values


def check_twice(named: ResolvedParties) -> None:
    """Invalid if the same party occurs twice in one role."""
    mistakes = list(party_mistakes(named.parties))
    if mistakes:
        raise Invalid(mistakes)
