"""Which annex line and season an amount, cost or sale belongs to. Deliveries are `resolve_ticket.py`.
Pure."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.fulfilment import facts
from registry.fulfilment.books import Books
from registry.fulfilment.facts import AnnexRow, ComponentRow, ContractRow
from registry.fulfilment.resolve_ticket import UNKNOWN_CONTRACT, UNKNOWN_HOUSEHOLD
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.text.formats import day as said
from registry.reference.model import Season


class RecordReference(Struct, frozen=True, kw_only=True):
    """The contract, household, component and season a record names."""

    contract_id: UUID
    household_id: UUID
    component_id: UUID | None
    season_id: UUID | None
    day: date


class Line(Struct, frozen=True, kw_only=True):
    """The annex line, its component and contract, and the season (None for what has none)."""

    contract: ContractRow
    component: ComponentRow
    participant_id: UUID
    household_id: UUID
    season: Season | None

    def year(self, day: date) -> int:
        """The year whose gains it concerns."""
        return day.year if self.season is None else self.season.year


def line_of(named: RecordReference, books: Books) -> Line:
    """The one annex line meant. Invalid with every mistake."""
    contract = contract_of(named.contract_id, books)
    found = _standing(named, contract, books)
    if len(found) > 1:
        numbers = "、".join(f"第 {component.number} 项" for component, _ in found)
        message = f"这一户参与了合同的{numbers}，请选一项"
        raise Invalid([Mistake(pointer="/component_id", code="required", message=message)])
    component, annex = found[0]
    season = _season(named, contract, component, books)
    return Line(
        contract=contract,
        component=component,
        participant_id=annex.participant_id,
        household_id=named.household_id,
        season=season,
    )


def contract_of(contract_id: UUID, books: Books) -> ContractRow:
    """A contract that was signed; its filing and its term do not matter to amounts and costs."""
    contract = books.contracts.get(contract_id)
    wrong = UNKNOWN_CONTRACT if contract is None else facts.unsigned(contract)
    if contract is None or wrong is not None:
        raise Invalid([wrong or UNKNOWN_CONTRACT])
    return contract


def _standing(
    named: RecordReference, contract: ContractRow, books: Books
) -> list[tuple[ComponentRow, AnnexRow]]:
    """The components whose annex has the household on the day; Invalid if there is none."""
    components = [
        one
        for one in books.components[named.contract_id]
        if one.pays_household and named.component_id in (None, one.component_id)
    ]
    found = [
        (component, annex)
        for component in components
        if (annex := facts.annex_on(books.annex[component.component_id, named.household_id], named.day))
    ]
    if found:
        return found
    if not components:
        message = "这份合同没有这一项付给农户的条款，请从合同条款中选取"
        raise Invalid([Mistake(pointer="/component_id", code="component.unknown", message=message)])
    if named.household_id not in books.households:
        raise Invalid([Mistake(pointer="/household_id", code="household.unknown", message=UNKNOWN_HOUSEHOLD)])
    number = books.households[named.household_id].number
    message = (
        f"{number} 号户在{said(named.day)}不在合同“{contract.title}”的参与明细里，"
        "请先把这一户加入参与明细，或检查是否选错了户"
    )
    raise Invalid([Mistake(pointer="/household_id", code="household.not_in_annex", message=message)])


def _season(
    named: RecordReference, contract: ContractRow, component: ComponentRow, books: Books
) -> Season | None:
    """The season named, or that of the day; None for a component without a product."""
    if component.product_code is None:
        return None
    chain = books.chain(contract.village_code)
    known = [one for one in books.seasons[component.product_code] if one.division_code in chain]
    if named.season_id is None:
        season = season_of_record(known, chain, contract, named.day)
        message = "合同期内没有这种产品的产季，请先登记产季"
    else:
        season = next((one for one in known if one.season_id == named.season_id), None)
        message = "这个产季不是合同产品在本地的产季，请从列表中选取"
    if season is None:
        raise Invalid([Mistake(pointer="/season_id", code="season.unknown", message=message)])
    return season


def season_of_record(
    seasons: Sequence[Season], chain: Sequence[str], contract: ContractRow, day: date
) -> Season | None:
    """The season that holds the day, else the next of the contract's term (inputs come before the season),
    else the last one ended; of several the nearest division's."""
    near = {code: place for place, code in enumerate(chain)}
    holding = [one for one in seasons if one.starts_on <= day <= one.ends_on]
    if holding:
        return min(holding, key=lambda one: (near[one.division_code], one.ends_on))
    last = contract.ends_on or day
    coming = [one for one in seasons if day < one.starts_on <= last]
    if coming:
        return min(coming, key=lambda one: (one.starts_on, near[one.division_code]))
    return facts.season_for(seasons, chain, day)
