"""Imports of memberships, divisions, organisations, reference returns, market prices and deliveries."""

from typing import Any

import httpx
import pytest

from registry.kernel.work import Work
from tests.exchange.known import imported, sent
from tests.factories import (
    COLLECTIVE_CODE,
    COOPERATIVE_CODE,
    COUNTY,
    DRIED,
    ENTERPRISE_CODE,
    VILLAGE,
    World,
    household,
    world,
)

MEMBERS = "村代码,户号,户主,信用代码,入社日期,退社日期,股份类别,出资形式,份额,份额起始日期"


@pytest.fixture(autouse=True)
async def known(work: Work) -> World:
    return await world(work)


def members(*rows: str) -> bytes:
    return "\n".join([MEMBERS, *rows]).encode()


async def shares(client: httpx.AsyncClient) -> list[tuple[Any, ...]]:
    answer = await client.get("/api/v1/memberships")
    return [
        (one["kind"], one["amount"], one["valid_from"], one["valid_to"])
        for row in answer.json()["items"]
        for one in row["shares"]
    ]


async def test_memberships_and_shares_are_imported_again_and_corrected(
    client: httpx.AsyncClient, work: Work
) -> None:
    await household(work, number="001", head="示例户甲")
    await household(work, number="002", head="示例户乙")
    first = [
        f"{VILLAGE},001,,{COLLECTIVE_CODE},2021.1.1,,出资,土地,2.5亩,",
        f"{VILLAGE},001,示例户甲,{COLLECTIVE_CODE},2021.1.1,,财政补助量化,其他,1,",
        f"{VILLAGE},,示例户乙,{COLLECTIVE_CODE},2021-01-01,,,,,",
    ]
    answer = await sent(client, "memberships", members(*first))
    assert answer.json()["errors"][0]["pointer"] == "/2/amount"
    first[0] = first[0].replace("亩", "")
    _, counts = await imported(client, "memberships", members(*first))
    assert counts == [3, 0, 0, 0]
    assert sorted(await shares(client)) == [
        ("contribution", "2.5000", "2021-01-01", None),
        ("granted", "1.0000", "2021-01-01", None),
    ]
    _, counts = await imported(client, "memberships", members(*first))
    assert counts == [0, 0, 3, 0]
    later = [
        f"{VILLAGE},001,,{COLLECTIVE_CODE},,,出资,土地,3,2022-01-01",
        f"{VILLAGE},001,,{COLLECTIVE_CODE},,,财政补助量化,其他,2,",
        f"{VILLAGE},002,,{COLLECTIVE_CODE},,2022-12-31,公积金份额,其他,1,",
    ]
    _, counts = await imported(client, "memberships", members(*later))
    assert counts == [0, 3, 0, 0]
    assert sorted(await shares(client), key=str) == [
        ("contribution", "2.5000", "2021-01-01", "2021-12-31"),
        ("contribution", "3.0000", "2022-01-01", None),
        ("granted", "2.0000", "2021-01-01", None),
        ("reserve", "1.0000", "2021-01-01", None),
    ]
    _, counts = await imported(client, "memberships", members(*later[:2]))
    assert counts == [0, 0, 2, 0]


