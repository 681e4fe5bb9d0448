"""Typed functions over sql/queries/identifiers.sql."""

from collections.abc import Collection, Sequence
from uuid import UUID

from registry.households.identifiers_model import (
    FOUND_AT_MOST,
    Bearer,
    Identifier,
    NewIdentifier,
    SealedIdentifier,
)
from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.kernel.personal import NumberKind

Q = sql.queries("identifiers")


async def of_households(conn: Conn, county_code: str, ids: Collection[UUID]) -> list[Identifier]:
    return await db.many(conn, Identifier, Q["identifiers_of"], county_code, list(ids))


async def sealed(conn: Conn, county_code: str, person_id: UUID, kind: NumberKind) -> SealedIdentifier | None:
    return await db.maybe(conn, SealedIdentifier, Q["identifier"], county_code, person_id, kind)


async def same_in_household(
    conn: Conn, county_code: str, household_id: UUID, person_id: UUID, lookups: Sequence[bytes]
) -> bool:
    return await db.value(
        conn, bool, Q["same_in_household"], county_code, household_id, person_id, list(lookups)
    )


async def put(conn: Conn, row: NewIdentifier) -> Identifier:
    return await db.one(conn, Identifier, Q["put_identifiers"], db.rows_json([row]))


async def remove(
    conn: Conn, county_code: str, person_id: UUID, kinds: Collection[NumberKind]
) -> list[Identifier]:
    return await db.many(conn, Identifier, Q["remove_identifiers"], county_code, person_id, list(kinds))


async def by_lookup(conn: Conn, kind: NumberKind, lookups: Sequence[bytes]) -> list[Bearer]:
    return await db.many(conn, Bearer, Q["persons_by_lookup"], kind, list(lookups), FOUND_AT_MOST)


async def sealed_numbers(
    conn: Conn, county_code: str, persons: Collection[UUID], kinds: Collection[NumberKind]
) -> list[SealedIdentifier]:
    return await db.many(conn, SealedIdentifier, Q["sealed_numbers"], county_code, list(persons), list(kinds))
