"""Fulfilment by contracts: what ends in the period, in the rows it belongs to (figures by hand)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.kernel.work import Work
from tests import deals, factories
from tests.deals import Deal
from tests.factories import BORN, RECORDED, SIBLING, VILLAGE
from tests.summaries.test_summary import asked, gain_line


class Place:
    """In VILLAGE a contract completed in time, whose only household delivered 950 of 1,000 kg; in SIBLING one
    that still runs, with 1,000 of 1,000 kg. Both seasons end in November 2022, both contracts in December."""

    done: Deal
    running: Deal
    household: UUID


@pytest.fixture
async def place(work: Work) -> Place:
    made, world = Place(), await factories.world(work)
    made.done, made.running = await deals.deal(work, world), await deals.deal(work, world, SIBLING)
    made.household = await factories.household(work)
    await gain_line(work, made.done, made.household, "100.00", delivered_kg="950.00")
    other = await factories.household(work, SIBLING)
    await gain_line(work, made.running, other, "100.00", delivered_kg="1000.00")
    await complete(work, made.done)
    return made


async def complete(work: Work, deal: Deal) -> None:
    await work.conn.execute(
        "update contract set status = 'completed', completed_on = '2022-12-20' where contract_id = $1",
        deal.contract,
    )


async def fulfilled(work: Work, **query: str) -> Mapping[str, tuple[Any, Any, Any]]:
    """Of the whole under "", of each row under its key: value, fulfilled, due."""
    body = (await asked(work, **query)).json()
    found = {"": body["indicators"], **{row["key"]: row["indicators"] for row in body["rows"]}}
    names = ("value", "numerator", "denominator")
    return {key: tuple(one["fulfilment_by_contract"][name] for name in names) for key, one in found.items()}


async def test_due_is_what_ends_in_the_period(work: Work, place: Place) -> None:
    for period in ("2022", "2022Q4", "2022-12"):
        assert (await fulfilled(work, period=period))[""] == ("50.00", 1, 2)
    for period in ("2023", "2022Q3", "2022-11"):
        assert (await fulfilled(work, period=period))[""] == (None, 0, 0)


async def test_a_month_without_lines_has_its_contracts_in_every_row(work: Work, place: Place) -> None:
    """No line is recognised in December, and the completed contract is still due."""
    await deals.party(work, place.done.contract, "organiser", organization_id=place.running.buyer)
    tag = {"tag_code": "example", "label": "示例身份", "valid_from": date(2020, 1, 1), "source_text": "示例"}
    await factories.insert(work, "tag", **tag | BORN)
    held = {"household_id": place.household, "tag_code": "example", "valid_from": date(2022, 1, 1)}
    await factories.insert(
        work,
        "household_tag",
        household_tag_id=uuid4(),
        source="api",
        **factories.placed(VILLAGE) | RECORDED | held,
    )
    buyer = str(place.done.buyer)
    whole = {"": ("50.00", 1, 2)}
    one, none = ("100.00", 1, 1), ("0.00", 0, 1)
    assert await fulfilled(work, period="2022-12", by="village") == whole | {VILLAGE: one, SIBLING: none}
    assert await fulfilled(work, period="2022-12", by="product") == whole | {factories.DRIED: whole[""]}
    assert await fulfilled(work, period="2022-12", by="kind") == whole | {"order": whole[""]}
    assert await fulfilled(work, period="2022-12", by="organization") == whole | {buyer: whole[""]}
    found = await fulfilled(work, period="2022-12", by="organization", role="organiser")
    assert found == whole | {buyer: one, "none": none}
    assert await fulfilled(work, period="2022-12", by="tag") == whole | {"example": one, "none": none}


async def test_lines_without_a_quantity_do_not_make_up_for_others(work: Work, place: Place) -> None:
    """940 of 1,000 kg is less than 95 %, whatever a line without a planned quantity delivered."""
    await complete(work, place.running)
    assert (await fulfilled(work))[""] == ("100.00", 2, 2)
    await work.conn.execute(
        "update gain_line set delivered_kg = 940 where household_id = $1", place.household
    )
    unplanned = {"planned_kg": None, "delivered_kg": "500.00"}
    await gain_line(work, place.done, await factories.household(work), "100.00", **unplanned)
    assert (await fulfilled(work))[""] == ("50.00", 1, 2)


async def test_a_contract_without_a_quantity_is_fulfilled_when_completed(work: Work, place: Place) -> None:
    await work.conn.execute("update gain_line set planned_kg = null, delivered_kg = 0")
    assert (await fulfilled(work))[""] == ("50.00", 1, 2)


async def test_fulfilment_by_quantity_counts_no_more_than_agreed(work: Work, place: Place) -> None:
    """950 + 1,000 of 2,000 kg: more than agreed makes up for no other line; unplanned ones are left out."""
    await work.conn.execute("update gain_line set delivered_kg = 1300 where village_code = $1", SIBLING)
    unplanned = {"planned_kg": None, "delivered_kg": "500.00"}
    await gain_line(work, place.done, await factories.household(work), "100.00", **unplanned)
    found = (await asked(work)).json()["indicators"]["fulfilment_by_quantity"]
    assert (found["value"], found["numerator"], found["denominator"], found["n"]) == (
        "97.50",
        "1950.00",
        "2000.00",
        2,
    )
