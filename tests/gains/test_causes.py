"""A changed row or price marks every line that rests on it, wherever and whenever that is."""

from datetime import date
from typing import Any
from uuid import uuid4

import msgspec

from registry.kernel.work import Work
from tests import factories
from tests.factories import COUNTY, DRIED, RICE, VILLAGE
from tests.gains.village import Village, line, lines, settle
from tests.serving import providers_on, serving


async def test_a_row_of_elsewhere_marks_the_lines_it_is_pinned_to(work: Work, village: Village) -> None:
    await factories.division(work, "410000000000", name="河南省", level="province", parent_code=None)
    row = await factories.reference_return(work, division_code="410000000000", year=2020)
    await factories.insert(
        work,
        "reference_pin",
        reference_pin_id=uuid4(),
        contract_id=village.deal.contract,
        crop_code=RICE,
        reference_return_id=row,
        reason="示例理由",
        **factories.placed(VILLAGE) | factories.RECORDED,
    )
    await settle(work, village)
    assert not (await line(work, village)).stale
    async with serving(providers=providers_on(work)) as client:
        answer = await client.patch(
            f"/api/v1/reference-returns/{row}", json={"output_value": "1700"}, headers={"If-Match": '"1"'}
        )
    assert answer.status_code == 200, answer.text
    assert (await line(work, village)).stale


async def test_a_price_of_the_signing_days_marks_the_promise_of_a_later_season(
    work: Work, village: Village
) -> None:
    terms: dict[str, Any] = {"kind": "order", "product_code": DRIED}
    terms["price"] = {"clause": "market_plus", "percent": "5.0000", "premium": "0.0000"}
    await work.conn.execute(
        "update component_terms set terms = $1::text::jsonb", msgspec.json.encode(terms).decode()
    )
    await work.conn.execute("update contract set ends_on = '2024-12-31'")
    later = {
        "year": 2024,
        "name": "2024 年秋季",
        "starts_on": date(2024, 4, 1),
        "ends_on": date(2024, 11, 30),
    }
    season = await factories.season(work, **later)
    await work.conn.execute("update land_use set season_id = $1", season)
    await settle(work, village, 2024)
    price = {"division_code": COUNTY, "product_code": DRIED, "day": "2022-02-20", "unit": "kg", "price": "8"}
    async with serving(providers=providers_on(work)) as client:
        answer = await client.post("/api/v1/market-prices", json=price | {"source_text": "示例来源"})
    assert answer.status_code == 201, answer.text
    assert [one.stale for one in await lines(work, village, 2024)] == [True]
