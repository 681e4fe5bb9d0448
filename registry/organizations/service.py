"""Organisations: finding, registering, changing, importing. Who holds shares of whom is `ownership.py`."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from registry.audit import batches
from registry.divisions import service as divisions
from registry.divisions.model import Ranges
from registry.divisions.register import Register
from registry.kernel import batch
from registry.kernel.db import records
from registry.kernel.errors import Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.text import pinyin
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work
from registry.organizations import queries
from registry.organizations.model import (
    OrganizationIn,
    OrganizationQuery,
    OrganizationRow,
    code_mistakes,
    order_mistakes,
)


async def _listed(
    work: Work,
    ranges: Ranges | None,
    wanted: OrganizationQuery,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[OrganizationRow]:
    """In order of their pinyin; q: part of the name, of the credit code, of the pinyin or its initials."""
    found = queries.OrganizationFilter(
        firsts=ranges and list(ranges[0]),
        lasts=ranges and list(ranges[1]),
        kind=wanted.kind,
        on=wanted.on,
        text=(wanted.q or "").strip() or None,
        spelt=pinyin.search_term(wanted.q or "") or None,
        updated_since=wanted.updated_since,
        after=after or (None, None),
    )
    return await queries.organizations(work, found, limit)


async def named_like(work: Work, text: str, limit: int) -> list[OrganizationRow]:
    """Organisations by part of their name, of the credit code, of the pinyin or its initials."""
    return await organizations.listed(work, OrganizationQuery(q=text), limit=limit)


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


async def _columns(_work: Work, new: OrganizationIn) -> dict[str, Any]:
    return {"organization_id": new_id(), "search_key": pinyin.search_key(new.name)}


async def _changes(_work: Work, _row: OrganizationRow, given: dict[str, Any]) -> dict[str, Any]:
    return dict(_with_search_key(given))


async def _place(work: Work, row: OrganizationRow, before: OrganizationRow | None) -> list[Mistake]:
    return [] if before else await divisions.place_mistakes(work, row.division_code)


organizations = Register[OrganizationRow, OrganizationIn](
    "organization",
    OrganizationRow,
    {"organization_id": UUID},
    rows=_listed,
    placed=True,
    one=organization,
    add=queries.add_organizations,
    change=queries.change_organizations,
    taken="organization_credit_code_key",
    columns=_columns,
    changes=_changes,
    check=_whole,
    faults=_place,
)
