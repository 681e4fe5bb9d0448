"""The frame, the strictness of templates, and what the form macros keep and say."""

import re

import msgspec
import pytest
from jinja2 import UndefinedError

from registry.kernel.errors import Conflict, Invalid, Mistake, Warned, Warning_
from registry.kernel.forms.form_state import FormState, with_errors
from registry.kernel.http import assets, templates
from registry.kernel.http.templates import Frame, Link

MENU = (Link("今日", "/"), Link("合同", "/contracts"), Link("草稿", "/contracts/drafts"))
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    status: int = 404
    heading: str = "找不到"
    detail: str = "没有 <这个> 页面"
    messages: list[str] = []
    trace_id: str = "t-1"
    retry_after: int = 0


class Named(msgspec.Struct, frozen=True, kw_only=True):
    name: str = "示例户"


def of(source: str, **values: object) -> str:
    return templates.environment().from_string(source).render(**values)


def test_a_page_has_its_frame() -> None:
    frame = Frame(
        place="淅河镇", role="乡镇经办", menu=MENU, crumbs=(Link("淅河镇", "/d/1"),), path="/contracts/7"
    )
    page = templates.render("error.html", Context(), frame)
    assert '<html lang="zh-CN" class="govuk-template">' in page
    assert "<title>找不到 · 村企联结登记</title>" in page
    assert "没有 &lt;这个&gt; 页面" in page
    assert "淅河镇 · 乡镇经办" in page
    assert page.count("aria-current") == 1
    assert '<a href="/contracts" aria-current="page">' in page
    assert page.count("<h1>") == 1
    for name in ("app.css", "app.js", "favicon.svg"):
        assert assets.url(name) in page
    assert not INLINE.search(page)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "/"),
        ("/contracts", "/contracts"),
        ("/contracts/drafts/1", "/contracts/drafts"),
        ("/x", None),
    ],
)
def test_the_menu_marks_the_nearest_entry(path: str, current: str | None) -> None:
    frame = Frame(menu=MENU, path=path)
    marked = [link.href for link in frame.menu if frame.current(link.href)]
    assert marked == ([current] if current else [])


def test_a_page_may_belong_to_another_entry_than_its_path_says() -> None:
    frame = Frame(menu=MENU, path="/divisions/421303187000", section="/")
    assert [link.href for link in frame.menu if frame.current(link.href)] == ["/"]


def test_large_type_is_the_servers_choice_and_leads_back() -> None:
    page = templates.render("error.html", Context(), Frame(large=True, path="/a", query="b=1&c=2"))
    assert 'class="govuk-template large"' in page
    assert 'name="back" value="/a?b=1&amp;c=2"' in page
    assert "标准字" in page


def test_a_field_no_struct_has_is_a_mistake() -> None:
    with pytest.raises(AttributeError, match="Named has no field 'nmae'"):
        of("{% if row.nmae %}{% endif %}", row=Named())


def test_printing_a_missing_variable_is_a_mistake() -> None:
    with pytest.raises(UndefinedError):
        of("{{ missing }}")
    assert of("{% if missing %}x{% endif %}{{ plain.none }}", plain={}) == ""


FORM = """{% import "macros/form.html" as f %}{{ f.summary(form) }}{{ f.warnings(form) }}
{{ f.text(form, "annex-0-area_mu", "面积", hint="亩", kind="figure", suffix="亩") }}
{{ f.date(form, "signed_on", "日期") }}{{ f.textarea(form, "note", "说明") }}
{{ f.select(form, "product", "品种", [("a", "甲"), ("b", "乙")]) }}
{{ f.radios(form, "clause", "价格", [("fixed", "固定价"), ("floor", "保底价", "说明")]) }}
{{ f.checkbox(form, "agree", "已核对") }}{{ f.submit("保存", "secondary", "_go", "1") }}
<table><tr>{{ f.cell(form, "rows-0-kg", "毛重", "figure", part="gross", carry=true) }}
{{ f.cell_select(form, "rows-0-grade", "等级", [("1", "一等")]) }}
{{ f.cell_output("净重", "net") }}</tr></table>
{{ f.hidden("v", 3) }}{{ f.link_button("取消", "/") }}"""

FIELDS = ("annex-0-area_mu", "signed_on", "note", "product", "clause", "agree", "rows-0-kg", "rows-0-grade")


def test_fields_keep_what_was_typed_and_say_what_is_wrong() -> None:
    typed = dict(zip(FIELDS, ("1,0x", "明天", "多行\n说明", "b", "floor", "true", "9<", "1"), strict=True))
    mistakes = [Mistake(pointer="/" + n.replace("-", "/"), code="x", message=f"{n} 不对") for n in FIELDS]
    page = of(FORM, form=with_errors(typed, Invalid(mistakes)))
    assert f"请先改正下面 {len(FIELDS)} 处" in page
    for name in FIELDS:
        assert f'<a href="#{name}">{name} 不对</a>' in page
        assert f'id="{name}"' in page
        assert f'id="{name}-error"' in page
    assert 'value="1,0x"' in page
    assert 'value="9&lt;"' in page
    assert "多行\n说明</textarea>" in page
    assert re.search(r'<option value="b" selected', page)
    assert re.search(r'value="floor" checked', page)
    assert re.search(r'value="true" checked', page)
    assert not INLINE.search(page)


def test_an_untouched_form_has_no_summary() -> None:
    page = of(FORM, form=FormState(values={}))
    assert "error-summary" not in page
    assert "govuk-error-message" not in page


def test_warnings_ask_for_a_reason() -> None:
    warning = Warning_(code="area.high", pointer="/annex/0/area_mu", message="面积太大", rule="规则 1")
    page = of(FORM, form=with_errors({"overrides-0-reason": "新开的地"}, Warned([warning])))
    assert 'name="overrides-0-code" value="area.high"' in page
    assert 'name="overrides-0-pointer" value="/annex/0/area_mu"' in page
    assert 'value="新开的地"' in page


def test_an_error_of_no_field_leads_to_the_form() -> None:
    form = with_errors({}, Conflict("已被占用"))
    assert [(p.href, p.message) for p in form.problems()] == [("#form", "已被占用")]
    assert "请先改正下面 1 处" in of(FORM, form=form)


def test_tables_figures_and_charts_render() -> None:
    page = of(
        """{% import "macros/table.html" as t %}{% import "macros/figure.html" as g %}
        {% set columns = [("序号", "serial"), ("户", ""), ("金额", "num", "元")] %}
        {% call(row, n) t.table("农户", columns, rows, void="name") %}{{ t.serial(n) }}
        {{ t.head(row.name, "/h") }}{{ t.cell("金额", 1 | money, "num", note="估算") }}{% endcall %}
        {{ t.toolbar(links, 1200) }}{{ t.pager(1200, "/next", "/first", 50) }}
        {{ t.empty("没有。", links) }}{% call t.query("/q") %}x{% endcall %}
        {{ g.figures([("户数", 3, "户", "注")]) }}{{ g.tag("草稿", "quiet") }}
        {{ g.facts([("a", "b"), ("c", "d", "/e", "改")]) }}{{ g.steps(["一", "二"], 2) }}
        {{ g.unknown("缺价") }}{{ g.definition("口径", ["分子"]) }}{{ g.estimate() }}{{ g.gain(none) }}
        {% call g.notice("题", "warning") %}文{% endcall %}""",
        rows=[Named()],
        links=[Link("新增", "/new")],
    )
    assert "共 1,200 条，本页 50 条" in page
    assert 'class="void"' in page
    assert 'data-label="金额" class="num">1.00 <span class="estimate">估算</span>' in page
    assert not INLINE.search(page)
