"""Reference returns over REST and by import."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from registry.kernel.forms import parsing
from registry.kernel.types import new_id
from registry.kernel.work import Act, Cause, Work
from registry.reference import reference_returns
from registry.reference.return_model import ReturnIn, ReturnQuery
from tests.reference.known import API, COUNTY, OTHER, guarded, listed, paged, pointers, posted, returns
from tests.serving import NOW

pytestmark = pytest.mark.usefixtures("base")
PATH = "/reference-returns"
ACT = Act(actor="local", now=NOW, source="import")


async def test_a_row_is_kept_as_published_with_its_cash_income(client: httpx.AsyncClient) -> None:
    made = await posted(client, PATH, returns())
    assert (made["cash_cost"], made["cash_income"]) == ("720.00", "780.00")
    # 300.00 ÷ 95.30, the labour day price of 2022
    assert (made["family_days"], made["hired_days"], made["days_derived"]) == ("3.15", None, True)
    twice = await client.post(f"{API}{PATH}", json=returns(output_value="1.00"))
    assert (twice.status_code, twice.json()["code"]) == (409, "reference_return.taken")
    read = await client.get(f"{API}{PATH}/{made['reference_return_id']}")
    assert read.json() == made
    assert (await client.get(f"{API}{PATH}/{new_id()}")).status_code == 404


async def test_a_row_that_breaks_its_identity_is_refused_by_name(client: httpx.AsyncClient) -> None:
    """Case 08: a digitised yearbook row."""
    body = returns(labour_cost="1148.84", family_labour="1116.73", hired_labour="123.22")
    answer = await client.post(f"{API}{PATH}", json=body)
    assert pointers(answer) == {("/labour_cost", "identity")}
    (mistake,) = answer.json()["errors"]
    assert "labour_cost = family_labour + hired_labour" in mistake["message"]
    assert "91.11" in mistake["message"]
    chinese = await client.post(f"{API}{PATH}", json=body, headers={"accept-language": "zh-CN"})
    said = chinese.json()["errors"][0]["message"]
    assert said.startswith("人工成本 = 家庭用工折价 + 雇工费用")
    assert "相差 91.11 元" in said


async def test_every_broken_identity_is_named_and_right_totals_pass(client: httpx.AsyncClient) -> None:
    right = {
        "main_product": "1480.00",
        "by_product": "20.00",
        "labour_cost": "400.00",
        "land_cost": "100.00",
        "total_cost": "1100.00",
        "net_profit": "400.00",
        "cash_cost": "720.00",
        "cash_income": "780.00",
    }
    await posted(client, PATH, returns(**right))
    wrong = right | {"land_cost": "100.06", "net_profit": "-400.00", "by_product": "25.00"}
    answer = await client.post(f"{API}{PATH}", json=returns(**wrong))
    assert {at for at, _ in pointers(answer)} >= {"/land_cost", "/net_profit", "/output_value"}
    tolerated = returns(year=2021, **(right | {"land_cost": "100.05"}))
    assert (await client.post(f"{API}{PATH}", json=tolerated)).status_code == 201


async def test_the_output_value_may_come_as_its_parts(client: httpx.AsyncClient) -> None:
    body = returns(main_product="1480.00", by_product="20.00")
    del body["output_value"]
    assert (await posted(client, PATH, body))["output_value"] == "1500.00"
    del body["by_product"]
    assert pointers(await client.post(f"{API}{PATH}", json=body)) == {("/output_value", "required")}


async def test_days_are_derived_only_where_they_are_missing(client: httpx.AsyncClient) -> None:
    given = await posted(client, PATH, returns(family_days="3.50", hired_days="1.00"))
    assert (given["family_days"], given["days_derived"]) == ("3.50", False)
    of_sum = await posted(client, PATH, returns(year=2023, labour_days="4.00"))
    # 300.00 ÷ 96.95 = 3.09; the rest of the sum is hired
    assert (of_sum["family_days"], of_sum["hired_days"]) == ("3.09", "0.91")
    none = await posted(client, PATH, returns(year=2019))
    assert (none["family_days"], none["days_derived"]) == (None, False)
    unvalued = returns(year=2024)
    del unvalued["family_labour"]
    assert (await posted(client, PATH, unvalued))["family_days"] is None


@pytest.mark.parametrize("amount", ["NaN", "1e400", "-0.01", "1.001", "十", 5.5])
async def test_amounts_that_are_none_are_refused(client: httpx.AsyncClient, amount: object) -> None:
    body = returns(materials_services=amount, crop_code="X", quality="guess")
    answer = await client.post(f"{API}{PATH}", json=body)
    assert {at for at, _ in pointers(answer)} == {"/materials_services", "/crop_code", "/quality"}


async def test_unknown_crops_and_places_are_named(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        f"{API}{PATH}", json=returns(crop_code="nothing", division_code="421399000000")
    )
    assert pointers(answer) == {("/crop_code", "unknown_code"), ("/division_code", "division.unknown")}


async def test_a_change_keeps_the_identities(client: httpx.AsyncClient, marked: list[Cause]) -> None:
    made = await posted(client, PATH, returns())
    path = f"{PATH}/{made['reference_return_id']}"
    marked.clear()
    done = await guarded(client, path, {"family_labour": "310.00"})
    assert (done["family_days"], done["days_derived"]) == ("3.25", True)
    assert marked == [
        Cause(
            kind="reference_return",
            first=COUNTY,
            last="421303999999",
            crop_code="midseason_rice",
            year=2022,
        )
    ]
    url, head = f"{API}{path}", {"if-match": '"2"'}
    wrong = await client.patch(url, json={"labour_cost": "500.00"}, headers=head)
    assert pointers(wrong) == {("/labour_cost", "identity")}
    given = await client.patch(url, json={"family_days": "3.00", "labour_cost": "410.00"}, headers=head)
    assert (given.json()["family_days"], given.json()["days_derived"]) == ("3.00", False)
    assert given.json()["cash_income"] == "780.00"


async def test_rows_are_found_by_crop_place_year_and_quality(client: httpx.AsyncClient) -> None:
    await posted(client, PATH, returns())
    await posted(client, PATH, returns(division_code=OTHER, crop_code="wheat"))
    assert len(await paged(client, PATH, 4)) == 10
    assert len(await listed(client, PATH, division=COUNTY)) == 1
    assert len(await listed(client, PATH, crop="wheat")) == 2
    assert len(await listed(client, PATH, year=2021)) == 1
    assert [row["crop_code"] for row in await listed(client, PATH, quality="planning")] == ["chili"]


def given(**changes_: Any) -> ReturnIn:
    return parsing.parse(ReturnIn, returns(**changes_))


async def test_an_import_creates_updates_and_leaves_alone(work: Work, marked: list[Cause]) -> None:
    rows = [given(), given(year=2023)]
    dry = await reference_returns.import_rows(work.acting(ACT), rows, True)
    assert [one.result for one in dry] == ["created", "created"]
    assert marked == []
    done = await reference_returns.import_rows(work.acting(ACT), rows, False)
    assert [one.result for one in done] == ["created", "created"]
    assert len(marked) == 2
    again = await reference_returns.import_rows(
        work.acting(ACT), [given(output_value="1600.00"), rows[1]], False
    )
    assert [one.result for one in again] == ["updated", "unchanged"]
    assert [one.record_id for one in again] == [one.record_id for one in done]
    (row,) = await reference_returns.reference_returns.listed(work, ReturnQuery(year=2022), division=COUNTY)
    assert (row.output_value, row.version, row.source) == (Decimal("1600.00"), 2, "import")


async def test_an_import_names_the_fault_of_every_row(work: Work) -> None:
    rows = [given(crop_code="nothing"), given(division_code="421399000000"), given(), given()]
    outcomes = await reference_returns.import_rows(work.acting(ACT), rows, False)
    assert [[one.code for one in row.mistakes] for row in outcomes] == [
        ["unknown_code"],
        ["division.unknown"],
        ["duplicate"],
        ["duplicate"],
    ]
    assert await reference_returns.reference_returns.listed(work, ReturnQuery(), division=COUNTY) == []
