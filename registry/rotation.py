"""Reseals everything encrypted under a new key version, batch by batch. It may be interrupted at
any point and run again, also twice at once; reading and searching go on in the meantime."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from registry.access.model import totp_context
from registry.households import personal_numbers
from registry.households.identifiers_model import context as identifier_context
from registry.households.identifiers_model import tail_label
from registry.households.personal_numbers import NumberKind
from registry.kernel.crypto import keyfile
from registry.kernel.crypto.keyfile import KeyFileError, Keys, SuiteName
from registry.kernel.crypto.vault import Sealed, Unreadable, Vault, hexed
from registry.kernel.db.statements import Queries
from registry.kernel.db.transactions import Database
from registry.kernel.errors import Conflict
from registry.kernel.http.web import LOCAL_OPERATOR
from registry.kernel.work import Act, Work, system_act
from registry.organizations.contacts_model import context as contact_context

q = Queries("keys")
BATCH: Final = 500
DROP_AFTER: Final = timedelta(minutes=5)
"""Longer than any transaction may last: nothing sealed under a former version is still to be committed."""
_WAIT: Final = 0.2


class RotationReport(msgspec.Struct, kw_only=True):
    """What a rotation did. broken: rows left as they were, by table; twice: those whose number another
    member of the household has too. The others their key does not open."""

    current: int
    resealed: int = 0
    broken: dict[str, list[str]] = {}
    twice: set[str] = set()


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    key_version: int
    rows: int


class County(msgspec.Struct, frozen=True, kw_only=True):
    county_code: str


class OldIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    county_code: str
    person_id: UUID
    kind: NumberKind
    ciphertext: bytes
    key_version: int

    @property
    def key(self) -> str:
        return f"{self.person_id}/{self.kind}"

    def fresh(self, vault: Vault) -> dict[str, Any]:
        """The columns of the resealed row."""
        context = identifier_context(self.person_id, self.kind)
        plain, columns = _resealed(vault, self.ciphertext, self.key_version, context)
        version = columns["key_version"]
        return {
            **columns,
            "county_code": self.county_code,
            "person_id": self.person_id,
            "kind": self.kind,
            "lookup": hexed(vault.lookup(self.kind, plain, version)),
            "tail": hexed(vault.lookup(tail_label(self.kind), personal_numbers.tail(plain), version)),
        }


class OldContact(msgspec.Struct, frozen=True, kw_only=True):
    county_code: str
    organization_contact_id: UUID
    ciphertext: bytes
    key_version: int

    @property
    def key(self) -> str:
        return str(self.organization_contact_id)

    def fresh(self, vault: Vault) -> dict[str, Any]:
        """The columns of the resealed row."""
        context = contact_context(self.organization_contact_id)
        _, columns = _resealed(vault, self.ciphertext, self.key_version, context)
        key = {"county_code": self.county_code, "organization_contact_id": self.organization_contact_id}
        return columns | key


class OldSecret(msgspec.Struct, frozen=True, kw_only=True):
    account_id: UUID
    ciphertext: bytes
    key_version: int

    @property
    def key(self) -> str:
        return str(self.account_id)

    def fresh(self, vault: Vault) -> dict[str, Any]:
        """The columns of the resealed row."""
        _, columns = _resealed(vault, self.ciphertext, self.key_version, totp_context(self.account_id))
        return columns | {"account_id": self.account_id}


def _resealed(vault: Vault, ciphertext: bytes, version: int, context: str) -> tuple[str, dict[str, Any]]:
    plain = vault.open(Sealed(ciphertext=ciphertext, key_version=version), context)
    sealed = vault.seal(plain, context)
    return plain, {
        "old_version": version,
        "ciphertext": hexed(sealed.ciphertext),
        "key_version": sealed.key_version,
    }


class BatchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a county on these key versions, but those given up."""

    county_code: str
    versions: Sequence[int]
    but: Sequence[str]
    limit: int


_old_identifiers = q("old_identifiers", Sequence[int], Sequence[str], int, str).many(OldIdentifier)


async def _identifiers(work: Work, asked: BatchRequest) -> list[OldIdentifier]:
    return await _old_identifiers(work, asked.versions, asked.but, asked.limit, asked.county_code)


_old_contacts = q("old_contacts", Sequence[int], Sequence[str], int, str).many(OldContact)


async def _contacts(work: Work, asked: BatchRequest) -> list[OldContact]:
    return await _old_contacts(work, asked.versions, asked.but, asked.limit, asked.county_code)


_old_secrets = q("old_secrets", Sequence[int], Sequence[str], int).many(OldSecret)


async def _secrets(work: Work, asked: BatchRequest) -> list[OldSecret]:
    return await _old_secrets(work, asked.versions, asked.but, asked.limit)


_reseal_identifiers = q("reseal_identifiers", str).run()
_reseal_contacts = q("reseal_contacts", str).run()
_reseal_secrets = q("reseal_secrets", str).run()


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    """local: not distributed by county; rows of the others are only locked county by county."""

    name: str
    old: Callable[[Work, BatchRequest], Awaitable[Sequence[Any]]]
    reseal: Callable[[Work, str], Awaitable[int]]
    local: bool = False


TABLES: Final = (
    _Table(name="person_identifier", old=_identifiers, reseal=_reseal_identifiers),
    _Table(name="organization_contact", old=_contacts, reseal=_reseal_contacts),
    _Table(name="account", old=_secrets, reseal=_reseal_secrets, local=True),
)


