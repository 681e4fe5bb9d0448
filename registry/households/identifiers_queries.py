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
from registry.households.personal_numbers import NumberKind
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("identifiers")
Q = sql.queries("identifiers")


of_households = q("identifiers_of", str, Collection[UUID]).many(Identifier)
sealed = q("identifier", str, UUID, NumberKind).maybe(SealedIdentifier)
same_in_household = q("same_in_household", str, UUID, UUID, Sequence[bytes]).value(bool)


async def put(work: Work, row: NewIdentifier) -> Identifier:
    return await transactions.one(work, Identifier, Q["put_identifiers"], transactions.rows_json([row]))


remove = q("remove_identifiers", str, UUID, Collection[NumberKind]).many(Identifier)


async def by_lookup(work: Work, kind: NumberKind, lookups: Sequence[bytes]) -> list[Bearer]:
    return await transactions.many(work, Bearer, Q["persons_by_lookup"], kind, list(lookups), FOUND_AT_MOST)


sealed_numbers = q("sealed_numbers", str, Collection[UUID], Collection[NumberKind]).many(SealedIdentifier)
