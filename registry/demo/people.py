"""Rows of the demo's households: heads, headcounts, tags, recorded incomes. Everybody is fictional."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from registry.demo.deterministic import ACTOR, Place, at, chance, created_on, draw, fixed_id
from registry.demo.places import SINCE, Home, Village
from registry.demo.rows import Rows
from registry.households.model import HeadcountRow, HouseholdRow, HouseholdTagRow, PersonRow
from registry.households.yearly_model import IncomeRow

COUNTED = (date(2022, 1, 1), date(2023, 1, 1))
TAGS: tuple[tuple[int, str, date, date | None], ...] = (
    (90, "lifted_out", date(2018, 12, 31), None),
    (15, "monitored", date(2021, 3, 1), date(2025, 12, 31)),
    (30, "minimum_living", date(2021, 1, 1), None),
    (6, "destitute", date(2020, 6, 1), None),
)
"""Per mille of the households, tag, from, to."""


def add_people(rows: Rows, village: Village) -> None:
    """Everything about a village's households that no contract is needed for."""
    for home in village.homes:
        rows.households.append(_household(home, village.place))
        rows.persons.append(_head(home, village.place))
        rows.headcounts += _headcounts(home, village.place)
        rows.tags += _tags(home, village.place)
        rows.incomes += _incomes(home, village.place)


def _household(home: Home, place: Place) -> HouseholdRow:
    return HouseholdRow(
        **created_on(SINCE, "import"),
        **place,
        household_id=home.household_id,
        group_name=home.group_name,
        number=home.number,
        contracted_mu=home.contracted_mu,
        contracted_until=date(2028, 12, 31),
        extension_signed=chance(700, "extension", home.key),
        valid_from=SINCE,
    )


def _head(home: Home, place: Place) -> PersonRow:
    digits = home.number.replace("-", "")
    return PersonRow(
        **created_on(SINCE, "import"),
        **place,
        person_id=fixed_id(SINCE, "head", home.key),
        household_id=home.household_id,
        name=home.head,
        search_key=f"slh{digits} shilihu{digits}",
        is_head=True,
        relation="户主",
        valid_from=SINCE,
    )


def _headcounts(home: Home, place: Place) -> Iterator[HeadcountRow]:
    """One in a hundred was never counted; one in five was counted again after a year."""
    if chance(10, "uncounted", home.key):
        return
    registered = draw(1, 6, "registered", home.key)
    for counted_on in COUNTED:
        if counted_on != COUNTED[0] and not chance(200, "counted again", home.key):
            continue
        least = 0 if chance(30, "empty", home.key) else 1
        resident = draw(least, registered, "resident", str(counted_on), home.key)
        yield HeadcountRow(
            **place,
            headcount_id=fixed_id(counted_on, "headcount", home.key),
            household_id=home.household_id,
            counted_on=counted_on,
            registered=registered,
            resident=resident,
            labour=draw(0, resident, "labour", home.key),
            recorded_at=at(counted_on),
            created_by=ACTOR,
            source="import",
        )


def _tags(home: Home, place: Place) -> Iterator[HouseholdTagRow]:
    for per_mille, tag, first, last in TAGS:
        if chance(per_mille, tag, home.key):
            yield HouseholdTagRow(
                **place,
                household_tag_id=fixed_id(first, tag, home.key),
                household_id=home.household_id,
                tag_code=tag,
                valid_from=first,
                valid_to=last,
                recorded_at=at(first),
                created_by=ACTOR,
                source="import",
            )


def _incomes(home: Home, place: Place) -> Iterator[IncomeRow]:
    """One household in eight has a recorded income of the year before the contracts."""
    if chance(125, "income", home.key):
        yield IncomeRow(
            **created_on(date(2022, 2, 10), "import"),
            **place,
            household_id=home.household_id,
            year=2021,
            amount=Decimal(draw(900, 9500, "income of 2021", home.key)) * 10,
            source_text="示例数据：入户登记",
        )
