"""What land uses of one village are checked against, loaded in one message, and pure questions to it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from registry.households.area import HouseholdLand, LandUsePeriod
from registry.households.land_model import LandUseRow, ParcelRow
from registry.kernel import money
from registry.kernel.db.statements import Queries
from registry.kernel.fill import fill
from registry.kernel.work import Work

q = Queries("households")
_CANCELLED: Final = "cancelled"


class LandNamed(Struct, frozen=True, kw_only=True):
    """What land uses name: households, parcels by id or code, seasons, recorded land uses."""

    households: Collection[UUID]
    parcels: Collection[UUID] = ()
    parcel_codes: Collection[str] = ()
    seasons: Collection[UUID] = ()
    land_uses: Collection[UUID] = ()


class Link(Struct, frozen=True, kw_only=True):
    """An annex line that uses a land use; the state of its contract, None if it is not to be seen."""

    participant_id: UUID
    status: str | None


class RecordedUse(LandUseRow, frozen=True, kw_only=True):
    """A recorded land use with the annex lines that use it."""

    links: tuple[Link, ...] = ()

    @property
    def under_contract(self) -> bool:
        """Whether a contract that is not cancelled counts on it."""
        return any(link.status not in (None, _CANCELLED) for link in self.links)


class SeasonDays(Struct, frozen=True, kw_only=True):
    """A season: its days, its year, and where it holds."""

    season_id: UUID
    name: str
    year: int
    division_code: str
    starts_on: date
    ends_on: date


class CropRow(Struct, frozen=True, kw_only=True):
    """A crop that exists."""

    crop_code: str
    name: str


class LandRows(Struct, frozen=True, kw_only=True):
    """The answer of the database."""

    households: list[HouseholdLand]
    parcels: list[ParcelRow]
    seasons: list[SeasonDays]
    crops: list[CropRow]
    uses: list[RecordedUse]


class LandFacts(Struct, frozen=True, kw_only=True):
    """The stored facts about land of one village. `uses`: of the households and on the parcels named; changed
    by the methods below as if it had been written."""

    village_code: str
    households: Mapping[UUID, HouseholdLand]
    parcels: Mapping[UUID, ParcelRow]
    seasons: Mapping[UUID, SeasonDays]
    crops: Mapping[str, str]
    uses: Mapping[UUID, RecordedUse]

    def parcel_of(self, code: str) -> ParcelRow | None:
        """The parcel of the village with this code."""
        found = (one for one in self.parcels.values() if one.village_code == self.village_code)
        return next((one for one in found if one.code == code), None)

    def shared(self, land_use_id: UUID) -> bool:
        """Whether several annex lines use a land use."""
        use = self.uses.get(land_use_id)
        return use is not None and len(use.links) > 1

    def beside(self, rows: Iterable[LandUseRow], *, free: bool) -> list[LandUsePeriod]:
        """What else of their households and parcels contracts that are not cancelled count on; `free`: also
        land no contract points to."""
        own = {row.land_use_id: row for row in rows}
        households = {row.household_id for row in own.values()}
        parcels = {row.parcel_id for row in own.values() if row.parcel_id}
        return [
            self.period(use)
            for use in self.uses.values()
            if (use.household_id in households or use.parcel_id in parcels)
            and use.land_use_id not in own
            and (use.under_contract or (free and not use.links))
        ]

    def period(self, row: LandUseRow) -> LandUsePeriod:
        """From when to when a land use is in use."""
        season = self.seasons.get(row.season_id) if row.season_id else None
        first, last = (season.starts_on, season.ends_on) if season else (row.use_from, row.use_to)
        if first is None or last is None:
            raise ValueError("a land use has a season or both days")
        return fill(
            LandUsePeriod, row, first_day=first, last_day=last, season_name=season.name if season else None
        )

    def changed(self, rows: Iterable[LandUseRow]) -> "LandFacts":
        """With these land uses as they will be stored; no line uses a new one."""
        uses = dict(self.uses)
        for row in rows:
            before = uses.get(row.land_use_id)
            uses[row.land_use_id] = fill(
                RecordedUse, row, area_mu=money.mu(row.area_mu), links=before.links if before else ()
            )
        return replace(self, uses=uses)

    def unlinked(self, participants: Collection[UUID]) -> "LandFacts":
        """With these annex lines using no land."""
        uses = {
            key: replace(use, links=tuple(one for one in use.links if one.participant_id not in participants))
            for key, use in self.uses.items()
        }
        return replace(self, uses=uses)

    def linked(self, participant_id: UUID, land_uses: Iterable[UUID], status: str) -> "LandFacts":
        """With an annex line using these land uses."""
        uses = dict(self.uses)
        link = Link(participant_id=participant_id, status=status)
        for key in land_uses:
            uses[key] = replace(uses[key], links=(*uses[key].links, link))
        return replace(self, uses=uses)


_land_facts = q("land_facts", str, str, LandNamed).one(LandRows)


async def load(work: Work, village_code: str, named: LandNamed) -> LandFacts:
    """The facts about this land in one message. What is missing or out of scope is left out."""
    found = await _land_facts(work, village_code[:6], village_code, named)
    return LandFacts(
        village_code=village_code,
        households={one.household_id: one for one in found.households},
        parcels={one.parcel_id: one for one in found.parcels},
        seasons={one.season_id: one for one in found.seasons},
        crops={one.crop_code: one.name for one in found.crops},
        uses={one.land_use_id: one for one in found.uses},
    )
