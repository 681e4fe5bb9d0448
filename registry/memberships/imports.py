"""Imports memberships set-wise: which membership and share each row means, and the few writing statements."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from registry.audit import batches
from registry.households import service as households
from registry.households.model import Candidate, HouseholdReference
from registry.kernel import batch
from registry.kernel.batch import Outcome, Written
from registry.kernel.db import records
from registry.kernel.errors import Mistake
from registry.kernel.forms.pointers import Pointers
from registry.kernel.work import Act, Work
from registry.memberships import new_rows, queries
from registry.memberships.import_model import MembershipImport
from registry.memberships.model import (
    MembershipIn,
    MembershipRow,
    ShareIn,
    ShareRow,
    days_mistakes,
    organization_mistakes,
    overlapping,
    share_mistakes,
)
from registry.organizations import service as organizations
from registry.organizations.model import OrganizationRow

Pair = tuple[UUID, UUID]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A membership as wanted, with the shares to add and to change."""

    membership: MembershipRow
    fresh: bool = False
    changed: bool = False
    added: tuple[ShareRow, ...] = ()
    corrected: tuple[ShareRow, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The membership a row refers to; a Mistake where the household cannot be found."""

    row: MembershipImport
    household: Candidate | Mistake
    organization: OrganizationRow | None
    stored: MembershipRow | None = None

    @property
    def pair(self) -> Pair | None:
        if isinstance(self.household, Mistake) or self.organization is None:
            return None
        return self.household.household_id, self.organization.organization_id


async def import_rows(work: Work, rows: Sequence[MembershipImport], dry_run: bool) -> list[Outcome]:
    """Creates or updates memberships by household and organisation, each row with at most one share of a
    kind and form. Another amount of the same day corrects the share, one of a later day ends it and begins
    the next. A dry run writes nothing and answers what would happen.
    """
    meant, others, shares = await _targets(work, rows)
    fresh: dict[Pair, MembershipRow] = {}
    numbers = range(len(rows))
    store = batch.Store[int, Entry](
        key=lambda i: _key(i, meant[i]),
        made=lambda i: _made(work.act, meant[i], fresh),
        changed=lambda entry, i: _changed(work.act, entry, meant[i], shares),
        named=lambda entry: str(entry.membership.membership_id),
        add=lambda entries: _add(work, entries),
        change=lambda entries: _change(work, entries),
    )
    faults = [[*_faults(work.act, one, others)] for one in meant]
    known: Mapping[Hashable, Entry] = {
        _key(i, one): Entry(membership=one.stored) for i, one in enumerate(meant) if one.stored is not None
    }
    store = batches.recorded(work, "membership", store)
    return (await batch.merge(numbers, store, stored=known, faults=faults, dry_run=dry_run)).outcomes


async def _targets(
    work: Work, rows: Sequence[MembershipImport]
) -> tuple[list[Target], Mapping[UUID, list[MembershipRow]], Mapping[UUID, list[ShareRow]]]:
    """What each row points to; all memberships and shares of those households."""
    sought = [
        HouseholdReference(village_code=r.village_code, number=r.number, name=r.head_name) for r in rows
    ]
    found = await households.find(work, sought, work.act.today)
    codes = await organizations.by_credit_codes(work, {row.credit_code for row in rows})
    candidates = [one for one in found if isinstance(one, Candidate)]
    counties = sorted({one.county_code for one in candidates})
    others = defaultdict(list)
    for membership in await queries.memberships_of(work, counties, {one.household_id for one in candidates}):
        others[membership.household_id].append(membership)
    shares = defaultdict(list)
    ids = [one.membership_id for many in others.values() for one in many]
    for share in await queries.shares_of(work, counties, ids):
        shares[share.membership_id].append(share)
    meant = [
        _with_stored(Target(row=row, household=one, organization=codes.get(row.credit_code)), others)
        for row, one in zip(rows, found, strict=True)
    ]
    return meant, others, shares


def _with_stored(meant: Target, others: Mapping[UUID, list[MembershipRow]]) -> Target:
    """The membership of the row's day; without a day the running one."""
    if meant.pair is None:
        return meant
    household_id, organization_id = meant.pair
    day = meant.row.valid_from
    for one in others.get(household_id, []):
        wanted = one.valid_to is None if day is None else one.valid_from == day
        if one.organization_id == organization_id and wanted:
            return msgspec.structs.replace(meant, stored=one)
    return meant


def _key(index: int, meant: Target) -> Hashable:
    """Key of a membership and share; rows without a household each have their own."""
    if meant.pair is None:
        return index
    row = meant.row
    return (*meant.pair, meant.stored and meant.stored.membership_id, row.kind, row.form, row.share_from)


_COLUMNS: Final = Pointers({"/name": "/head_name"})


def _faults(act: Act, meant: Target, others: Mapping[UUID, list[MembershipRow]]) -> Iterable[Mistake]:
    row, found = meant.row, meant.household
    if isinstance(found, Mistake):
        yield from _COLUMNS.moved([found])
    yield from organization_mistakes(meant.organization, "/credit_code")
    if meant.stored is None and row.valid_from is None and meant.pair is not None:
        yield Mistake(pointer="/valid_from", code="required", message="这户还不是成员，新登记请填加入日期")
    first = row.valid_from or (meant.stored.valid_from if meant.stored else None)
    if first is None:
        return
    yield from days_mistakes(first, row.valid_to, "/valid_to")
    if row.share_from is not None:
        share = _share_in(row)
        yield from share_mistakes(first, row.valid_to, share, "") if share else ()
    if meant.stored is None and isinstance(found, Candidate) and meant.organization is not None:
        yield from _overlap(new_rows.membership(act, found.village_code, _as_sent(meant)), others)


def _overlap(row: MembershipRow, others: Mapping[UUID, list[MembershipRow]]) -> Iterable[Mistake]:
    other = overlapping(row, others.get(row.household_id, []))
    if other is not None:
        told = f"这户自 {other.valid_from} 起已是该组织的成员，与加入日期 {row.valid_from} 不符，请核对"
        yield Mistake(pointer="/valid_from", code="membership.overlap", message=told)


def _as_sent(meant: Target) -> MembershipIn:
    household_id, organization_id = meant.pair or (None, None)
    if household_id is None or organization_id is None or meant.row.valid_from is None:
        raise ValueError("only a row without mistakes becomes a membership")
    return MembershipIn(
        household_id=household_id,
        organization_id=organization_id,
        valid_from=meant.row.valid_from,
        valid_to=meant.row.valid_to,
    )


def _share_in(row: MembershipImport) -> ShareIn | None:
    if row.kind is None or row.form is None or row.amount is None:
        return None
    return ShareIn(kind=row.kind, form=row.form, amount=row.amount, valid_from=row.share_from)


def _made(act: Act, meant: Target, fresh: dict[Pair, MembershipRow]) -> Entry:
    """Rows of one new membership share it."""
    new = _as_sent(meant)
    pair = (new.household_id, new.organization_id)
    if pair not in fresh:
        village = meant.household.village_code if isinstance(meant.household, Candidate) else ""
        made = new_rows.membership(act, village, new)
        fresh[pair] = msgspec.structs.replace(made, source_date=meant.row.source_date)
    share = _share_in(meant.row)
    added = (new_rows.share(act, fresh[pair], share),) if share else ()
    return Entry(membership=fresh[pair], fresh=True, added=added)


def _changed(act: Act, entry: Entry, meant: Target, shares: Mapping[UUID, list[ShareRow]]) -> Entry:
    changes: dict[str, Any] = {
        name: value for name in ("valid_to", "source_date") if (value := getattr(meant.row, name)) is not None
    }
    membership = records.changed(entry.membership, act, changes)
    share = _share_in(meant.row)
    known = shares.get(membership.membership_id, [])
    added, corrected = _shares(act, membership, share, known) if share else ((), ())
    if membership is entry.membership and not added and not corrected:
        return entry
    if membership is entry.membership:
        membership = msgspec.structs.replace(membership, updated_at=act.now, updated_by=act.actor)
    return Entry(membership=membership, changed=True, added=added, corrected=corrected)


def _shares(
    act: Act, of: MembershipRow, new: ShareIn, known: Sequence[ShareRow]
) -> tuple[tuple[ShareRow, ...], tuple[ShareRow, ...]]:
    """Shares to add and to change, so that the household has the new amount from its day on."""
    alike = [one for one in known if (one.kind, one.form) == (new.kind, new.form)]
    day = new.valid_from
    same = next((one for one in alike if one.valid_from == day), None)
    running = next((one for one in alike if one.valid_to is None), None)
    meant = same or running
    if meant is None:
        return (new_rows.share(act, of, new),), ()
    if meant.amount == new.amount:
        return (), ()
    if same is None and day is not None and day > meant.valid_from:
        ended = records.changed(meant, act, {"valid_to": _before(day)})
        return (new_rows.share(act, of, new),), (ended,)
    return (), (records.changed(meant, act, {"amount": new.amount}),)


def _before(day: date) -> date:
    return day - timedelta(days=1)


async def _add(work: Work, entries: Sequence[Entry]) -> Written:
    rows = {entry.membership.membership_id: entry.membership for entry in entries}
    done = await queries.add_memberships(work, list(rows.values()))
    await _write_shares(work, [entry for entry in entries if entry.membership.membership_id in done])
    return done


async def _change(work: Work, entries: Sequence[Entry]) -> Written:
    rows: dict[UUID, MembershipRow] = {}
    for entry in entries:
        before = rows.get(entry.membership.membership_id)
        ends = before.valid_to if before else None
        now = entry.membership
        rows[now.membership_id] = msgspec.structs.replace(now, valid_to=now.valid_to or ends)
    done = await queries.change_memberships(work, list(rows.values()))
    await _write_shares(work, [entry for entry in entries if entry.membership.membership_id in done])
    return done


async def _write_shares(work: Work, entries: Sequence[Entry]) -> None:
    await queries.change_shares(work, [row for entry in entries for row in entry.corrected])
    await queries.add_shares(work, [row for entry in entries for row in entry.added])
