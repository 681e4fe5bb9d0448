"""What other features ask contracts: what may be delivered under them, at which terms, by whom.

Registering is `drafts.py`, the annex `annex.py`, signing and ending `lifecycle.py`, amending `amendments.py`,
frameworks `frameworks.py`, pinned rows `pins.py`, what is shown `views.py`.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from registry.contracts import queries
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow, components_on
from registry.kernel.work import Work


async def contract(work: Work, contract_id: UUID) -> ContractRow:
    """The row of a contract; `active_on(day)` tests whether it is active. NotFound."""
    return await queries.contract(work, contract_id)


async def component_versions(
    work: Work, contract_ids: Collection[UUID], county_code: str | None = None
) -> list[ComponentRow]:
    """Every component of these contracts with its terms in each version: one statement for a whole batch.

    `model.components_on(rows, day)` takes those of a business day; prices are in yuan per kg.
    """
    return await queries.component_versions(work, contract_ids, county_code)


async def pricing_components(
    work: Work, contract_ids: Collection[UUID], day: date, county_code: str | None = None
) -> list[ComponentRow]:
    """The components of these contracts with the terms of a business day, payer and payee roles and the dates
    that decide `active_on(day)`; inactive contracts are included. Ordered by contract and number."""
    return components_on(await queries.component_versions(work, contract_ids, county_code), day)


async def annex(work: Work, contract_id: UUID, day: date) -> list[ParticipantRow]:
    """All annex lines of a contract on a day, with their land. NotFound."""
    return await queries.participants(work, await queries.contract(work, contract_id), day)
