"""Frameworks: agreements over several villages, with one contract under them per village."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from registry.audit import service as audit
from registry.contracts import kinds, parties_and_components, queries, write_queries
from registry.contracts.inputs import ComponentIn, FrameworkIn, FrameworkPatch, numbered, order_mistakes
from registry.contracts.model import FrameworkComponent, FrameworkRow, FrameworkTerms
from registry.divisions import service as divisions
from registry.divisions.model import code_range
from registry.kernel.db import records
from registry.kernel.errors import Invalid, Mistake, NotFound, Stale
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work


async def create(work: Work, new: FrameworkIn) -> FrameworkRow:
    """Registers a framework for the subtree of a division. Invalid, NotFound outside the write scope."""
    names = await queries.party_names(work, [new.buyer_id], new.division_code[:6], [], [])
    mistakes = await _product_mistakes(work, new.components)
    if new.division_code not in await divisions.known_codes(work, [new.division_code]):
        mistakes.append(Mistake("/division_code", "framework.division", "没有这个区划代码，请从列表中选取"))
    if new.buyer_id not in names:
        mistakes.append(Mistake("/buyer_id", "party.unknown", "找不到这个收购方，请先登记组织"))
    if mistakes:
        raise Invalid(mistakes)
    row = fill(
        FrameworkRow,
        new,
        **records.audit_columns(work.act),
        framework_id=new_id(),
        division_last=code_range(new.division_code).last,
        buyer_name=names[new.buyer_id].name,
        terms=_terms(new.components),
    )
    await write_queries.add_frameworks(work, [row])
    audit.created(work, "framework", [row.framework_id])
    return row


async def change(work: Work, framework_id: UUID, patch: FrameworkPatch, version: int) -> FrameworkRow:
    """Changes what was sent; contracts made under it keep their copies. NotFound, Stale, Invalid."""
    row = await queries.framework(work, framework_id)
    records.require_version(row, version)
    sent = records.given_fields(patch)
    components: list[ComponentIn] | None = sent.pop("components", None)
    wanted: FrameworkRow = replace(row, **sent, updated_at=work.act.now, updated_by=work.act.actor)
    mistakes = list(order_mistakes(wanted.starts_on, wanted.ends_on))
    if components is not None:
        mistakes += await _product_mistakes(work, components)
        wanted = replace(wanted, terms=_terms(components))
    if mistakes:
        raise Invalid(mistakes)
    await audit.watch(work, "framework", framework_id)
    made = await write_queries.change_framework(work, [wanted], version)
    if made is None:
        now = await queries.framework(work, framework_id)
        raise Stale() if now.version != version else NotFound()
    return replace(wanted, version=made.version)


async def listed(
    work: Work,
    *,
    division: str | None = None,
    buyer_id: UUID | None = None,
    updated_since: datetime | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[FrameworkRow]:
    """Frameworks that touch a division or area, newest first, older than `before`."""
    place = await divisions.narrowed(work, division, work.act.today) if division else None
    wanted = queries.FrameworkFilter(
        firsts=place.firsts if place else None,
        lasts=place.lasts if place else None,
        buyer_id=buyer_id,
        updated_since=updated_since,
        before=before,
        limit=limit,
    )
    return await queries.frameworks(work, wanted)


async def _product_mistakes(work: Work, components: Sequence[ComponentIn]) -> list[Mistake]:
    terms = [one.terms for one in components]
    known = await parties_and_components.registered(work, terms)
    return parties_and_components.product_mistakes(terms, known)


def _terms(components: list[ComponentIn]) -> FrameworkTerms:
    return FrameworkTerms(
        components=[
            FrameworkComponent(
                number=number,
                payer_role=one.payer_role,
                payee_role=one.payee_role,
                terms=kinds.stored(one.terms),
            )
            for number, one in zip(numbered(components), components, strict=True)
        ]
    )
