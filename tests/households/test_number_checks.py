"""`registry check` names personal rows that must not exist, without showing the number."""

from uuid import UUID, uuid4

import pytest

from registry.kernel.db import checks
from registry.kernel.work import Work
from tests import factories
from tests.factories import BORN, SIBLING, VILLAGE, insert, placed


async def number(work: Work, household: UUID, village: str = VILLAGE, **columns: str) -> None:
    person = await work.conn.fetchval("select person_id from person where household_id = $1", household)
    sealed = dict.fromkeys(("ciphertext", "lookup", "tail"), f"\\x{uuid4().hex}")
    of = {"household_id": household, "person_id": person, "key_version": 1}
    await insert(work, "person_identifier", **placed(village) | BORN | sealed | of | columns)


@pytest.mark.parametrize(
    ("kind", "mask", "broken"),
    [
        ("phone", "138****5678", False),
        ("phone", "13800005678", True),
        ("id_number", "4****************X", False),
        ("id_number", "421303********1285", True),
        ("bank_account", "**** **** **** 0128", False),
        ("bank_account", "6222 **** **** 0128", True),
    ],
)
async def test_a_mask_that_shows_too_much_is_named(work: Work, kind: str, mask: str, broken: bool) -> None:
    await factories.world(work)
    await number(work, await factories.household(work), kind=kind, mask=mask)
    found = await checks.run(work)
    assert [one.name for one in found] == (["masks_hide_the_number"] if broken else [])
    assert mask not in str(found)


async def test_a_number_in_another_village_is_named(work: Work) -> None:
    await factories.world(work)
    await number(work, await factories.household(work), SIBLING, kind="phone", mask="138****5678")
    (found,) = await checks.run(work)
    assert found.name == "records_lie_in_their_village"
