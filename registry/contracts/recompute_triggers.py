"""Marks the households and years affected by a change of a contract for recomputation."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from registry.contracts import queries
from registry.contracts.model import ComponentRow, ContractRow, components_on
from registry.divisions.model import parents
from registry.kernel.work import Work


async def years(work: Work, contract: ContractRow, components: Sequence[ComponentRow]) -> list[int]:
    """The years a contract can have lines in: those of its term and of the seasons that reach into it."""
    if contract.starts_on is None or contract.ends_on is None:
        return []
    products = sorted({one.product_code for one in components if one.product_code is not None})
    chain = list(parents(contract.village_code))
    seasons = await queries.seasons(work, products, chain, contract.starts_on, contract.ends_on)
    last = max([contract.ends_on.year, *(season.year for season in seasons)])
    return list(range(contract.starts_on.year, last + 1))


async def touch(
    work: Work, contract: ContractRow, households: Iterable[UUID], components: Sequence[ComponentRow]
) -> None:
    """The gains of these households are computed again before the commit."""
    wanted = set(households)
    if not wanted:
        return
    for year in await years(work, contract, components):
        for household_id in wanted:
            work.touch(contract.county_code, household_id, year)


async def touch_all(work: Work, contract: ContractRow) -> None:
    """The gains of every household of the annex are computed again before the commit."""
    components = await queries.component_versions(work, [contract.contract_id], contract.county_code)
    keys = await queries.annex_keys(work, contract.key)
    await touch(work, contract, {key.household_id for key in keys}, components_on(components, date.max))
