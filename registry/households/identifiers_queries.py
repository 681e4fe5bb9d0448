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
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("identifiers")


of_households = q("identifiers_of", str, Collection[UUID]).many(Identifier)
sealed = q("identifier", str, UUID, NumberKind).maybe(SealedIdentifier)
same_in_household = q("same_in_household", str, UUID, UUID, Sequence[bytes]).value(bool)


_put_identifiers = q("put_identifiers", Sequence[NewIdentifier]).one(Identifier)


async def put(work: Work, row: NewIdentifier) -> Identifier:
    return await _put_identifiers(work, [row])


remove = q("remove_identifiers", str, UUID, Collection[NumberKind]).many(Identifier)


_persons_by_lookup = q("persons_by_lookup", str, Collection[bytes], int).many(Bearer)


async def by_lookup(work: Work, kind: NumberKind, lookups: Sequence[bytes]) -> list[Bearer]:
    return await _persons_by_lookup(work, kind, lookups, FOUND_AT_MOST)


sealed_numbers = q("sealed_numbers", str, Collection[UUID], Collection[NumberKind]).many(SealedIdentifier)
