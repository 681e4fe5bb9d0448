"""A contract as a whole, and its annex, as they are shown: on a page or over REST. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, replace

from registry.contracts import kinds, queries
from registry.contracts.kinds import Terms
from registry.contracts.model import (
    ComponentRow,
    ContractRow,
    FrameworkRow,
    FrameworkTerms,
    ParticipantRow,
    PartyRow,
    active_on,
    components_on,
)
from registry.contracts.overview_model import AnnexTotal, ContractItem, PinRow, VersionRow
from registry.contracts.queries import Filter, FindingRow
from registry.divisions import service as divisions
from registry.kernel.errors import NotFound
from registry.kernel.fill import fill
from registry.kernel.work import Work

NOTHING: Final = Decimal("0.00")


class Annex(Struct, frozen=True, kw_only=True):
    """What a component's annex adds up to on the day; a sum is null where no line says anything."""

    participants: int
    households: int
    area_mu: Decimal | None
    planned_kg: Decimal | None
    without_area: int
    without_planned: int


class ComponentView(Struct, frozen=True, kw_only=True):
    """A component with the terms of the day: as typed (per `price_unit`), and as a Chinese sentence."""

    component_id: UUID
    number: int
    kind: str
    payer_role: str
    payee_role: str
    product_code: str | None
    product_name: str | None
    terms: Terms
    sentence: str
    version_no: int
    effective_on: date | None
    annex: Annex | None


class FilingView(Struct, frozen=True, kw_only=True):
    """The filing (备案), apart from the contract's own state."""

    state: str
    number: str | None
    filed_on: date | None
    authority: str | None
    reason: str | None


class ContractView(ContractRow, frozen=True, kw_only=True):
    """A contract with everything that belongs to it, as it stands on `day`."""

    day: date
    active: bool
    village_name: str
    parties: list[PartyRow]
    components: list[ComponentView]
    versions: list[VersionRow]
    filing: FilingView
    findings: list[FindingRow]
    reference_pins: list[PinRow]


class FrameworkView(FrameworkRow, frozen=True, kw_only=True):
    """A framework with each component's terms as typed and as a sentence, in the order of `terms`."""

    sentences: list[str]


class Listed(ContractItem, frozen=True, kw_only=True):
    """A contract in a list; `active` on the day asked for, else today."""

    active: bool


async def contract_view(work: Work, contract_id: UUID, day: date) -> ContractView:
    """A contract as of a business day; NotFound."""
    row = await queries.contract(work, contract_id)
    components = components_on(
        await queries.component_versions(work, [row.contract_id], row.county_code), day
    )
    totals = {one.component_id: one for one in await queries.annex_totals(work, row.key, day)}
    products = {one.product_code for one in components if one.product_code is not None}
    grades = {one.grade_code: one.name for one in await queries.grades(work, products)}
    names = await divisions.names(work, [row.village_code])
    return ContractView(
        **asdict(row),
        day=day,
        active=row.active_on(day),
        village_name=names.get(row.village_code, row.village_code),
        parties=await queries.parties(work, row.key),
        components=[_component(one, totals, grades) for one in components],
        versions=await queries.versions(work, row.key),
        filing=FilingView(
            state=row.filing_state,
            number=row.filing_number,
            filed_on=row.filed_on,
            authority=row.filing_authority,
            reason=row.filing_reason,
        ),
        findings=await queries.findings(work, row.key),
        reference_pins=await queries.pins(work, row.key),
    )


def _component(
    one: ComponentRow, totals: Mapping[UUID, AnnexTotal], grades: Mapping[str, str]
) -> ComponentView:
    total = totals.get(one.component_id)
    return fill(
        ComponentView,
        one,
        terms=kinds.shown(one.terms),
        sentence=kinds.sentence(one.terms, grades),
        annex=_annex(total) if one.payee_role == "household" else None,
    )


def _annex(total: AnnexTotal | None) -> Annex:
    if total is None:
        return Annex(
            participants=0,
            households=0,
            area_mu=NOTHING,
            planned_kg=NOTHING,
            without_area=0,
            without_planned=0,
        )
    return fill(Annex, total)


async def framework(work: Work, framework_id: UUID) -> FrameworkView:
    """A framework as it is shown; NotFound."""
    return (await framework_views(work, [await queries.framework(work, framework_id)]))[0]


async def framework_views(work: Work, rows: Sequence[FrameworkRow]) -> list[FrameworkView]:
    """Frameworks as they are shown."""
    products = {code for row in rows for one in row.terms.components if (code := kinds.product(one.terms))}
    names = {one.grade_code: one.name for one in await queries.grades(work, products)} if products else {}
    return [
        FrameworkView(
            **{**asdict(row), "terms": _typed(row.terms)},
            sentences=[kinds.sentence(one.terms, names) for one in row.terms.components],
        )
        for row in rows
    ]


def _typed(terms: FrameworkTerms) -> FrameworkTerms:
    return FrameworkTerms(components=[replace(one, terms=one.shown_terms()) for one in terms.components])


async def participants(
    work: Work, contract_id: UUID, day: date, *, after_line: int = 0, limit: int = 50
) -> list[ParticipantRow]:
    """The annex as of a day, by line number, following `after_line`."""
    row = await queries.contract(work, contract_id)
    return await queries.participants(work, row, day, after_line=after_line, limit=limit)


async def participant(work: Work, contract_id: UUID, participant_id: UUID, day: date) -> ParticipantRow:
    """One annex line as of a day; NotFound if the annex does not have it yet."""
    row = await queries.contract(work, contract_id)
    found = await queries.participants(work, row, day, only=[participant_id])
    if not found:
        raise NotFound
    return found[0]


async def listed(work: Work, wanted: Filter, *, division: str | None, today: date) -> list[Listed]:
    """Contracts of a division (its subtree) or area, newest first."""
    place = await divisions.narrowed(work, division, wanted.active_on or today) if division else None
    if place is not None:
        wanted = _within(wanted, place.firsts, place.lasts, place.counties)
    rows = await queries.contracts(work, wanted)
    return _with_active(rows, wanted.active_on or today)


def _within(wanted: Filter, firsts: list[str], lasts: list[str], counties: Sequence[str]) -> Filter:
    return Filter(**{**asdict(wanted), "firsts": firsts, "lasts": lasts, "counties": list(counties)})


def _with_active(rows: Iterable[ContractItem], day: date) -> list[Listed]:
    return [Listed(**asdict(row), active=active_on(row, day)) for row in rows]
