"""All checks of a contract against its facts; overridden warnings become findings to store. Pure.

The rules themselves are `rules.py` (mistakes) and `suspicions.py` (warnings).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from registry.contracts.facts import ContractFacts
from registry.contracts.kinds import kind_of
from registry.contracts.rules import Line, signing_mistakes, village_mistakes
from registry.contracts.suspicions import (
    Suspicion,
    about_land,
    duplicate_suspicions,
    line_suspicions,
    party_suspicions,
    price_suspicions,
    season_suspicions,
)
from registry.kernel import findings
from registry.kernel.errors import Mistake
from registry.kernel.findings import Override, RecordWarnings


def mistakes(facts: ContractFacts, *, signed_on: date, today: date) -> list[Mistake]:
    """All mistakes that prevent signing a whole contract."""
    contract = facts.contract
    found = list(village_mistakes(contract.village_code, facts.village, signed_on))
    found += signing_mistakes(
        contract, facts.parties, facts.components, facts.annex, signed_on=signed_on, today=today
    )
    registered = facts.registered()
    for index, component in enumerate(facts.components):
        found += kind_of(component.terms).unregistered(
            component.terms, registered, f"/components/{index}/terms"
        )
    return found


def suspicions(facts: ContractFacts, *, signed_on: date) -> list[Suspicion]:
    """All warnings about a whole contract."""
    contract = facts.contract
    return [
        *party_suspicions(contract, facts.parties, signed_on),
        *price_suspicions(contract, facts.components, facts.usual()),
        *season_suspicions(facts),
        *duplicate_suspicions(contract, facts.parties, facts.components, facts.alike),
        *line_suspicions(facts.annex, facts, day=signed_on),
        *land_suspicions(facts, facts.annex),
    ]


def land_suspicions(
    facts: ContractFacts, lines: Sequence[Line], but: Collection[UUID] = ()
) -> list[Suspicion]:
    """Warnings about recorded land (without `but`) that is promised more than once, from the register of
    households."""
    by_pointer = {
        f"{line.pointer}/land_uses/{index}": facts.land.uses[use.land_use_id]
        for line in lines
        if not line.row.withdrawn
        for index, use in enumerate(line.row.land_uses)
        if use.land_use_id in facts.land.uses and use.land_use_id not in but
    }
    return about_land(facts.land, by_pointer)


def accepted(
    facts: ContractFacts, found: Iterable[Suspicion], overrides: Sequence[Override]
) -> list[RecordWarnings]:
    """Overridden warnings as findings of their record, those of new land first. Warned, with all of them, if
    one has no reason.

    Warnings overridden before with the same message (when the annex line was entered) are skipped.
    """
    new = unanswered(facts, found)
    answers = findings.accept([one.warning for one in new], overrides)
    kept: dict[tuple[str, UUID], list[findings.Accepted]] = {}
    for suspicion, item in zip(new, answers, strict=True):
        kept.setdefault((suspicion.record_kind, suspicion.record_id), []).append(item)
    return [
        RecordWarnings(
            village_code=facts.contract.village_code, record_kind=kind, record_id=record_id, accepted=items
        )
        for (kind, record_id), items in sorted(kept.items(), key=lambda one: not _new_land(facts, *one[0]))
    ]


def _new_land(facts: ContractFacts, kind: str, record_id: UUID) -> bool:
    return kind == "land_use" and record_id not in facts.land.uses


def unanswered(facts: ContractFacts, found: Iterable[Suspicion]) -> list[Suspicion]:
    """Those not overridden before with the same message."""
    return [
        one for one in found if (one.record_id, one.warning.code, one.warning.message) not in facts.answered
    ]
