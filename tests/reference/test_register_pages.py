"""The pages of every register: its list, a new row, a change; wrong input keeps what was typed."""

import csv
import io
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from msgspec.structs import replace

from registry.divisions import statistic_pages
from registry.divisions.register_pages import INDEX, Pages
from registry.features import REGISTERS
from registry.kernel.db.transactions import Scope
from registry.kernel.forms.form_inputs import inputs_of
from registry.kernel.http.callers import Caller
from registry.kernel.http.csv_answers import cell
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from registry.organizations import register_pages as organization_pages
from registry.reference import register_pages
from tests import factories
from tests.contracts.browse import Page, visit
from tests.serving import OPERATOR, providers_on, serving

PAGES = {
    one.of.register.kind: one
    for one in (*statistic_pages.PAGES, *organization_pages.PAGES, *register_pages.PAGES)
}
PLACE = {"division_code": factories.TOWNSHIP}
NEW: dict[str, dict[str, str]] = {
    "division_statistic": PLACE | {"year": "2019", "households": "1,200", "source_text": "示范年鉴"},
    "organization": PLACE
    | {"kind": "enterprise", "name": "示范芝麻有限公司", "credit_code": "91421303MA4900036N"},
    "season": PLACE
    | {
        "product_code": factories.DRIED,
        "name": "2019 年春季",
        "starts_on": "2019.3.1",
        "ends_on": "2019年11月10日",
    },
    "planted_area": PLACE
    | {"crop_code": factories.RICE, "year": "2019", "area_mu": "１２０亩", "source_text": "示范年鉴"},
    "price_index": PLACE | {"kind": "rural_cpi", "year": "2015", "value": "101.5", "source_text": "示范年鉴"},
    "labour_day_price": {"year": "2015", "price": "78元", "source_text": "示范汇编"},
    "crop": {"crop_code": "sesame", "name": "芝麻"},
    "product": {"product_code": "sesame_seed", "crop_code": factories.RICE, "name": "芝麻粒"},
    "grade": {"product_code": factories.DRIED, "grade_code": "third", "name": "三级", "position": "3"},
    "tag": {
        "tag_code": "trial",
        "label": "示范标识",
        "valid_from": "2020-1-1",
        "source_text": "示范文件",
    },
}
CHANGED = {
    "division_statistic": {"households": "1300"},
    "organization": {"name": "示范黑芝麻有限公司"},
    "season": {"name": "2019 年早季"},
    "planted_area": {"area_mu": "130.00"},
    "price_index": {"value": "102.00"},
    "labour_day_price": {"price": "79.50"},
    "crop": {"name": "黑芝麻"},
    "product": {"name": "黑芝麻粒"},
    "grade": {"name": "等外"},
    "tag": {"label": "示范标识二"},
}


