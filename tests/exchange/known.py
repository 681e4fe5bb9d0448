"""Files the tests of imports start from."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.factories import VILLAGE

HEADER = "村代码,户号,户主姓名,承包地面积（亩）,户籍人口,劳动力,统计日期"
IMPORTS = "/api/v1/imports"


def roster(*rows: str, header: str = HEADER) -> bytes:
    """A roster as Excel saves it."""
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def row(number: str, name: str = "示例户甲", mu: str = "4.00", **cells: str) -> str:
    """A row of the roster under HEADER."""
    fields = {"people": "4", "labour": "2", "day": "2022.1.5", "village": VILLAGE} | cells
    return f"{fields['village']},{number},{name},{mu},{fields['people']},{fields['labour']},{fields['day']}"


async def sent(client: httpx.AsyncClient, kind: str, data: bytes, **query: Any) -> httpx.Response:
    """Posts a file."""
    headers = {"content-type": "text/csv", "accept-language": "zh-CN"}
    return await client.post(f"{IMPORTS}/{kind}", params=query, content=data, headers=headers)


async def imported(
    client: httpx.AsyncClient, kind: str, data: bytes, **query: Any
) -> tuple[dict[str, Any], Sequence[int]]:
    """The report and (created, updated, unchanged, rejected)."""
    answer = await sent(client, kind, data, **query)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    total = report["summary"]
    return report, [total[name] for name in ("created", "updated", "unchanged", "rejected")]
