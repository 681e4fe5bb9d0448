"""Passes numbers of the heads of participating households on to a party of the contract, by their consent
only (个人信息保护法 第二十三条). Each person's disclosure leaves an event in the audit trail."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from registry.audit import service as audit
from registry.audit.model import RecordChange
from registry.contracts import queries
from registry.contracts.model import ContractRow
from registry.households import consents, identifiers
from registry.households.consents_model import FIELDS, Head, Purpose
from registry.households.identifiers_model import SealedIdentifier
from registry.households.personal_numbers import NumberKind, Reason
from registry.kernel.crypto.vault import Vault
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.work import Work

RULE: Final = "个人信息保护法 第二十三条"


class DisclosureIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes to whom, for which purpose (as the consents say) and why now. Without `household_ids` all of
    the annex. only_consented: those without consent are left out instead of stopping the whole."""

    receiver_id: Annotated[UUID, Meta(title="接收单位")]
    fields: Annotated[tuple[NumberKind, ...], Meta(min_length=1, max_length=3, title="提供的内容")]
    purpose: Purpose
    reason: Reason
    household_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=2000, title="农户")] | None = (
        None
    )
    only_consented: Annotated[bool, Meta(title="只提供已同意的")] = False


class Disclosed(Struct, frozen=True, kw_only=True):
    """One head with the whole numbers that are recorded."""

    household_id: UUID
    number: str
    person_id: UUID
    name: str
    numbers: dict[NumberKind, str]


class LeftOut(Struct, frozen=True, kw_only=True):
    """A household whose numbers were not passed on for want of consent."""

    household_id: UUID
    number: str
    name: str | None


class Disclosure(Struct, frozen=True, kw_only=True):
    """What was passed on, and whom that left out."""

    receiver_id: UUID
    purpose: str
    items: list[Disclosed]
    left_out: list[LeftOut]


async def disclose(work: Work, vault: Vault, contract_id: UUID, asked: DisclosureIn) -> Disclosure:
    """NotFound; Invalid if the receiver is no party of the contract, a household takes no part in it, or one
    has not consented: then nothing is disclosed, unless only_consented leaves it out."""
    contract = await queries.contract(work, contract_id)
    receiver = await _receiver(work, contract, asked.receiver_id)
    heads = await _heads(work, contract, asked)
    allowed, left_out = await _split(work, asked, heads)
    if left_out and not asked.only_consented:
        raise Invalid([_without_consent(one, asked) for one in left_out], code="consent.missing")
    numbers = await _numbers(work, vault, asked, allowed, receiver)
    return Disclosure(
        receiver_id=asked.receiver_id,
        purpose=asked.purpose,
        items=numbers,
        left_out=[fill(LeftOut, one) for one in left_out],
    )


async def _receiver(work: Work, contract: ContractRow, receiver_id: UUID) -> str:
    for party in await queries.parties(work, contract.key):
        if party.organization_id == receiver_id:
            return party.name or party.signed_name
    say = "接收单位不是这份合同的当事方，不能向它提供农户的号码"
    raise Invalid([Mistake("/receiver_id", "receiver.no_party", say, "must be a party of the contract")])


async def _heads(work: Work, contract: ContractRow, asked: DisclosureIn) -> list[Head]:
    heads = await consents.heads(
        work,
        contract.county_code,
        contract.contract_id,
        day=work.act.today,
        households=asked.household_ids,
    )
    known = {head.household_id for head in heads}
    strangers = [
        Mistake(
            f"/household_ids/{index}", "household.no_participant", "这户没有参加这份合同", "takes no part"
        )
        for index, one in enumerate(asked.household_ids or ())
        if one not in known
    ]
    if strangers:
        raise Invalid(strangers)
    return heads


async def _split(work: Work, asked: DisclosureIn, heads: Sequence[Head]) -> tuple[list[Head], list[Head]]:
    """Those whose consent covers every field asked for, and the others."""
    persons = [head.person_id for head in heads if head.person_id]
    county = heads[0].county_code if heads else ""
    given = await consents.granted_fields(
        work, county, persons, receiver_id=asked.receiver_id, purpose=asked.purpose, day=work.act.today
    )
    wanted = set(asked.fields)
    allowed: list[Head] = []
    others: list[Head] = []
    for head in heads:
        consented = head.person_id is not None and wanted <= given[head.person_id]
        (allowed if consented else others).append(head)
    return allowed, others


async def _numbers(
    work: Work, vault: Vault, asked: DisclosureIn, allowed: Sequence[Head], receiver: str
) -> list[Disclosed]:
    persons = [head.person_id for head in allowed if head.person_id]
    county = allowed[0].county_code if allowed else ""
    own: dict[UUID, list[SealedIdentifier]] = {person: [] for person in persons}
    for row in await identifiers.sealed(work, county, persons, asked.fields):
        own[row.person_id].append(row)
    bearers = [(head, rows) for head in allowed if head.person_id and (rows := own[head.person_id])]
    reason = f"{asked.reason}（提供给{receiver}，用途：{asked.purpose}）"
    disclosed = [_audited(head, rows) for head, rows in bearers]
    await audit.events(work, disclosed, kind=identifiers.AUDITED, reason=reason)
    return [_disclosed(vault, head, rows) for head, rows in bearers]


def _audited(head: Head, rows: Sequence[SealedIdentifier]) -> RecordChange:
    return RecordChange(
        record_id=str(head.person_id),
        county_code=head.county_code,
        division_code=head.village_code,
        changes={row.kind: [row.mask, row.mask] for row in rows},
    )


def _disclosed(vault: Vault, head: Head, rows: Sequence[SealedIdentifier]) -> Disclosed:
    return Disclosed(
        household_id=head.household_id,
        number=head.number,
        person_id=rows[0].person_id,
        name=head.name or "",
        numbers={row.kind: identifiers.opened(vault, row) for row in rows},
    )


def _without_consent(head: Head, asked: DisclosureIn) -> Mistake:
    fields = "、".join(FIELDS[field] for field in asked.fields)
    say = (
        f"户号 {head.number} {head.name or ''} 没有单独同意为“{asked.purpose}”向该单位提供{fields}，"
        f"不能提供（{RULE}）"
    )
    english = f"household {head.number} has not consented to this receiver, purpose and fields"
    return Mistake("/household_ids", "consent.missing", say, english)