async def test_every_wrong_membership_is_named(client: httpx.AsyncClient, work: Work) -> None:
    for number, name in (("001", "示例户甲"), ("002", "示例户乙"), ("003", "示例户乙")):
        await household(work, number=number, head=name)
    good = f"{VILLAGE},001,,{COLLECTIVE_CODE},2021.1.1,,,,,"
    await imported(client, "memberships", members(good))
    rows = [
        f"{VILLAGE},009,,{COLLECTIVE_CODE},2021.1.1,,,,,",
        f"{VILLAGE},,示例户乙,{COLLECTIVE_CODE},2021.1.1,,,,,",
        f"{VILLAGE},002,示例户甲,{COLLECTIVE_CODE},2021.1.1,,,,,",
        f"{VILLAGE},002,,{ENTERPRISE_CODE},2021.1.1,,,,,",
        f"{VILLAGE},002,,{COOPERATIVE_CODE},2021.1.1,,,,,",
        f"{VILLAGE},002,,91421303MA49000103,2021.1.1,,,,,",
        f"{VILLAGE},002,,{COLLECTIVE_CODE},,,,,,",
        f"{VILLAGE},,,{COLLECTIVE_CODE},2021.1.1,,出资,,,",
        f"{VILLAGE},001,,{COLLECTIVE_CODE},2020.1.1,,,,,",
        f"{VILLAGE},002,,{COLLECTIVE_CODE},2021.1.1,2020.1.1,出资,土地,1,2019.1.1",
        f"{VILLAGE},003,,{COLLECTIVE_CODE},2021.1.1,,,,,",
        f"{VILLAGE},003,,{COLLECTIVE_CODE},2021.1.1,,,,,",
    ]
    report, counts = await imported(client, "memberships", members(*rows), dry_run=True)
    assert counts[3] == len(rows)
    assert [(one["line"], one["field"], one["code"]) for one in report["errors"]] == [
        (2, "number", "household.unknown"),
        (3, "head_name", "household.ambiguous"),
        (4, "head_name", "household.other_name"),
        (5, "credit_code", "organization.no_members"),
        (6, "credit_code", "organization.unknown"),
        (7, "credit_code", "text.check"),
        (8, "valid_from", "required"),
        (9, "number", "required"),
        (9, "form", "required"),
        (9, "amount", "required"),
        (10, "valid_from", "membership.overlap"),
        (11, "valid_from", "share.outside"),
        (11, "valid_to", "date.order"),
        (12, "", "duplicate"),
        (13, "", "duplicate"),
    ]


async def test_divisions_and_organisations(client: httpx.AsyncClient) -> None:
    text = "区划代码,区划名称\n421303187240,示例新村\n421303187000,淅河镇\n42130318724,短\n"
    report, counts = await imported(client, "divisions", text.encode("gbk"), mode="valid")
    assert counts == [1, 0, 1, 1]
    assert report["errors"][0]["line"] == 4
    text = "名称,组织类型,统一社会信用代码\n示范合作社,农民专业合作社,{0}\n示范公司,企业,{0}\n"
    report, counts = await imported(
        client, "organizations", text.format(COOPERATIVE_CODE).encode(), division=VILLAGE, mode="valid"
    )
    assert counts == [1, 0, 0, 1]
    assert report["errors"][0]["field"] == "credit_code"


async def test_reference_returns_and_market_prices_by_the_names_people_use(client: httpx.AsyncClient) -> None:
    text = (
        "作物,地区代码,年份,产值合计,物质与服务费用,雇工费用,流转地租金,总成本,数据性质,来源\n"
        f'中籼稻,{COUNTY},2021,"1,600元",650,100,30,,调查,示例\n'
        f"辣椒,{COUNTY},2021,1600,650,100,30,,调查,示例\n"
        f"小麦,{COUNTY},2021,1600,650,100,30,,调查,示例\n"
    )
    report, counts = await imported(client, "reference-returns", text.encode(), mode="valid")
    assert counts == [2, 0, 0, 1]
    assert [one["field"] for one in report["errors"]] == ["crop_code"]
    text = f"产品,等级,日期,价格,单位\n干朝天椒,1 级,2022.8.20,4.05,斤\n{DRIED},,2022.8.21,8.1,公斤\n"
    _, counts = await imported(client, "market-prices", text.encode(), division=COUNTY)
    assert counts == [2, 0, 0, 0]
    prices = (await client.get("/api/v1/market-prices", params={"division": COUNTY})).json()["items"]
    assert sorted(((one["price"], one["grade_code"]) for one in prices), key=str) == [
        ("8.1000", "first"),
        ("8.1000", None),
    ]


async def test_deliveries_name_what_they_do_not_find(client: httpx.AsyncClient) -> None:
    text = "合同编号,户号,日期,单位,毛重,皮重\n示-1,001,2022.9.12,斤,960,980\n示-2,001,2022.9.12,斤,960,20\n"
    report, counts = await imported(client, "deliveries", text.encode(), dry_run=True)
    assert counts == [0, 0, 0, 2]
    assert [(one["line"], one["field"]) for one in report["errors"]][-1] == (3, "contract_number")
