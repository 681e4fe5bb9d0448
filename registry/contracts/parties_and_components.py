"""Parties and components of a draft: checking what they name, writing them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from registry.contracts import kinds, queries, write_queries
from registry.contracts.inputs import ComponentIn, PartyIn, numbered
from registry.contracts.kinds import Terms, kind_of
from registry.contracts.kinds.kind import Registered
from registry.contracts.model import ComponentRow, ContractRow
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work


async def registered(work: Work, terms: Sequence[Terms]) -> Registered:
    """Which products and grades the terms name are registered."""
    codes = {code for one in terms if (code := kinds.product(one)) is not None}
    goods = await queries.registered_goods(work, codes) if codes else []
    return Registered(
        products={one.product_code for one in goods},
        grades={(one.product_code, one.grade_code) for one in goods if one.grade_code is not None},
    )


def product_mistakes(terms: Sequence[Terms], known: Registered, at: str = "/components") -> list[Mistake]:
    """Products and grades the terms name that are not registered; `terms` in the order of the components."""
    return [
        mistake
        for index, one in enumerate(terms)
        for mistake in kind_of(one).unregistered(one, known, f"{at}/{index}/terms")
    ]


async def party_names(
    work: Work, village_code: str, parties: Sequence[PartyIn]
) -> tuple[dict[UUID, str], list[Mistake]]:
    """What the parties are called today, and those that are not registered (households: in this county)."""
    if not parties:
        return {}, []
    kinds = ("organization_id", "household_id", "person_id")
    organizations, households, persons = (
        [getattr(one, kind) for one in parties if getattr(one, kind) is not None] for kind in kinds
    )
    found = await queries.party_names(work, organizations, village_code[:6], households, persons)
    names = {party_id: named.name for party_id, named in found.items()}
    mistakes = [
        Mistake(
            pointer=f"/parties/{index}/{kind}",
            code="party.unknown",
            message="找不到这个当事方，请从列表中选取，或先登记它",
            english="this party is not registered",
        )
        for index, one in enumerate(parties)
        for kind in kinds
        if getattr(one, kind) is not None and getattr(one, kind) not in names
    ]
    return names, mistakes


async def write_parties(
    work: Work, row: ContractRow, parties: Sequence[PartyIn], names: Mapping[UUID, str]
) -> None:
    if not parties:
        return
    rows = [
        fill(
            write_queries.NewParty,
            row,
            one,
            party_id=new_id(),
            signed_name=one.signed_name or names[one.party_id],
            position=index,
            created_at=work.act.now,
            created_by=work.act.actor,
        )
        for index, one in enumerate(parties)
    ]
    await write_queries.add_parties(work, rows)


async def annex_in_the_way(
    work: Work, row: ContractRow, stored: Sequence[ComponentRow], components: Sequence[ComponentIn]
) -> list[Mistake]:
    """Stored components with annex lines that would vanish or no longer pay households."""
    paying = {
        number
        for number, one in zip(numbered(components), components, strict=True)
        if one.payee_role == "household"
    }
    lost = {one.component_id: one for one in stored if one.number not in paying}
    if not lost:
        return []
    lines = [key.component_id for key in await queries.annex_keys(work, row.key) if key.component_id in lost]
    return [
        _in_the_way(lost[component_id], lines.count(component_id)) for component_id in dict.fromkeys(lines)
    ]


def _in_the_way(component: ComponentRow, lines: int) -> Mistake:
    return Mistake(
        pointer="/components",
        code="component.has_annex",
        message=f"第 {component.number} 项价款下已有 {lines} 户参与，请先从附件里移除，再改这一项",
        english=f"component {component.number} has {lines} annex lines",
    )


async def write_components(work: Work, row: ContractRow, components: Sequence[ComponentIn]) -> None:
    """Components by number with the terms of version 1, in force only from signing on."""
    if not components:
        return
    numbers = numbered(components)
    stored = [kinds.stored(one.terms) for one in components]
    rows = [
        fill(
            write_queries.NewComponent,
            row,
            one,
            component_id=new_id(),
            number=number,
            kind=kind_of(terms).code,
            product_code=kinds.product(terms),
            created_at=work.act.now,
            created_by=work.act.actor,
        )
        for number, one, terms in zip(numbers, components, stored, strict=True)
    ]
    saved = await write_queries.save_components(work, rows)
    ids = {one.number: one.component_id for one in saved}
    agreed = [
        fill(
            write_queries.NewTerms,
            row,
            component_id=ids[number],
            version_no=1,
            terms=terms,
            effective_on=None,
            recorded_at=work.act.now,
            created_by=work.act.actor,
        )
        for number, terms in zip(numbers, stored, strict=True)
    ]
    await write_queries.save_terms(work, agreed)
