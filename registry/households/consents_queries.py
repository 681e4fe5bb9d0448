"""Typed functions over sql/queries/consents.sql."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.households.consents_model import Consent, ConsentRow, Field, Head, Receiver
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("consents")
Q = sql.queries("consents")


class GrantedFields(Struct, frozen=True, kw_only=True):
    """What a person lets somebody have."""

    person_id: UUID
    fields: tuple[Field, ...]


class Named(Struct, frozen=True, kw_only=True):
    name: str


of_person = q("consents_of", str, UUID).many(Consent)
standing = q("standing_consents", str, Collection[UUID], UUID, str, date).many(GrantedFields)


async def receiver_name(work: Work, organization_id: UUID) -> str | None:
    found = await transactions.maybe(work, Named, Q["known_receiver"], organization_id)
    return found.name if found else None


receivers = q("receivers", str, Collection[UUID]).many(Receiver)
add = q("add_consents", Sequence[ConsentRow]).run()
withdraw = q("withdraw_consents", Sequence[ConsentRow]).run()
remove = q("remove_consents", str, UUID).run()


async def heads(
    work: Work, county_code: str, contract_id: UUID, day: date, households: Collection[UUID] | None
) -> list[Head]:
    chosen = None if households is None else list(households)
    return await transactions.many(work, Head, Q["heads_of_annex"], county_code, contract_id, day, chosen)
