"""Loads what a contract and a change of it are checked against, in two messages: the contract and its annex,
then land of the households these concern."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from msgspec import UNSET, Struct

from registry.contracts import queries
from registry.contracts.annex_inputs import LandUseIn, ParticipantChange, ParticipantIn
from registry.contracts.facts import ContractFacts, nearest_seasons
from registry.contracts.model import ContractRow, components_on
from registry.contracts.queries import AnnexNamed
from registry.households import land_facts
from registry.households.land_facts import LandNamed
from registry.kernel.fill import fill
from registry.kernel.work import Work


class Named(Struct, frozen=True, kw_only=True):
    """What a change names: annex lines by id, households by id, by number or by the head's name, and land."""

    lines: Collection[UUID] = ()
    households: Collection[UUID] = ()
    names: Collection[str] = ()
    land_uses: Sequence[LandUseIn] = ()


async def whole(work: Work, contract: ContractRow) -> ContractFacts:
    """A contract with its whole annex."""
    return await _load(work, contract, Named(), everything=True)


async def load(work: Work, contract: ContractRow, named: Named) -> ContractFacts:
    """A contract with what a change of its annex names."""
    return await _load(work, contract, named, everything=False)


def named_by(
    added: Sequence[ParticipantIn] = (),
    changed: Sequence[ParticipantChange] = (),
    further: Iterable[UUID] = (),
) -> Named:
    """What lines to add and to change name; `further`: ids of other lines."""
    uses = [use for one in added for use in one.land_uses]
    for change in changed:
        uses += [] if change.land_uses is UNSET else change.land_uses
    return Named(
        lines={*further, *(one.participant_id for one in changed)},
        households={one.household_id for one in added if one.household_id is not None},
        names={one.household for one in added if one.household is not None},
        land_uses=uses,
    )


async def _load(work: Work, contract: ContractRow, named: Named, *, everything: bool) -> ContractFacts:
    asked = fill(AnnexNamed, named, everything=everything)
    found = await queries.contract_facts(work, contract.key, asked)
    seasons = nearest_seasons(found.seasons, contract.village_code)
    return fill(
        ContractFacts,
        found,
        contract=contract,
        components=components_on(found.components, date.max),
        households={one.household_id: one for one in found.households},
        histories=frozenset((one.household_id, one.crop_code, one.year) for one in found.histories),
        village=next(iter(found.villages), None),
        seasons=seasons,
        answered=frozenset((one.record_id, one.code, one.message) for one in found.findings),
        land=await land_facts.load(
            work,
            contract.village_code,
            LandNamed(
                households=[one.household_id for one in found.households],
                parcels={use.parcel_id for use in named.land_uses if use.parcel_id},
                parcel_codes={use.parcel_code for use in named.land_uses if use.parcel_code},
                seasons={use.season_id for use in named.land_uses if use.season_id}
                | {season.season_id for of_product in seasons.values() for season in of_product},
                land_uses={use.land_use_id for use in named.land_uses if use.land_use_id}
                | {use.land_use_id for line in found.lines for use in line.land_uses},
            ),
        ),
    )
