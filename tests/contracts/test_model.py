"""Pure rules: active days, the terms of a day, the buyer, filing steps."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.contracts.inputs import ROLE_NAMES, PayeeRole, Role
from registry.contracts.kinds.order.terms import Fixed, OrderTerms
from registry.contracts.model import (
    FILING_NAMES,
    FILING_STEPS,
    ComponentRow,
    Lifetime,
    components_on,
    paying_households,
)
from registry.contracts.rules import buyer_of
from registry.kernel.errors import Invalid
from registry.kernel.forms import parsing

ONE, TWO = uuid4(), uuid4()


def lifetime(**columns: Any) -> Lifetime:
    standard = {
        "status": "signed",
        "signed_on": date(2022, 3, 1),
        "starts_on": date(2022, 3, 1),
        "ends_on": date(2022, 12, 31),
        "completed_on": None,
        "terminated_on": None,
    }
    return Lifetime(**{**standard, **columns})


@pytest.mark.parametrize(
    ("columns", "last"),
    [
        ({}, date(2022, 12, 31)),
        ({"status": "completed", "completed_on": date(2022, 11, 30)}, date(2022, 11, 30)),
        ({"status": "completed", "completed_on": date(2023, 1, 10)}, date(2022, 12, 31)),
        ({"status": "terminated", "terminated_on": date(2022, 6, 30)}, date(2022, 6, 30)),
    ],
)
def test_the_last_active_day(columns: dict[str, Any], last: date) -> None:
    row = lifetime(**columns)
    assert row.active_on(last)
    assert row.active_on(date(2022, 3, 1))
    assert not row.active_on(date.fromordinal(last.toordinal() + 1))
    assert not row.active_on(date(2022, 2, 28))


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_never_active(status: str) -> None:
    assert not lifetime(status=status).active_on(date(2022, 6, 1))
    assert not lifetime(starts_on=None).active_on(date(2022, 6, 1))


def component(
    key: UUID, version_no: int, effective_on: date | None, payee: str = "household"
) -> ComponentRow:
    return ComponentRow(
        status="signed",
        signed_on=None,
        starts_on=None,
        ends_on=None,
        completed_on=None,
        terminated_on=None,
        county_code="421303",
        village_code="421303187236",
        contract_id=ONE,
        component_id=key,
        number=1,
        kind="order",
        payer_role="buyer",
        payee_role=payee,
        product_code="chili_dried",
        product_name=None,
        crop_code=None,
        version_no=version_no,
        effective_on=effective_on,
        terms=OrderTerms(product_code="chili_dried", price=Fixed(price=Decimal("4.0000"))),
        buyer_id=None,
    )


def test_the_terms_of_a_day() -> None:
    first, second = component(ONE, 1, date(2022, 3, 1)), component(ONE, 2, date(2022, 7, 1))
    other = component(TWO, 1, None, "organiser")
    for rows in ([first, second, other], [other, second, first]):
        assert first in components_on(rows, date(2022, 6, 30))
        assert second in components_on(rows, date(2022, 7, 1))
        # Before the start the first terms are shown: those of a contract that is still to begin.
        assert first in components_on(rows, date(2021, 1, 1))
        assert len(components_on(rows, date(2022, 7, 1))) == 2
    assert paying_households([first, other]) == [first]


def test_whose_number_a_contract_carries() -> None:
    assert buyer_of([("organiser", ONE), ("buyer", TWO)]) == TWO
    assert buyer_of([("lessee", ONE), ("buyer", None)]) == ONE
    assert buyer_of([("guarantor", ONE)]) is None
    assert buyer_of([("buyer", ONE), ("buyer", TWO)]) == ONE


def test_every_filing_state_has_a_name_and_a_way_on() -> None:
    assert FILING_NAMES.keys() == FILING_STEPS.keys()
    assert {state for steps in FILING_STEPS.values() for state in steps} == set(FILING_NAMES)
    assert FILING_STEPS["filed"] == ("returned",)


def test_roles_are_typed_by_their_names_too() -> None:
    role: Any = Role
    payee: Any = PayeeRole
    assert parsing.parse(role, "收购方", text=True) == "buyer"
    assert parsing.parse(payee, "农户", text=True) == "household"
    with pytest.raises(Invalid):
        parsing.parse(role, "household")
    for one in ROLE_NAMES:
        assert parsing.parse(payee, one) == one
