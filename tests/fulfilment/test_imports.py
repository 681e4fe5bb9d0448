"""Tickets out of a sheet, by the office's own numbers."""

from typing import Any

import pytest

from registry.fulfilment import service
from registry.fulfilment.imports import DeliverySheetIn
from registry.kernel.batch import Outcome
from registry.kernel.errors import Invalid
from registry.kernel.forms import parsing
from registry.kernel.work import Act, Work
from tests import deals, factories
from tests.factories import SIBLING
from tests.fulfilment.village import Chain, chain
from tests.serving import NOW

ACT = Act(actor="operator", now=NOW, source="import")


def row(**changes: str) -> DeliverySheetIn:
    """As typed in a sheet."""
    typed = {
        "contract_number": "HT-1",
        "household_number": "001",
        "ticket_number": "A-1",
        "day": "2022.8.20",
        "unit": "斤",
        "gross": "２２０",
        "tare": "20",
    } | changes
    return parsing.parse(DeliverySheetIn, typed, text=True)


async def known(work: Work) -> Chain:
    made = await chain(work)
    await work.conn.execute("update contract set number = 'HT-1', number_year = 2022")
    return made


def told(outcomes: list[Outcome]) -> list[Any]:
    return [(one.result, [(m.pointer, m.code) for m in one.mistakes]) for one in outcomes]


async def test_rows_find_contract_and_household_by_number(work: Work) -> None:
    await known(work)
    rows = [
        row(),
        row(ticket_number="A-2", household_number="002"),
        row(ticket_number="A-3", household_number="099"),
        row(ticket_number="A-4", contract_number="HT-9"),
        row(ticket_number="A-5", day="2021-08-20"),
    ]
    wanted = [
        ("created", []),
        ("created", []),
        ("rejected", [("/household_number", "household.unknown")]),
        ("rejected", [("/contract_number", "contract.unknown")]),
        ("rejected", [("/day", "contract.not_active")]),
    ]
    assert told(await service.import_rows(work.acting(ACT), rows, True)) == wanted
    assert await work.conn.fetchval("select count(*) from delivery") == 0
    assert told(await service.import_rows(work.acting(ACT), rows, False)) == wanted
    stored = await work.conn.fetch("select net_kg::text, typed_unit, source from delivery")
    assert [tuple(one) for one in stored] == [("100.00", "jin", "import")] * 2
    again = await service.import_rows(work.acting(ACT), rows[:2], False)
    assert [one.result for one in again] == ["unchanged", "unchanged"]


async def test_a_number_of_two_contracts_needs_the_village(work: Work) -> None:
    made = await known(work)
    await deals.contract(work, SIBLING, number="HT-1", buyer_id=made.world.collective, number_year=2022)
    assert told(await service.import_rows(work.acting(ACT), [row()], True)) == [
        ("rejected", [("/contract_number", "contract.ambiguous")])
    ]
    assert told(await service.import_rows(work.acting(ACT), [row(village_code=made.deal.village)], True)) == [
        ("created", [])
    ]


async def test_a_household_outside_the_annex_is_named_at_its_column(work: Work) -> None:
    await known(work)
    await factories.household(work, number="050")
    assert told(await service.import_rows(work.acting(ACT), [row(household_number="050")], False)) == [
        ("rejected", [("/household_number", "delivery.household_not_in_annex")])
    ]


async def test_a_reason_in_the_row_answers_its_warnings(work: Work) -> None:
    await known(work)
    await factories.reference_return(work, crop_code="chili", yield_kg="10.00", price_per_50kg="200.00")
    [refused] = await service.import_rows(work.acting(ACT), [row()], False)
    assert [one.code for one in refused.warnings] == ["delivery.yield_unusual"]
    [kept] = await service.import_rows(work.acting(ACT), [row(reason="复秤核对过")], False)
    assert kept.result == "created"
    assert await work.conn.fetchval("select override_reason from finding") == "复秤核对过"


def test_weights_that_cannot_be_are_named_when_the_row_is_read() -> None:
    with pytest.raises(Invalid) as refused:
        row(tare="300")
    assert [one.pointer for one in refused.value.mistakes] == ["/tare"]


async def test_no_rows_are_no_outcomes(work: Work) -> None:
    assert await service.import_rows(work.acting(ACT), [], False) == []
