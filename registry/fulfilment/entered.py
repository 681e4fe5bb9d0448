"""A ticket as it is shown, made of what was written: the answer to an entry reads nothing back. Pure."""

from collections.abc import Sequence

from msgspec.structs import asdict

from registry.fulfilment.books import Books
from registry.fulfilment.model import AllocationRow, DeliveryDetail, PriceRow
from registry.fulfilment.rows import Draft
from registry.kernel.fill import fill
from registry.kernel.findings import Finding
from registry.kernel.work import Act


def entered(draft: Draft, books: Books, act: Act, findings: Sequence[Finding]) -> DeliveryDetail:
    """What `queries.deliveries` and the findings would answer about the ticket."""
    row = draft.delivery
    stored = {name: value for name, value in asdict(row).items() if name in DeliveryDetail.__struct_fields__}
    party = books.party(row.contract_id, row.organization_id)
    return DeliveryDetail(
        **stored,
        season_year=draft.season.year,
        product_name=books.product_names[row.product_code],
        grade_name=None if row.grade_code is None else books.grades[row.product_code, row.grade_code],
        household_name=None
        if row.household_id is None
        else books.signed_name(row.contract_id, row.household_id),
        organization_name=None if party is None else party.name,
        unit=row.typed_unit,
        prices=_prices(draft),
        allocations=_allocations(draft, books),
        voided_at=None,
        voided_by=None,
        void_reason=None,
        version=1,
        updated_at=act.now,
        updated_by=act.actor,
        findings=tuple(findings),
    )


def _prices(draft: Draft) -> tuple[PriceRow, ...]:
    price = {row.component_id: row for row in draft.prices}
    return tuple(
        fill(PriceRow, component, price[component.component_id])
        for component in sorted(draft.components, key=lambda one: one.number)
    )


def _allocations(draft: Draft, books: Books) -> tuple[AllocationRow, ...]:
    return tuple(
        fill(AllocationRow, one, household_name=books.signed_name(one.contract_id, one.household_id))
        for one in sorted(draft.allocations, key=lambda one: one.allocation_id)
    )
