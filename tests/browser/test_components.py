"""The components in a real browser: no violation of the policy, phone width, keyboard, tables of inputs."""

import msgspec
import pytest
from jinja2 import ChoiceLoader, DictLoader
from playwright.sync_api import Page

from registry.kernel.errors import Mistake
from registry.kernel.forms.form_state import FormState
from registry.kernel.http import templates
from registry.kernel.http.templates import Frame, Link
from tests.browser.conftest import Shop

pytestmark = pytest.mark.browser

SOURCE = """{% extends "base.html" %}{% import "macros/form.html" as f %}{% import "macros/table.html" as t %}
{% block before %}{{ f.summary(form) }}{% endblock %}{% block heading %}过磅{% endblock %}
{% block content %}
{% set columns = [("序号", "serial"), ("农户", ""), ("净重", "num", "公斤"), ("备注", "minor")] %}
{% call(name, n) t.table("过磅单", columns, names) %}{{ t.serial(n) }}{{ t.head(name, "/h") }}
{{ t.cell("净重（公斤）", "1,500.00", "num") }}{{ t.cell("备注", "晒干", "minor") }}{% endcall %}
<form id="form" method="post">{{ f.text(form, "place", "地点") }}{{ f.date(form, "day", "日期") }}
<table class="table table--cards grid-table" data-grid><tbody>{% for i in range(3) %}<tr>
{{ f.cell(form, "rows-%d-gross" % i, "毛重", "figure", part="gross") }}
{{ f.cell(form, "rows-%d-tare" % i, "皮重", "figure", part="tare") }}{{ f.cell_output("净重", "net") }}
{{ f.cell(form, "rows-%d-price" % i, "单价", "figure", part="price", carry=true) }}
{{ f.cell_output("金额", "amount") }}</tr>{% endfor %}</tbody>
<tfoot><tr><th>合计</th><td data-total="net"></td><td data-total="amount"></td></tr></tfoot></table>
{{ f.submit("登记这些过磅单") }}</form>{% endblock %}"""

WRONG = (Mistake(pointer="/day", code="required", message="日期没有填，请补上"),)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    form: FormState = FormState()
    names: tuple[str, ...] = ("示例户 03-017", "示例户 03-018")


def html(context: Context, *, large: bool = False) -> str:
    environment = templates.environment().overlay()
    environment.loader = ChoiceLoader(
        [DictLoader({"page.html": SOURCE}), templates.environment().loader or DictLoader({})]
    )
    frame = Frame(
        place="淅河镇",
        role="乡镇经办",
        menu=(Link("今日", "/"), Link("过磅", "/page")),
        path="/page",
        large=large,
    )
    return environment.get_template("page.html").render(msgspec.structs.asdict(context), frame=frame)


def figures(page: Page) -> list[str]:
    return page.locator("output").all_text_contents() + page.locator("[data-total]").all_text_contents()


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen_and_targets_can_be_hit(shop: Shop, width: int, large: bool) -> None:
    page = shop.look(html(Context(), large=large), width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    sizes = (
        "[...document.querySelectorAll('button, input:not([type=hidden]), nav a')].map(e => e.offsetHeight)"
    )
    assert min(page.evaluate(sizes)) >= 44
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.table')).fontSize)")
    assert size == pytest.approx(17 * (1.25 if large else 1))


def test_rows_are_cards_on_a_phone(shop: Shop) -> None:
    page = shop.look(html(Context()), 360)
    cells = page.locator("table").first.locator("tbody tr").first.locator("td, th")
    assert [cell.is_visible() for cell in cells.all()] == [False, True, True, False]
    label = "getComputedStyle(document.querySelector('td.num'), '::before').content"
    assert page.evaluate(label) == '"净重（公斤）"'


def test_the_error_summary_takes_the_focus_and_leads_to_its_field(shop: Shop) -> None:
    page = shop.look(html(Context(form=FormState(values={"place": "村口"}, mistakes=WRONG))))
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.get_by_role("link", name="日期没有填，请补上").click()
    assert page.evaluate("document.activeElement.id") == "day"
    assert page.input_value("#place") == "村口"


def test_weigh_tickets_by_keyboard(shop: Shop) -> None:
    page = shop.look(html(Context()))
    page.fill("#rows-0-gross", "１，６００.5")
    page.fill("#rows-0-tare", "100.25")
    page.fill("#rows-0-price", "4")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "rows-1-price"
    assert page.input_value("#rows-1-price") == "4"
    assert figures(page) == ["1,500.25", "6,001.00", "—", "—", "—", "—", "1,500.25", "6,001.00"]
    page.fill("#rows-1-gross", "what")
    assert figures(page)[2] == "—"


def test_a_block_pastes_into_the_table(shop: Shop) -> None:
    page = shop.look(html(Context()))
    page.evaluate(
        """() => {
          const options = { bubbles: true, cancelable: true, clipboardData: new DataTransfer() };
          options.clipboardData.setData("text/plain", "10\\t1\\t2\\n20\\t2\\t3\\n");
          const field = document.getElementById("rows-1-gross");
          field.dispatchEvent(new ClipboardEvent("paste", options));
        }"""
    )
    assert figures(page) == ["—", "—", "9.00", "18.00", "18.00", "54.00", "27.00", "72.00"]
