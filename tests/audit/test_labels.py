"""What was done, in the words of the people who read it."""

import pytest

from registry.audit import labels
from registry.audit.model import KINDS, REST, Changes

ID = "0190a0a8-7d10-7000-8000-00000000ab3f"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("group_name", "村民小组"),
        (f"members/{ID}/name", "家庭成员 · #ab3f · 名称"),
        ("headcounts/2022-01-05/resident", "人口数 · 2022-01-05 · 常住人口"),
        ("components/1/terms/1/price/clause", "条款 · 1 · 条款内容 · 1 · 价格 · 定价方式"),
        (f"pins/{ID} chili", "指定的参照数据 · #ab3f chili"),
        (REST, "其余"),
    ],
)
def test_fields_are_described_in_words(path: str, said: str) -> None:
    titles = {"group_name": "村民小组", "members": "家庭成员", "resident": "常住人口"}
    assert labels.field(path, titles) == said


@pytest.mark.parametrize(
    ("kind", "changes", "reason", "said"),
    [
        ("household", {"a": [None, "1"]}, None, "登记"),
        ("household", {"a": ["1", None]}, None, "删除"),
        ("household", {"a": ["1", "2"], "b": [None, "1"]}, None, "修改"),
        ("person_identifier", {"phone": ["138****5678", "138****5678"]}, "核对", "查看"),
        ("session", {"login": [None, "signed_in"]}, None, "登录"),
    ],
)
def test_changes_are_described_in_words(kind: str, changes: Changes, reason: str | None, said: str) -> None:
    assert labels.action(kind, changes, reason) == said


def test_every_kind_has_a_name() -> None:
    assert [name for name in (*KINDS, *labels.ACTIONS) if labels.kind(name) == name] == []


def test_values_are_described_in_words() -> None:
    assert [labels.shown(value) for value in (None, "", "true", "false", "1.50", ID)] == [
        "—", "—", "是", "否", "1.50", "#ab3f",
    ]  # fmt: skip
