"""A contract registered by a clerk on a phone, in chromium, with scripts and without."""

import asyncio
import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from registry.kernel.crypto import keyfile
from registry.kernel.db.embedded import Embedded
from registry.kernel.db.transactions import Database
from registry.kernel.work import Act
from tests import factories
from tests.access.people import PASSWORD, person
from tests.conftest import OPERATOR, clone, drop, settings_for
from tests.factories import DRIED, VILLAGE
from tests.faults.processes import address, registry

pytestmark = pytest.mark.browser
WIDTH = 360
CLERK = "shifan.clerk"
WEIGHT = 25_000
# What chromium notes about every page that answers 422: the page is shown, this is no fault of it.
REFUSED = "the server responded with a status of 422"


async def _seed(server: Embedded) -> str:
    """A database with the small world, three households and a clerk."""
    name = await clone(server)
    database = await Database.open(settings_for(server, name))
    try:
        async with database.writer(OPERATOR, Act(actor=OPERATOR.actor, now=datetime.now(UTC))) as work:
            await factories.world(work)
            for number, head in (("01", "示例户甲"), ("02", "示例户乙"), ("03", "示例户丙")):
                await factories.household(work, number=number, head=head)
            await person(work, "clerk", factories.TOWNSHIP, username=CLERK)
    finally:
        await database.close()
    return name


@pytest.fixture
def site(server: Embedded, tmp_path: Path) -> Iterator[str]:
    """The address of the product on a database of its own."""
    with ThreadPoolExecutor(1) as apart:  # the browser's own loop runs in this thread
        name = apart.submit(asyncio.run, _seed(server)).result()
        settings = settings_for(server, name)
        urls = {"DATABASE_URL": settings.database_url or "", "REGISTRY_PORT": "0"}
        urls["REGISTRY_KEYS_FILE"] = str(tmp_path / "keys.json")
        keyfile.create(tmp_path / "keys.json")
        process = registry(urls, "serve")
        try:
            yield address(process)
        finally:
            process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()
            apart.submit(asyncio.run, drop(server, name)).result()


class Clerk:
    """A phone whose owner has signed in; notes what the console says and how wide and heavy the pages are."""

    def __init__(self, browser: Browser, site: str, *, scripts: bool) -> None:
        self.scripts = scripts
        self.context = browser.new_context(
            viewport={"width": WIDTH, "height": 740}, java_script_enabled=scripts, base_url=site
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self._note(message.text))
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.goto("/login")
        self.fill(username=CLERK, password=PASSWORD)
        self.press("登录")

    def _note(self, text: str) -> None:
        if REFUSED not in text:
            self.complaints.append(text)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        if self.scripts:
            self.page.wait_for_function("document.body.classList.contains('js-enabled')")
            assert self.page.evaluate("document.documentElement.scrollWidth") == WIDTH, self.page.url

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#{name.replace('__', '-')}", value)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_contract_is_registered_on_a_phone(chromium: Browser, site: str, scripts: bool) -> None:
    clerk = Clerk(chromium, site, scripts=scripts)
    page = clerk.page
    page.goto(f"/contracts?division={VILLAGE}")
    page.get_by_role("link", name="登记合同").first.click()
    clerk.press("保存并继续")
    assert page.get_by_role("link", name="请填合同名称").is_visible()
    if scripts:
        assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
        page.get_by_role("link", name="请填合同名称").click()
        assert page.evaluate("document.activeElement.id") == "title"
    clerk.fill(
        title="2022 年辣椒订单合同",
        parties__0__organization="示范品源现代农业",
        parties__1__organization="示范挑水河村集体",
    )
    clerk.press("保存并继续")

    assert page.get_by_role("heading", name="登记合同：约定什么").is_visible()
    clerk.fill(starts_on="2022.3.1", ends_on="2022-12-31")
    page.select_option("#components-0-terms-product_code", DRIED)
    floor = page.locator("#components-0-terms-price-floor")
    assert floor.is_visible() is not scripts  # with scripts only the fields of the chosen clause show
    page.get_by_label("保底随行就市").check()
    floor.fill("2")
    clerk.press("保存并继续")

    assert page.get_by_role("heading", name="登记合同：哪些农户").is_visible()
    clerk.fill(displaced="中籼稻", per_mu="1500")
    page.get_by_label("01 示例户甲").check()
    clerk.fill(rows__0__area_mu="1.5")
    page.locator("summary", has_text="粘贴名单").click()
    clerk.fill(paste="户号\t姓名\t面积\t计划（斤）\n02\t示例户乙\t2\t6000")
    clerk.press("保存")
    assert "新增 2 户" in page.inner_text("main")
    clerk.press("保存并去核对")

    text = page.inner_text("main")
    assert "保底每斤 2.00 元，市场价高于保底时按当日市场价" in text
    assert "至少 21,000.00 元（人民币贰万壹仟元整）" in text
    clerk.fill(signed_on="2022-3-1")
    clerk.press("签订这份合同")
    assert "合同已签订" in page.inner_text("main")
    assert page.get_by_role("link", name="登记过磅单").first.is_visible()
    clerk.context.close()
    assert clerk.complaints == []


def test_pages_are_light_and_complete_by_keyboard(chromium: Browser, site: str) -> None:
    clerk = Clerk(chromium, site, scripts=True)
    page = clerk.page
    for path in ("/contracts", f"/contracts/new?division={VILLAGE}"):
        answer = page.goto(path)
        assert answer is not None
        assert len(gzip.compress(answer.body())) < WEIGHT
        targets = "main button:not([tabindex]), main input:not([type=hidden]), main select"
        heights = page.evaluate(f"[...document.querySelectorAll('{targets}')].map(e => e.offsetHeight)")
        assert min(heights) >= 40, path
    page.focus("#title")
    page.keyboard.type("只用键盘")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/terms?saved=1")
    clerk.context.close()
    assert clerk.complaints == []
