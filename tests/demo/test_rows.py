"""The demo's rows before they are stored: the same every time, fictional, and as many as promised."""

from collections import Counter, defaultdict
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from registry.contracts.kinds.order.terms import Fixed
from registry.demo.build import collect
from registry.demo.deterministic import chance, credit_code, draw, fixed_id
from registry.demo.places import FIRST_CASE, SINCE, TIAOSHUIHE, villages
from registry.demo.rows import Rows
from registry.households.model import PersonName
from registry.kernel.types import credit_code_ok


@pytest.fixture(scope="module")
def rows() -> Rows:
    return collect()


def test_twice_the_same(rows: Rows) -> None:
    assert msgspec.json.encode(collect()) == msgspec.json.encode(rows)


def test_size(rows: Rows) -> None:
    assert len(villages()) == 48
    assert len({row.village_code for row in rows.households}) == 48
    assert 2800 <= len(rows.households) <= 3200
    collectives = [row for row in rows.organizations if row.kind == "collective"]
    assert len(collectives) == 48


def test_people_and_organisations_are_fictional(rows: Rows) -> None:
    assert {row.name[:4] for row in rows.persons} == {"示例户 "}
    names = {*(row.name for row in rows.persons), *(row.signed_name for row in rows.participants)}
    assert msgspec.convert(names, set[PersonName]) == names, "as a page accepts them"
    assert {row.name[:2] for row in rows.organizations} == {"示范"}
    codes = [row.credit_code or "" for row in rows.organizations]
    assert len(set(codes)) == len(codes)
    assert all(credit_code_ok(code) for code in codes)


def test_one_hundred_and_twenty_take_part_in_the_first_contract(rows: Rows) -> None:
    contract = next(row for row in rows.contracts if row.village_code == TIAOSHUIHE)
    takers = [row for row in rows.participants if row.contract_id == contract.contract_id]
    assert len(takers) == 120
    assert FIRST_CASE == "03-017"
    assert "示例户 零三零一七" in {row.signed_name for row in takers}
    prices = [row.terms.price for row in rows.terms if row.contract_id == contract.contract_id]
    assert prices == [Fixed(price=Decimal("4.2000")), Fixed(price=Decimal("4.0000"))]


def test_every_clause_method_and_state_occurs(rows: Rows) -> None:
    clauses = {type(row.terms.price).__name__ for row in rows.terms}
    assert clauses == {"Fixed", "FloorOrMarket", "MarketPlus", "Graded"}
    methods = Counter(row.method for row in rows.participant_versions)
    assert set(methods) == {"replaced_crop", "price_premium", "own_history"}
    assert {"completed", "signed", "draft", "terminated"} <= {row.status for row in rows.contracts}
    assert {"filed", "missing", "submitted", "returned"} <= {row.filing_state for row in rows.contracts}
    assert rows.allocations
    assert rows.voided
    assert any(row.missing for row in rows.prices)
    assert {row.kind for row in rows.entries} == {"input_advance", "fee"}


def test_nobody_orders_more_land_than_the_household_has(rows: Rows) -> None:
    land = {row.household_id: row.contracted_mu or Decimal(0) for row in rows.households}
    seasons = {row.season_id: row.year for row in rows.seasons}
    used: defaultdict[tuple[UUID, int], Decimal] = defaultdict(Decimal)
    for use in rows.land_uses:
        assert use.season_id is not None
        used[use.household_id, seasons[use.season_id]] += use.area_mu
    assert [key for key, area in used.items() if area > land[key[0]]] == []


def test_ids_follow_from_names_and_days() -> None:
    one = fixed_id(SINCE, "a", "b")
    assert one == fixed_id(SINCE, "a", "b") != fixed_id(SINCE, "ab")
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert fixed_id(SINCE.replace(year=2021), "a") > fixed_id(SINCE, "a")


def test_choices_follow_from_names() -> None:
    drawn = [draw(3, 5, "n", str(n)) for n in range(200)]
    assert set(drawn) == {3, 4, 5}
    assert 300 < sum(chance(400, str(n)) for n in range(1000)) < 500
    assert credit_code("91", 1) == "91421303MA490000" + credit_code("91", 1)[16:]
    assert credit_code_ok(credit_code("N2", 236))
