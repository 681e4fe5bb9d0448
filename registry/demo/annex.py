"""Which households take part in a contract, with how much land, and what that land would have carried."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts.write_queries import NewLandLink, NewParticipant, NewParticipantVersion
from registry.demo.deals import Deal
from registry.demo.deterministic import ACTOR, Place, at, chance, created_on, draw, fixed_id
from registry.demo.market import season_id
from registry.demo.organizations import Organizations
from registry.demo.places import TIAOSHUIHE, Home
from registry.demo.rows import Rows
from registry.households.land_model import LandUseRow
from registry.households.yearly_model import OwnHistoryRow
from registry.kernel import money
from registry.memberships.model import MembershipRow

BASE_YEAR = 2021
ONE_MU = Decimal("1.00")


class Line(Struct, frozen=True, kw_only=True):
    """An annex line in one season. `key`: what choices about it belong to."""

    key: str
    deal: Deal
    year: int
    home: Home
    participant_id: UUID
    season_id: UUID
    area_mu: Decimal
    method: str
    displaced: tuple[str, ...]

    @property
    def place(self) -> Place:
        return self.deal.village.place


def add_annexes(rows: Rows, deals: Sequence[Deal], made: Organizations) -> list[Line]:
    """Annex lines, their land and own history; the members of cooperatives. One line per season."""
    lines: list[Line] = []
    histories: set[UUID] = set()
    for deal in deals:
        for number, home in enumerate(_takers(deal), 1):
            own = list(_lines(deal, home))
            lines += own
            rows.participants.append(_participant(own[0], number))
            rows.participant_versions.append(_version(own[0]))
            for line in own:
                _add_land(rows, line)
            if own[0].method == "own_history" and home.household_id not in histories:
                histories.add(home.household_id)
                rows.own_history.append(_history(own[0]))
    rows.memberships += _members(lines, made)
    return lines


def _takers(deal: Deal) -> list[Home]:
    """Twenty households of each group in the village of the first case; a drawn share elsewhere."""
    homes = deal.village.homes
    if deal.village.code == TIAOSHUIHE:
        return [home for home in homes if home.place <= 20]
    return [home for home in homes if chance(deal.share, "joins", deal.good.product, home.key)]


def _lines(deal: Deal, home: Home) -> Iterator[Line]:
    participant_id = fixed_id(deal.signed_on, "participant", deal.key, home.key)
    for year in deal.years:
        yield Line(
            key=f"{year}/{deal.key}/{home.key}",
            deal=deal,
            year=year,
            home=home,
            participant_id=participant_id,
            season_id=season_id(deal.good, year),
            area_mu=_area(deal, home),
            method=_method(deal, home),
            displaced=_displaced(deal, home, year),
        )


def _area(deal: Deal, home: Home) -> Decimal:
    """Never more than the given part of the household's contracted land."""
    if home.is_first_case:
        return ONE_MU
    wanted = Decimal(draw(*deal.good.area, "area", deal.key, home.key)) / 100
    return min(wanted, money.mu(home.contracted_mu * deal.part / 100))


def _method(deal: Deal, home: Home) -> str:
    """Mostly the usual one of the product: some compare with their own year, some with rice."""
    chosen = draw(0, 99, "method", deal.key, home.key)
    if home.is_first_case:
        return "replaced_crop"
    if deal.good.method == "replaced_crop" and chosen < 6:
        return "own_history"
    if deal.good.product == "rice" and chosen < 30:
        return "replaced_crop"
    return deal.good.method


def _displaced(deal: Deal, home: Home, year: int) -> tuple[str, ...]:
    """Rice as a rule; idle land; a crop or rotation that may have no reference row of the year yet."""
    chosen = draw(0, 999, "displaced", str(year), deal.key, home.key)
    rice = home.is_first_case or deal.good.crop == "midseason_rice" or _method(deal, home) == "own_history"
    if rice or chosen >= 150:
        return ("midseason_rice",)
    if chosen < 4:
        return ("midseason_rice", "rapeseed")
    return () if chosen < 110 or year < 2023 else ("soybean",)


def _participant(line: Line, number: int) -> NewParticipant:
    return NewParticipant(
        **line.place,
        participant_id=line.participant_id,
        contract_id=line.deal.contract_id,
        component_id=line.deal.paying.component_id,
        household_id=line.home.household_id,
        signed_name=line.home.head,
        line_no=number,
        created_at=at(line.deal.signed_on),
        created_by=ACTOR,
        source="page",
        import_batch_id=None,
    )


def _version(line: Line) -> NewParticipantVersion:
    deal, own = line.deal, line.method == "own_history"
    known = chance(120, "days", line.key) and not line.home.is_first_case
    days = money.days(line.area_mu * draw(12, 24, "own days", line.key))
    return NewParticipantVersion(
        **line.place,
        participant_version_id=fixed_id(deal.signed_on, "version", line.key),
        contract_id=deal.contract_id,
        participant_id=line.participant_id,
        version_no=1,
        effective_on=deal.signed_on,
        area_mu=line.area_mu,
        planned_kg=money.kg(line.area_mu * deal.good.kg_per_mu),
        method=line.method,
        base_year=BASE_YEAR if own else None,
        own_days=days if known else None,
        withdrawn=False,
        recorded_at=at(deal.signed_on),
        created_by=ACTOR,
    )


def _add_land(rows: Rows, line: Line) -> None:
    day = line.deal.signed_on
    land_use_id = fixed_id(day, "land use", line.key)
    rented = not line.home.is_first_case and chance(30, "rented", line.key)
    rows.land_uses.append(
        LandUseRow(
            **created_on(day),
            **line.place,
            land_use_id=land_use_id,
            household_id=line.home.household_id,
            area_mu=line.area_mu,
            season_id=line.season_id,
            displaced_crops=line.displaced,
            rented_in=rented,
            rent_either_way=rented and chance(500, "either way", line.key),
            rent_paid=money.yuan(line.area_mu * 320) if rented else None,
        )
    )
    rows.land_links.append(
        NewLandLink(
            **line.place,
            participant_id=line.participant_id,
            land_use_id=land_use_id,
            created_at=at(day),
            created_by=ACTOR,
        )
    )


def _history(line: Line) -> OwnHistoryRow:
    """What the household earned from rice in the year before its first contract."""
    per_mu = draw(620, 1050, "own income", line.home.key)
    return OwnHistoryRow(
        **created_on(date(2022, 2, 15)),
        **line.place,
        household_id=line.home.household_id,
        crop_code="midseason_rice",
        year=BASE_YEAR,
        area_mu=line.area_mu,
        cash_income=money.yuan(line.area_mu * per_mu),
        own_days=money.days(line.area_mu * draw(3, 5, "days of 2021", line.home.key)),
        evidence="示例数据：售粮票据",
    )


def _members(lines: Sequence[Line], made: Organizations) -> Iterator[MembershipRow]:
    """Participants of the first year are members of the village's cooperative, where one exists."""
    homes: dict[str, dict[UUID, Line]] = defaultdict(dict)
    for line in lines:
        if line.deal.village.code in made.cooperatives:
            homes[line.deal.village.code].setdefault(line.home.household_id, line)
    for village, members in homes.items():
        party = made.cooperatives[village]
        for household_id, line in members.items():
            yield MembershipRow(
                **created_on(line.deal.signed_on),
                **line.place,
                membership_id=fixed_id(line.deal.signed_on, "membership", line.home.key),
                household_id=household_id,
                organization_id=party.organization_id,
                valid_from=line.deal.signed_on,
            )
