"""Organisations: finding, registering, changing, importing. Who holds shares of whom is `ownership.py`."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from registry.audit import batches
from registry.audit import service as audit
from registry.divisions import service as divisions
from registry.kernel import batch
from registry.kernel.db import records
from registry.kernel.errors import Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.text import pinyin
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work
from registry.organizations import queries
from registry.organizations.model import (
    Kind,
    OrganizationIn,
    OrganizationPatch,
    OrganizationRow,
    code_mistakes,
    order_mistakes,
)


async def organizations(
    work: Work,
    *,
    today: date,
    division: str | None = None,
    kind: Kind | None = None,
    on: date | None = None,
    text: str | None = None,
    updated_since: datetime | None = None,
    after: tuple[str | None, UUID | None] = (None, None),
    limit: int = 50,
) -> list[OrganizationRow]:
    """Organisations in order of their pinyin, `limit` at most, following `after` (search key and id).

    division: registered in the subtree of a division or area. text: part of the name, of the credit code, of
    the pinyin or its initials.
    """
    place = await divisions.places(work, division, on or today) if division else None
    wanted = queries.OrganizationFilter(
        firsts=place.firsts if place else None,
        lasts=place.lasts if place else None,
        kind=kind,
        on=on,
        text=(text or "").strip() or None,
        spelt=pinyin.search_term(text or "") or None,
        updated_since=updated_since,
        after=after,
    )
    return await queries.organizations(work, wanted, limit)


async def organization(work: Work, organization_id: UUID) -> OrganizationRow:
    """NotFound if it does not exist."""
    found = await queries.organizations_by_id(work, [organization_id])
    if not found:
        raise NotFound
    return found[0]


async def by_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, OrganizationRow]:
    """Those of the ids that are organisations: for parties, names, checks."""
    return {row.organization_id: row for row in await queries.organizations_by_id(work, set(ids))}


async def by_credit_codes(work: Work, codes: Collection[str]) -> dict[str, OrganizationRow]:
    """Those of the credit codes that are registered: imports name organisations by their code."""
    rows = await queries.organizations_by_code(work, set(codes), [], [])
    return {row.credit_code: row for row in rows if row.credit_code}


async def create(work: Work, new: OrganizationIn) -> OrganizationRow:
    """Registers an organisation. Invalid, Conflict if the credit code is registered."""
    mistakes = await divisions.place_mistakes(work, new.division_code)
    if mistakes:
        raise Invalid(mistakes)
    row = _made(work.act, new)
    if not await queries.add_organizations(work, [row]):
        raise records.already_exists("organization_credit_code_key")
    audit.created(work, "organization", [row.organization_id])
    return row


async def change(
    work: Work, organization_id: UUID, patch: OrganizationPatch, version: int
) -> OrganizationRow:
    """Changes what was sent. NotFound, Stale, Invalid, Conflict if the credit code is another's."""
    await audit.watch(work, "organization", organization_id)
    return await records.guarded_update(
        await organization(work, organization_id),
        work.act,
        _with_search_key(records.given_fields(patch)),
        version,
        write=lambda rows: queries.change_organizations(work, rows),
        again=lambda: organization(work, organization_id),
        check=_whole,
    )


def _whole(row: OrganizationRow) -> list[Mistake]:
    return [*code_mistakes(row.kind, row.credit_code), *order_mistakes(row.valid_from, row.valid_to)]


async def import_rows(work: Work, rows: Sequence[OrganizationIn], dry_run: bool) -> list[batch.Outcome]:
    """Creates or updates organisations by credit code; one without a code by its division and name. Empty
    days keep what is stored. A dry run writes nothing and answers what would happen."""
    stored = await _stored(work, rows)
    store = batch.Store[OrganizationIn, OrganizationRow](
        key=_key,
        made=lambda new: _made(work.act, new),
        changed=lambda row, new: _updated(work.act, row, new),
        named=lambda row: str(row.organization_id),
        add=lambda new: queries.add_organizations(work, new),
        change=lambda new: queries.change_organizations(work, new),
    )
    store = batches.recorded(work, "organization", store)
    outside = await divisions.outside(work, {row.division_code for row in rows})
    faults = [list(_faults(row, stored.get(_key(row)), outside)) for row in rows]
    done = await batch.merge(rows, store, stored=stored, faults=faults, dry_run=dry_run)
    return done.outcomes


async def _stored(work: Work, rows: Iterable[OrganizationIn]) -> dict[Hashable, OrganizationRow]:
    codes = {row.credit_code for row in rows if row.credit_code}
    without = [row for row in rows if not row.credit_code]
    places, names = {row.division_code for row in without}, {row.name for row in without}
    found = await queries.organizations_by_code(work, codes, places, names)
    return {_key(row): row for row in found}


def _key(row: OrganizationIn | OrganizationRow) -> Hashable:
    return row.credit_code or (row.division_code, row.name)


def _faults(new: OrganizationIn, row: OrganizationRow | None, outside: Collection[str]) -> Iterable[Mistake]:
    if new.division_code in outside:
        yield divisions.unknown("/division_code")
    elif row is not None and row.division_code != new.division_code:
        say = f"这个组织已在 {row.division_code} 登记，登记地不能修改，请核对"
        english = f"is registered in {row.division_code}, which does not change"
        yield Mistake("/division_code", "organization.elsewhere", say, english)


def _made(act: Act, new: OrganizationIn) -> OrganizationRow:
    return fill(
        OrganizationRow,
        new,
        organization_id=new_id(),
        search_key=pinyin.search_key(new.name),
        **records.audit_columns(act, source_date=new.source_date),
    )


def _updated(act: Act, row: OrganizationRow, new: OrganizationIn) -> OrganizationRow:
    wanted = {
        "kind": new.kind,
        "name": new.name,
        "valid_from": new.valid_from or row.valid_from,
        "valid_to": new.valid_to or row.valid_to,
        "source_date": new.source_date or row.source_date,
    }
    return records.changed(row, act, _with_search_key(wanted))


def _with_search_key(changes: Mapping[str, object]) -> Mapping[str, object]:
    """The changes, a new name with the key it is found by."""
    if "name" not in changes:
        return changes
    return {**changes, "search_key": pinyin.search_key(str(changes["name"]))}
