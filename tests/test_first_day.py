"""The first day of an office by pages alone, without scripts: from the first start to a household's gain."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from uuid import uuid4

import httpx

from registry.access.command import first_administrator
from registry.app import HOOKS
from registry.kernel.db.transactions import Connected
from registry.kernel.work import CHINA
from registry.settings import Settings
from tests.contracts.browse import visit
from tests.demo.building import with_base_data
from tests.factories import COLLECTIVE_CODE, ENTERPRISE_CODE, VILLAGE
from tests.servers import Server
from tests.serving import serving

PASSWORD = "yi ge ji de zhu de mima 2026"
TAKERS = "甲乙丙丁戊己庚辛壬癸子丑"
FIRST = re.compile(r"初始密码 ((?:\w{4}-){3}\w{4})")


@asynccontextmanager
async def signed_in(settings: Settings, username: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own, after the first password was changed."""
    async with serving(settings, caller=None) as client:
        page = await (await visit(client, "/login")).send(username=username, password=password)
        assert "请先设一个新密码" in page.plain
        page = await page.send(old_password=password, new_password=PASSWORD, again=PASSWORD)
        assert "密码已修改" in page.plain, page.problems()
        yield client


async def account(admin: httpx.AsyncClient, username: str, role: str, place: str) -> str:
    """An account with one role at a place named as people name it; its first password."""
    page = await (await visit(admin, "/users")).send(username=username, display_name=f"示范{place}")
    found = FIRST.search(page.plain)
    assert found
    given = await page.send(role=role, place=place)
    assert not given.problems()
    return found[1]


async def entered(client: httpx.AsyncClient, address: str, **fields: str) -> None:
    page = await (await visit(client, address)).send(**fields)
    assert "已保存" in page.plain, page.problems()


async def test_from_the_first_start_to_the_first_gain(server: Server) -> None:
    """One mu of chili at 4 yuan a kg for each of twelve households, one ticket: 6,000.00 received for it."""
    today = datetime.now(CHINA).date()
    begin, harvest, end = (today - timedelta(days=days) for days in (200, 20, 10))
    async with with_base_data(server) as settings:
        made = await asyncio.to_thread(first_administrator, Connected(settings=settings, hooks=HOOKS))
        assert made is not None
        async with signed_in(settings, *made) as admin:
            clerk_password = await account(admin, "shifan.clerk", "clerk", "淅河镇")
            cadre_password = await account(admin, "shifan.cadre", "cadre", "挑水河村")
        async with signed_in(settings, "shifan.clerk", clerk_password) as clerk:
            place = "421303187000"
            await entered(
                clerk,
                "/registers/seasons",
                division_code=place,
                product_code="chili_dried",
                name="第一季",
                starts_on=f"{begin}",
                ends_on=f"{end}",
            )
            enterprise = {"kind": "enterprise", "name": "示范品源公司", "credit_code": ENTERPRISE_CODE}
            await entered(clerk, "/registers/organizations", division_code=place, **enterprise)
        async with signed_in(settings, "shifan.cadre", cadre_password) as cadre:
            await _register(cadre)
            contract = await _contract(cadre, begin, end)
            await _weigh(cadre, contract, harvest)
            await _gain(cadre)


async def _register(cadre: httpx.AsyncClient) -> None:
    """The collective, and the roster pasted from a sheet."""
    collective = {"kind": "collective", "name": "示范挑水河村集体", "credit_code": COLLECTIVE_CODE}
    await entered(cadre, "/registers/organizations", division_code=VILLAGE, **collective)
    rows = "".join(f"\n{number:03}\t示例户{name}\t一组\t5" for number, name in enumerate(TAKERS, 1))
    preview = await (await visit(cadre, "/households/paste")).send(
        village_code=VILLAGE, block=f"户号\t户主姓名\t村民小组\t承包地面积（亩）{rows}"
    )
    assert "新登记 12 户" in preview.plain
    saved = await preview.send("_submit", confirmed="true", idempotency_key=str(uuid4()))
    assert "名册已保存：新登记 12 户" in saved.plain, saved.plain


async def _contract(cadre: httpx.AsyncClient, begin: date, end: date) -> str:
    """A contract that began before the office started to register, in four steps; its address."""
    page = await (await visit(cadre, f"/contracts/new?division={VILLAGE}")).send(
        title="第一份辣椒订单合同",
        number="示-001",
        parties__0__organization="示范品源公司",
        parties__1__organization="示范挑水河村集体",
    )
    page = await page.send(
        starts_on=f"{begin}",
        ends_on=f"{end + timedelta(days=5)}",
        components__0__terms__product_code="chili_dried",
        components__0__terms__price_unit="kg",
        components__0__terms__price__clause="fixed",
        components__0__terms__price__price="4",
    )
    annex = "\n".join(f"{number:03}\t1\t1500\t中籼稻" for number in range(1, 13))
    page = await page.send("_next=check", method="replaced_crop", paste=annex, paste_unit="kg")
    page = await visit(cadre, page.address.partition("/edit/")[0] + "/edit/check")
    signed = await page.send(signed_on=f"{begin}")
    assert "签订" in signed.plain, signed.problems()
    return signed.address.partition("?")[0]


async def _weigh(cadre: httpx.AsyncClient, contract: str, day: date) -> None:
    page = await visit(cadre, f"{contract}/deliveries/new")
    page = await page.send(
        day=f"{day}", unit="jin", rows__0__household="001", rows__0__gross="3020", rows__0__tare="20"
    )
    assert "6,000.00" in page.plain, page.problems()


async def _gain(cadre: httpx.AsyncClient) -> None:
    """The statement: the price paid, the reference costs of chili, what rice of 2024 would have brought:
    1,407.77 − 690.79 − 113.40 − 39.87 = 563.71 a mu (gains.md 1, 4)."""
    page = await visit(cadre, "/households?q=示例户甲")
    found = re.search(r'href="(/households/[0-9a-f-]{36})"', page.text)
    assert found
    page = await visit(cadre, f"{found[1]}/statement")
    assert "6,000.00 − 2,200.00 − 563.71 = +3,236.29 元" in page.plain
