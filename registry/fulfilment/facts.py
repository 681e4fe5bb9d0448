"""What a fact is checked against: contracts, terms, annex, seasons and tickets as loaded, and pure questions
to them. Loading is `books.py`."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds import DeliveryTerms
from registry.contracts.model import IN_FORCE, Lifetime
from registry.contracts.prices import MarketQuote
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.money import WeightUnit
from registry.kernel.text.formats import day as said
from registry.kernel.text.formats import span
from registry.reference.model import Season
from registry.reference.returns import ReferenceRow

HOUSEHOLD = "household"


class PlaceRow(Struct, frozen=True, kw_only=True):
    """Where a contract belongs."""

    contract_id: UUID
    county_code: str
    village_code: str


class ContractRow(Lifetime, frozen=True, kw_only=True):
    """A contract's term and state. A draft may lack buyer and dates."""

    county_code: str
    contract_id: UUID
    village_code: str
    title: str
    number: str | None
    buyer_id: UUID | None


class NumberedRow(Struct, frozen=True, kw_only=True):
    """A contract found by the office's own number."""

    contract_id: UUID
    number: str
    village_code: str
    starts_on: date
    ends_on: date


class ComponentRow(Struct, frozen=True, kw_only=True):
    """A component: who pays whom for what."""

    contract_id: UUID
    component_id: UUID
    number: int
    kind: str
    payer_role: str
    payee_role: str
    product_code: str | None

    @property
    def pays_household(self) -> bool:
        return self.payee_role == HOUSEHOLD


class TermsRow(Struct, frozen=True, kw_only=True):
    """The terms of an order component in one version."""

    component_id: UUID
    version_no: int
    effective_on: date | None
    terms: DeliveryTerms


class PartyRow(Struct, frozen=True, kw_only=True):
    """An organisation that signed a contract."""

    contract_id: UUID
    organization_id: UUID
    name: str


class AnnexRow(Struct, frozen=True, kw_only=True):
    """One version of a household's annex line."""

    contract_id: UUID
    component_id: UUID
    participant_id: UUID
    household_id: UUID
    signed_name: str | None
    version_no: int
    effective_on: date | None
    area_mu: Decimal | None
    withdrawn: bool


class HouseholdRow(Struct, frozen=True, kw_only=True):
    """A registered household: village and number decide ties."""

    household_id: UUID
    village_code: str
    number: str


class ProductRow(Struct, frozen=True, kw_only=True):
    """A product and one of its grades."""

    product_code: str
    crop_code: str
    name: str
    grade_code: str | None
    grade_name: str | None


class QuoteRow(Struct, frozen=True, kw_only=True):
    """A market price in yuan per kg."""

    market_price_id: UUID
    division_code: str
    product_code: str
    grade_code: str | None
    day: date
    price: Decimal

    def quote(self) -> MarketQuote:
        """As the price clauses read it."""
        return fill(MarketQuote, self)


class ExistingTicketRow(Struct, frozen=True, kw_only=True):
    """A stored ticket, as far as a duplicate is recognised by it."""

    delivery_id: UUID
    contract_id: UUID
    buyer_id: UUID
    ticket_year: int
    ticket_number: str | None
    day: date
    product_code: str
    grade_code: str | None
    household_id: UUID | None
    organization_id: UUID | None
    typed_unit: WeightUnit
    gross: Decimal
    tare: Decimal

    def weighing(self) -> tuple[object, ...]:
        """Same deliverer, day and weights: perhaps the same ticket entered twice."""
        who = self.household_id or self.organization_id
        return self.contract_id, who, self.day, self.typed_unit, self.gross, self.tare

    def facts(self) -> tuple[object, ...]:
        """Everything by which a ticket sent again is known to be the same."""
        return *self.weighing(), self.product_code, self.grade_code


class SoFarRow(Struct, frozen=True, kw_only=True):
    """What a household delivered under a contract in a season, in kg."""

    contract_id: UUID
    season_id: UUID
    household_id: UUID
    net_kg: Decimal


class YieldRow(SoFarRow, frozen=True, kw_only=True):
    """The same with the area of the annex line, in mu."""

    area_mu: Decimal


class PaidRow(Struct, frozen=True, kw_only=True):
    """A recent unit price of a component and grade."""

    contract_id: UUID
    component_id: UUID
    grade_code: str | None
    unit_price: Decimal


class FactRows(Struct, frozen=True, kw_only=True):
    """What hangs on some contracts, as it is stored."""

    contracts: list[ContractRow]
    components: list[ComponentRow]
    terms: list[TermsRow]
    parties: list[PartyRow]
    annex: list[AnnexRow]
    households: list[HouseholdRow]
    products: list[ProductRow]
    seasons: list[Season]
    quotes: list[QuoteRow]
    reference_rows: list[ReferenceRow]
    so_far: list[SoFarRow]
    paid: list[PaidRow]
    standing: list[ExistingTicketRow]


def inactive(contract: ContractRow, day: date) -> Mistake | None:
    """Why no delivery of that day belongs to the contract (domain.md 4); its filing does not matter."""
    wrong = unsigned(contract)
    if wrong or contract.active_on(day):
        return wrong
    ends = (contract.ends_on, contract.completed_on, contract.terminated_on)
    term = span(contract.starts_on, min((end for end in ends if end is not None), default=None))
    message = f"合同“{contract.title}”的有效期是{term}，不含{said(day)}，请检查日期或合同"
    return Mistake(pointer="/day", code="contract.not_active", message=message)


def unsigned(contract: ContractRow) -> Mistake | None:
    """A draft or cancelled contract has no facts."""
    if contract.status in IN_FORCE:
        return None
    word = "还是草稿，请先签订合同" if contract.status == "draft" else "已取消，请另选合同"
    message = f"合同“{contract.title}”{word}"
    return Mistake(pointer="/contract_id", code="contract.not_signed", message=message)


def in_force(versions: Iterable[TermsRow], day: date) -> DeliveryTerms | None:
    """The terms that hold on a day; those of the first version hold before any amendment."""
    holding = [row for row in versions if row.version_no == 1 or _begun(row.effective_on, day)]
    latest = max(holding, key=lambda row: row.version_no, default=None)
    return None if latest is None else latest.terms


def annex_on(versions: Iterable[AnnexRow], day: date) -> AnnexRow | None:
    """A household's annex line on a day; None if it has none, or it was withdrawn."""
    holding = [row for row in versions if row.version_no == 1 or _begun(row.effective_on, day)]
    latest = max(holding, key=lambda row: row.version_no, default=None)
    return None if latest is None or latest.withdrawn else latest


def _begun(effective_on: date | None, day: date) -> bool:
    return effective_on is None or effective_on <= day


def season_for(seasons: Iterable[Season], chain: Sequence[str], day: date) -> Season | None:
    """The season that holds the day, else the last one ended; of several the nearest one (domain.md 5).

    `chain`: the village and the divisions above it, nearest first.
    """
    near = {code: place for place, code in enumerate(chain)}
    begun = [season for season in seasons if season.division_code in near and season.starts_on <= day]
    holding = [season for season in begun if season.ends_on >= day]
    if holding:
        return min(holding, key=lambda one: (near[one.division_code], one.ends_on, one.season_id))
    return max(begun, key=lambda one: (one.ends_on, -near[one.division_code]), default=None)
