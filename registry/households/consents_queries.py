"""Typed functions over sql/queries/consents.sql."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.households.consents_model import Consent, ConsentRow, Field, Head, Receiver
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("consents")


class GrantedFields(Struct, frozen=True, kw_only=True):
    """What a person lets somebody have."""

    person_id: UUID
    fields: tuple[Field, ...]


class Named(Struct, frozen=True, kw_only=True):
    name: str


of_person = q("consents_of", str, UUID).many(Consent)
standing = q("standing_consents", str, Collection[UUID], UUID, str, date).many(GrantedFields)


_known_receiver = q("known_receiver", UUID).maybe(Named)


async def receiver_name(work: Work, organization_id: UUID) -> str | None:
    found = await _known_receiver(work, organization_id)
    return found.name if found else None


receivers = q("receivers", str, Collection[UUID]).many(Receiver)
add = q("add_consents", Sequence[ConsentRow]).run()
withdraw = q("withdraw_consents", Sequence[ConsentRow]).run()
remove = q("remove_consents", str, UUID).run()


_heads_of_annex = q("heads_of_annex", str, UUID, date, Collection[UUID] | None).many(Head)


async def heads(
    work: Work, county_code: str, contract_id: UUID, day: date, households: Collection[UUID] | None
) -> list[Head]:
    chosen = None if households is None else list(households)
    return await _heads_of_annex(work, county_code, contract_id, day, chosen)