@pytest.fixture
async def desk(work: Work, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """Of a user who keeps the register of the test (crops where it names none)."""
    await factories.world(work)
    named = getattr(request.node, "callspec", None)
    role = PAGES[named.params["kind"] if named else "crop"].write[0]

    async def keeper(_: AnyRequest) -> Caller:
        return Caller(username=OPERATOR, display_name="操作员", role=role, read=Scope.ALL, write=Scope.ALL)

    async with serving(providers=replace(providers_on(work), caller=keeper)) as client:
        yield client


def test_every_register_with_pages_has_its_case() -> None:
    assert {one.href for one in PAGES.values()} == {one.href for one in REGISTERS}
    assert set(NEW) == set(CHANGED) == set(PAGES)


async def test_the_list_of_all_leads_to_each(desk: httpx.AsyncClient) -> None:
    page = await visit(desk, INDEX)
    for one in REGISTERS:
        assert f'href="{one.href}"' in page.text
        assert one.title in page.plain


async def change_of(desk: httpx.AsyncClient, pages: Pages, new: dict[str, str]) -> Page:
    """The form that changes the row just entered, by the link of its row in the list."""
    year = {"year": new["year"]} if "year" in pages.of.query.__struct_fields__ and "year" in new else {}
    text = (await desk.get(pages.href, params=year)).text
    mark = next(new[name] for name in ("name", "label", "year") if name in new)
    rows = [row for row in re.findall(r"<tr role=.*?</tr>", text, re.DOTALL) if f">{mark}<" in row]
    found = [re.search(rf'href="({re.escape(pages.href)}/[^"]+/edit)"', row) for row in rows]
    (address,) = [one.group(1) for one in found if one]
    return await visit(desk, address)


@pytest.mark.parametrize("kind", PAGES)
async def test_a_row_is_entered_listed_and_changed(desk: httpx.AsyncClient, work: Work, kind: str) -> None:
    pages = PAGES[kind]
    entered = await (await visit(desk, pages.href)).send(**NEW[kind])
    assert "已保存" in entered.plain, entered.problems()
    form = await change_of(desk, pages, NEW[kind])
    before = dict(form.values)
    changed = await form.send(**CHANGED[kind])
    assert "已保存" in changed.plain, changed.problems()
    after = dict((await visit(desk, form.address)).values)
    kept = set(before) - {*CHANGED[kind], "version", "idempotency_key"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert {name: after[name] for name in CHANGED[kind]} == CHANGED[kind]
    assert await work.conn.fetchval("select count(*) from audit_event where record_kind = $1", kind) == 2


@pytest.mark.parametrize("kind", PAGES)
async def test_everything_that_is_missing_is_named(desk: httpx.AsyncClient, kind: str) -> None:
    pages = PAGES[kind]
    form = await visit(desk, pages.href)
    empty = await form.send("_submit", [name for name, _ in form.values if name != "idempotency_key"])
    assert empty.status == 422
    required = {f"#{one.name}" for one in inputs_of(pages.new_form) if one.required}
    assert {href for href, _ in empty.problems()} == required


@pytest.mark.parametrize("kind", PAGES)
async def test_what_was_typed_wrong_is_kept(desk: httpx.AsyncClient, work: Work, kind: str) -> None:
    pages = PAGES[kind]
    typed = {one.name: "不对" for one in inputs_of(pages.new_form) if one.kind in ("figure", "day")}
    page = await (await visit(desk, pages.href)).send(**NEW[kind] | typed)
    if not typed:
        return
    assert {href for href, _ in page.problems()} == {f"#{name}" for name in typed}
    sent = NEW[kind] | typed
    assert {name: page.value(name) for name in sent} == sent
    assert not await work.conn.fetchval("select count(*) from audit_event where record_kind = $1", kind)


async def test_the_same_row_a_second_time_is_refused(desk: httpx.AsyncClient) -> None:
    crops = PAGES["crop"]
    await (await visit(desk, crops.href)).send(**NEW["crop"])
    again = await (await visit(desk, crops.href)).send(**NEW["crop"] | {"name": "白芝麻"})
    assert again.status == 409
    assert again.value("name") == "白芝麻"
    assert (await visit(desk, f"{crops.href}/sesame/edit")).value("name") == "芝麻"


async def test_a_change_of_what_somebody_else_changed_is_refused(desk: httpx.AsyncClient) -> None:
    crops = PAGES["crop"]
    await (await visit(desk, crops.href)).send(**NEW["crop"])
    first, second = [await visit(desk, f"{crops.href}/sesame/edit") for _ in range(2)]
    await first.send(name="甲")
    refused = await second.send(name="乙")
    assert refused.status == 412
    assert refused.value("name") == "乙"


async def test_a_list_longer_than_a_page_goes_on(desk: httpx.AsyncClient, work: Work) -> None:
    for number in range(60):
        name = f"示范作物 {number:02}"
        await factories.insert(work, "crop", crop_code=f"zz_{number:02}", name=name, **factories.BORN)
    crops = PAGES["crop"]
    first = await visit(desk, crops.href)
    following = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert following
    second = await visit(desk, following.group(1).replace("&amp;", "&"))
    assert "示范作物 59" in second.plain
    assert "示范作物 59" not in first.plain
    named = await visit(desk, f"{crops.href}?q=示范作物 59")
    assert "示范作物 59" in named.plain
    assert "示范作物 58" not in named.plain


@pytest.mark.parametrize("kind", [kind for kind, one in PAGES.items() if one.of.listed])
async def test_the_list_is_a_table_too(desk: httpx.AsyncClient, kind: str) -> None:
    """By REST as CSV, with Chinese headings, the key and the version."""
    pages = PAGES[kind]
    await (await visit(desk, pages.href)).send(**NEW[kind])
    path = f"/api/v1{pages.of.list_path}"
    rows = (await desk.get(path, params={"limit": 200})).json()["items"]
    answer = await desk.get(path, params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(table) == len(rows) > 0
    assert "版本" in table[0]
    for name, heading in pages.of.columns.items():
        assert [line[heading] for line in table] == [cell(row[name]) for row in rows], name
