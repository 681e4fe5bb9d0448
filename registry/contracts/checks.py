"""Loads the facts the checks of a contract need, runs them, stores overridden warnings as findings.

The rules themselves are `rules.py` (mistakes) and `suspicions.py` (warnings).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts import queries
from registry.contracts.kinds import kind_of
from registry.contracts.kinds.kind import Registered
from registry.contracts.model import ComponentRow, ContractRow, PartyRow
from registry.contracts.rules import Line, signing_mistakes, village_mistakes
from registry.contracts.suspicions import (
    Suspicion,
    Usual,
    duplicate_suspicions,
    line_suspicions,
    party_suspicions,
    price_suspicions,
)
from registry.divisions.model import parents
from registry.households import land
from registry.kernel import findings
from registry.kernel.errors import Mistake
from registry.kernel.findings import Override, RecordWarnings
from registry.kernel.work import Work
from registry.reference.returns import ReferenceRow, look_up

UNMADE: Final = UUID(int=0)
"""Id of a land use that is planned but not stored yet."""


class ContractWithParts(Struct, frozen=True, kw_only=True):
    """A contract with all its parts, as the checks read it."""

    contract: ContractRow
    components: Sequence[ComponentRow]
    lines: Sequence[Line]
    parties: Sequence[PartyRow] = ()


async def mistakes(work: Work, whole: ContractWithParts, *, signed_on: date, today: date) -> list[Mistake]:
    """All mistakes that prevent signing."""
    contract = whole.contract
    village = (await queries.villages(work, [contract.village_code])).get(contract.village_code)
    found = list(village_mistakes(contract.village_code, village, signed_on))
    found += signing_mistakes(
        contract, whole.parties, whole.components, whole.lines, signed_on=signed_on, today=today
    )
    codes = {code for one in whole.components if (code := kind_of(one.terms).product(one.terms)) is not None}
    registered = Registered(
        products={one.product_code for one in await queries.products(work, codes)},
        grades={(one.product_code, one.grade_code) for one in await queries.grades(work, codes)},
    )
    for index, component in enumerate(whole.components):
        found += kind_of(component.terms).unregistered(
            component.terms, registered, f"/components/{index}/terms"
        )
    return found


async def suspicions(work: Work, whole: ContractWithParts, *, signed_on: date) -> list[Suspicion]:
    """All warnings about a complete contract."""
    contract = whole.contract
    usual = await usual_values(work, contract, whole.components)
    alike = await queries.contracts_alike(work, contract)
    found = [
        *party_suspicions(contract, whole.parties, signed_on),
        *price_suspicions(contract, whole.components, usual),
        *duplicate_suspicions(contract, whole.parties, whole.components, alike),
    ]
    found += await annex_suspicions(work, whole, day=signed_on, usual=usual)
    return [*found, *await land_suspicions(work, contract, whole.lines)]


async def annex_suspicions(
    work: Work,
    whole: ContractWithParts,
    *,
    day: date,
    usual: dict[str, Usual] | None = None,
) -> list[Suspicion]:
    """Warnings about stored annex lines (in this transaction), except those about land."""
    if not whole.lines:
        return []
    contract, components = whole.contract, whole.components
    known = await usual_values(work, contract, components) if usual is None else usual
    by_component = {c.component_id: known[c.crop_code] for c in components if c.crop_code in known}
    facts = await queries.annex_facts(work, contract.key)
    return list(line_suspicions(whole.lines, facts, by_component, day=day))


async def land_suspicions(work: Work, contract: ContractRow, lines: Sequence[Line]) -> list[Suspicion]:
    """Warnings about recorded land that is promised more than once, from the register of households."""
    by_pointer = {
        f"{line.pointer}/land_uses/{index}": use.land_use_id
        for line in lines
        if not line.row.withdrawn
        for index, use in enumerate(line.row.land_uses)
        if use.land_use_id != UNMADE
    }
    if not by_pointer:
        return []
    rows = await land.land_uses_by_ids(work, contract.county_code, list(set(by_pointer.values())))
    placed = [
        (pointer, rows[land_use_id]) for pointer, land_use_id in by_pointer.items() if land_use_id in rows
    ]
    return [
        Suspicion(
            record_kind="land_use", record_id=by_pointer[one.pointer.removesuffix("/area_mu")], warning=one
        )
        for one in await land.land_warnings(work, placed)
    ]


async def usual_values(
    work: Work, contract: ContractRow, components: Sequence[ComponentRow]
) -> dict[str, Usual]:
    """Reference price and yield by crop: the row looked up (gains.md 1) for the contract's last year."""
    crops = sorted({component.crop_code for component in components if component.crop_code is not None})
    last = contract.ends_on or contract.starts_on
    if not crops or last is None:
        return {}
    chain = parents(contract.village_code)
    rows = await queries.reference_rows(work, crops, list(chain), last.year)
    used = {crop: look_up(rows, crop, chain, last.year) for crop in crops}
    return {crop: _usual(found.row) for crop, found in used.items() if found is not None}


def _usual(row: ReferenceRow) -> Usual:
    price = None if row.price_per_50kg is None else row.price_per_50kg / 50
    source = f"{row.crop_name} {row.year} 年，{row.source_text}"
    return Usual(price=price, yield_kg=row.yield_kg, source_text=source)


async def accept(
    work: Work, contract: ContractRow, found: Iterable[Suspicion], overrides: Sequence[Override]
) -> None:
    """Stores overridden warnings as findings of their record. Warned, with all of them, if one has no reason.

    Warnings overridden before with the same message (when the annex line was entered) are skipped.
    """
    new = await unanswered(work, contract, found)
    if not new:
        return
    accepted = findings.accept([one.warning for one in new], overrides)
    kept: dict[tuple[str, UUID], list[findings.Accepted]] = {}
    for suspicion, item in zip(new, accepted, strict=True):
        kept.setdefault((suspicion.record_kind, suspicion.record_id), []).append(item)
    records = [
        RecordWarnings(
            village_code=contract.village_code, record_kind=kind, record_id=record_id, accepted=items
        )
        for (kind, record_id), items in kept.items()
    ]
    await findings.store(work, records, actor=work.act.actor, now=work.act.now)


async def unanswered(work: Work, contract: ContractRow, found: Iterable[Suspicion]) -> list[Suspicion]:
    """Those not overridden before with the same message."""
    suspects = list(found)
    if not suspects:
        return []
    earlier = {(one.record_id, one.code, one.message) for one in await queries.findings(work, contract.key)}
    return [one for one in suspects if (one.record_id, one.warning.code, one.warning.message) not in earlier]
