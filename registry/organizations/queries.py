"""Statements of organisations and ownership, typed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from registry.kernel.db.statements import Queries
from registry.organizations.model import Held, Kind, OrganizationRow, OwnershipOut, OwnershipRow

q = Queries("organizations")


class OrganizationFilter(Struct, frozen=True, kw_only=True):
    """Ranges None: everywhere. text: in name or code; spelt: in the pinyin; after: search key and id seen."""

    firsts: list[str] | None = None
    lasts: list[str] | None = None
    kind: Kind | None = None
    on: date | None = None
    text: str | None = None
    spelt: str | None = None
    updated_since: datetime | None = None
    after: tuple[str | None, UUID | None] = (None, None)


class OwnershipFilter(Struct, frozen=True, kw_only=True):
    """on: a day it is in force; after: the id already seen."""

    organization_id: UUID | None = None
    on: date | None = None
    updated_since: datetime | None = None
    after: UUID | None = None


organizations = q("organizations", OrganizationFilter, int).many(OrganizationRow)
organizations_by_id = q("organizations_by_id", Collection[UUID]).many(OrganizationRow)
organizations_by_code = q("organizations_by_code", Collection[str], Collection[str], Collection[str]).many(
    OrganizationRow
)


add_organizations = q("add_organizations", Sequence[OrganizationRow]).values(UUID)
change_organizations = q("change_organizations", Sequence[OrganizationRow]).values(UUID)
ownerships = q("ownerships", OwnershipFilter, int).many(OwnershipOut)
ownership_by_id = q("ownership_by_id", UUID).one(OwnershipOut)
lock_owned = q("lock_owned", UUID).value(str)
held_of = q("held_of", UUID).many(Held)
add_ownerships = q("add_ownerships", Sequence[OwnershipRow]).run()
change_ownerships = q("change_ownerships", Sequence[OwnershipRow]).run()