async def rotate(
    database: Database,
    path: Path,
    *,
    suite: SuiteName = "aes",
    batch: int = BATCH,
    after_batch: Callable[[], Awaitable[None]] | None = None,
) -> RotationReport:
    """Takes the prepared key version, or adds one, unless rows are still on a former one; then reseals all
    rows under the current one. Rows left as they were do not keep a new version off.

    Each batch is a transaction of its own. KeyFileError if the file is missing or broken.
    """
    before = keyfile.read(path)
    begun = not await rows_on(database, keyfile.former(before))
    if begun:
        _begin(path, before, suite)
    done = await _all(database, path, batch, after_batch)
    if begun or done.resealed or not any(done.broken.values()):
        return done
    _begin(path, keyfile.read(path), suite)
    return await _all(database, path, batch, after_batch)


async def _all(
    database: Database, path: Path, batch: int, after_batch: Callable[[], Awaitable[None]] | None
) -> RotationReport:
    """Reseals rows of a former version under the current one."""
    vault = Vault.load(path)
    done = RotationReport(current=vault.current)
    while True:
        counties = await _counties(database, _former(vault))
        for place in [(one, code) for one in TABLES for code in ([""] if one.local else counties)]:
            while await _batch(database, vault, place, done, batch):
                if after_batch:
                    await after_batch()
        broken = sum(map(len, done.broken.values()))
        if await rows_on(database, _former(vault)) <= broken:
            return done
        await asyncio.sleep(_WAIT)  # another rotation holds the others


def prepare(path: Path, suite: SuiteName) -> int:
    """Adds a version that is not used yet, to be distributed before rows use it; its number."""
    with keyfile.changing(path):
        keys = keyfile.prepared(keyfile.read(path), suite)
        if keys != keyfile.read(path):
            keyfile.write(path, keys)
    return max(keys.keys)


def _begin(path: Path, before: Keys, suite: SuiteName) -> None:
    with keyfile.changing(path):
        # a concurrent rotation may have added one: its version is then the new one
        if keyfile.read(path) == before:
            keyfile.write(path, keyfile.added(before, suite))


_counties_of_versions = q("counties_of_versions", Sequence[int]).many(County)


async def _counties(database: Database, versions: Sequence[int]) -> list[str]:
    async with database.reader(LOCAL_OPERATOR, _act()) as work:
        return [one.county_code for one in await _counties_of_versions(work, versions)]


async def _batch(
    database: Database, vault: Vault, place: tuple[_Table, str], done: RotationReport, limit: int
) -> bool:
    """Seals some rows of a table and county that nobody else is sealing; whether there were any."""
    table, county_code = place
    broken = done.broken.setdefault(table.name, [])
    asked = BatchRequest(county_code=county_code, versions=_former(vault), but=broken, limit=limit)
    async with database.writer(LOCAL_OPERATOR, _act()) as work:
        rows = await table.old(work, asked)
        fresh: dict[str, dict[str, Any]] = {}
        for row in rows:
            try:
                fresh[row.key] = row.fresh(vault)
            except Unreadable:
                broken.append(row.key)
        twice = await _reseal(work, table, fresh)
    done.resealed += len(fresh) - len(twice)
    done.twice.update(twice)
    broken += twice
    return bool(rows)


async def _reseal(work: Work, table: _Table, fresh: Mapping[str, dict[str, Any]]) -> list[str]:
    """Stores resealed rows; returns those that violate a key. A machine with an old key file does not
    recognise an ID entered under a newer version: it may let a household have one twice."""
    if not fresh:
        return []
    try:
        async with work.conn.transaction():
            await table.reseal(work, msgspec.json.encode(list(fresh.values())).decode())
    except Conflict:
        if len(fresh) == 1:
            return list(fresh)
        return [one for key, row in fresh.items() for one in await _reseal(work, table, {key: row})]
    return []


def _act() -> Act:
    return system_act(datetime.now(UTC), "keys rotate", LOCAL_OPERATOR.actor)


def _former(vault: Vault) -> list[int]:
    return list(vault.versions[1:])


_rows_by_version = q("rows_by_version").many(Rows)


async def rows_on(database: Database, versions: Collection[int]) -> int:
    """How many rows use these key versions."""
    async with database.reader(LOCAL_OPERATOR, _act()) as work:
        found = await _rows_by_version(work)
    return sum(one.rows for one in found if one.key_version in versions)


async def drop_former(database: Database, path: Path, now: datetime) -> list[int]:
    """Removes unused versions from the file; returns those removed.

    KeyFileError while rows use one, or so soon after the last version was added that a transaction may
    still bring one.
    """
    before = keyfile.read(path)
    former = keyfile.former(before)
    left = await rows_on(database, former)
    if left:
        raise KeyFileError(f"{left} row(s) stand on former key versions: run `registry keys rotate` first")
    with keyfile.changing(path):
        if former and keyfile.age(path, now) < DROP_AFTER:
            raise KeyFileError("the key file changed less than 5 minutes ago: drop former versions later")
        if keyfile.read(path) != before:
            raise KeyFileError("the key file was changed meanwhile: run the command again")
        if former:
            keyfile.write(path, keyfile.without_former(before))
    return former
