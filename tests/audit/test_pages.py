"""Searching the trail and reading a record's history: who may, what they see, page by page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from registry.audit import pages, service
from registry.kernel import changes
from registry.kernel.db.transactions import Identity, Scope, enter
from registry.kernel.http.callers import Caller, Role
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Act, Work
from tests import factories
from tests.conftest import OPERATOR
from tests.factories import COUNTY_CODE, SIBLING, VILLAGE
from tests.serving import NOW, providers_on, serving

SYSTEM = Scope(villages=("000000000000",))
TOWNSHIP = Scope.of_division("421303187000")


@asynccontextmanager
async def asking(work: Work, role: Role, read: Scope) -> AsyncIterator[httpx.AsyncClient]:
    """The application for a caller of this role and scope, on the test's connection."""

    async def find(_: AnyRequest) -> Caller:
        return Caller(username=role, display_name="示例", role=role, read=read)

    await enter(work, Identity(actor=role, read=read, write=Scope.EMPTY))
    shared = msgspec.structs.replace(providers_on(work), caller=find)
    async with serving(providers=shared, caller=None) as client:
        yield client
    await enter(work, OPERATOR)


def act(actor: str = "local", operation: str = "test") -> Act:
    return Act(actor=actor, now=NOW, role="clerk", operation=operation, address="10.0.0.9")


async def changed(work: Work, village: str = VILLAGE, times: int = 1) -> UUID:
    """A household whose group changed that many times."""
    household = await factories.household(work, village, group_name="零组")
    for number in range(times):
        await service.watch(work.acting(act()), "household", household)
        await work.conn.execute(
            "update household set group_name = $2 where household_id = $1", household, f"{number}组"
        )
        await changes.settle(work)
    return household


async def test_the_history_of_a_record_tells_before_and_after(work: Work) -> None:
    await factories.world(work)
    household = await changed(work, times=2)
    async with asking(work, "cadre", Scope.of_division(VILLAGE)) as client:
        answer = await client.get(f"/history/household/{household}")
    assert answer.status_code == 200
    assert "农户变更记录" in answer.text
    assert "村民小组：0组 → 1组" in answer.text
    assert answer.text.index("0组 → 1组") < answer.text.index("零组 → 0组")
    assert "乡镇经办" in answer.text
    assert f'href="/households/{household}"' in answer.text


async def test_a_foreign_record_answers_like_a_missing_one_and_like_one_nobody_changed(work: Work) -> None:
    await factories.world(work)
    household, own = await changed(work), await factories.household(work, SIBLING)
    async with asking(work, "cadre", Scope.of_division(SIBLING)) as client:
        foreign = await client.get(f"/history/household/{household}")
        missing = await client.get(f"/history/household/{(gone := uuid4())}")
        unchanged = await client.get(f"/history/household/{own}")
    assert foreign.status_code == missing.status_code == unchanged.status_code == 200
    assert "没有可看的变更记录" in missing.text
    assert foreign.text.replace(str(household), "") == missing.text.replace(str(gone), "")
    assert unchanged.text.replace(str(own), "") == missing.text.replace(str(gone), "")


async def test_a_history_goes_on_page_by_page(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    await factories.world(work)
    household = await changed(work, times=5)
    seen: list[str] = []
    async with asking(work, "clerk", TOWNSHIP) as client:
        href = f"/history/household/{household}"
        while href:
            text = (await client.get(href)).text
            seen += re.findall("：(.组) →", text)
            following = re.search('href="([^"]+)" rel="next"', text)
            href = following[1] if following else ""
    assert seen == ["3组", "2组", "1组", "0组", "零组"]


async def test_a_record_known_by_several_columns_has_a_history(work: Work) -> None:
    record = service.key("421303187000", "midseason_rice", 2022)
    await service.event(
        work.acting(act()),
        kind="planted_area",
        record_id=record,
        county_code=COUNTY_CODE,
        division_code="421303187000",
        changes={"area_mu": ["1.00", "2.50"]},
    )
    async with asking(work, "clerk", TOWNSHIP) as client:
        answer = await client.get(f"/history/planted_area/{record.replace('/', '~')}")
    assert (answer.status_code, "面积：1.00 → 2.50" in answer.text) == (200, True)


async def test_the_search_narrows_by_everything(work: Work) -> None:
    await factories.world(work)
    first, second = await changed(work), await changed(work, SIBLING)
    await service.event(work.acting(act(operation="log_in")), kind="session", record_id="x")

    async def found(client: httpx.AsyncClient, **query: str) -> list[str]:
        answer = await client.get("/api/v1/audit-events", params=query)
        assert answer.status_code == 200, answer.text
        return [one["record_id"] for one in answer.json()["items"]]

    async with asking(work, "auditor", Scope.ALL) as client:
        assert await found(client) == ["x", str(second), str(first)]
        assert await found(client, record_kind="household") == [str(second), str(first)]
        assert await found(client, record_id=str(first)) == [str(first)]
        assert await found(client, division=SIBLING) == [str(second)]
        assert await found(client, division="421303187000") == [str(second), str(first)]
        assert await found(client, operation="log_in") == ["x"]
        assert await found(client, actor="nobody") == []
        assert await found(client, **{"from": "2023-01-16", "to": "2023-01-16"}) == await found(client)
        assert await found(client, **{"from": "2023-01-17"}) == []
        assert await found(client, to="2023-01-15") == []
        answer = await client.get("/api/v1/audit-events?limit=2")
        following = await client.get(
            "/api/v1/audit-events", params={"limit": "2", "cursor": answer.json()["next_cursor"]}
        )
        assert [one["record_id"] for one in following.json()["items"]] == [str(first)]
        page = await client.get("/audit", params={"record_kind": "household", "division": SIBLING})
        assert f"/history/household/{second}" in page.text
        assert str(first) not in page.text
        assert "10.0.0.9" in page.text
        assert f'name="division" value="{SIBLING}"' in page.text
        assert '<option value="household" selected>农户</option>' in page.text
        assert (await client.get("/audit?first_day=x")).status_code == 422
        assert (await client.get("/api/v1/audit-events?from=x")).status_code == 422


async def test_each_sees_what_lies_in_its_scope(work: Work) -> None:
    await factories.world(work)
    household = await changed(work)
    await service.event(work.acting(act()), kind="session", record_id="x")
    for role, read, seen in (
        ("clerk", TOWNSHIP, [str(household)]),
        ("county", Scope.of_division("421302000000"), []),
        ("auditor", Scope.of_division(SIBLING), []),
        ("admin", SYSTEM, ["x"]),
    ):
        async with asking(work, role, read) as client:  # type: ignore[arg-type]
            answer = await client.get("/api/v1/audit-events")
            assert [one["record_id"] for one in answer.json()["items"]] == seen, role
            page = await client.get("/audit")
            assert page.status_code == 200
            assert ("没有符合条件的操作记录" in page.text) == (seen == []), role
            assert (f"/history/household/{household}" in page.text) == (role == "clerk")


async def test_partners_and_cadres_do_not_search_and_partners_read_no_history(work: Work) -> None:
    await factories.world(work)
    household = await changed(work)
    for role, path in (
        ("cadre", "/audit"),
        ("cadre", "/api/v1/audit-events"),
        ("partner", "/audit"),
        ("partner", "/api/v1/audit-events"),
        ("partner", f"/history/household/{household}"),
        ("admin", f"/history/household/{household}"),
    ):
        async with asking(work, role, TOWNSHIP) as client:  # type: ignore[arg-type]
            assert (await client.get(path)).status_code == 403, (role, path)
