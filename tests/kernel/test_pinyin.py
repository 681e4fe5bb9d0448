"""How a name is found by pinyin: initials, full spelling, every reading, surnames first."""

import pytest

from registry.kernel.text.pinyin import search_key, search_term


@pytest.mark.parametrize(
    ("name", "first", "also"),
    [
        ("曾小明", "zxm", ["cxm", "zengxiaoming", "cengxiaoming"]),
        ("单田", "st", ["shantian", "dantian"]),
        ("仇和", "qh", ["qiuhe", "chouhe"]),
        ("查良", "zl", ["zhaliang", "chaliang"]),
        ("单于一", "cyy", ["chanyuyi"]),
        ("示例户吕", "slhl", ["shilihulv"]),
        ("A1公司", "a1gs", ["a1gongsi"]),
    ],
)
def test_surname_reading_first_and_all_others_kept(name: str, first: str, also: list[str]) -> None:
    keys = search_key(name).split(" ")
    assert keys[0] == first
    assert set(also) <= set(keys)


def test_long_texts_keep_the_reading_of_their_words_and_single_deviations() -> None:
    keys = search_key("示范重庆长乐银行行会行长协会").split(" ")
    assert "shifanchongqingchanglexinghang" not in keys
    assert len(keys) < 80
    assert any("chongqing" in key for key in keys)
    assert any("zhongqing" in key for key in keys)


def test_marks_and_spaces_are_left_out() -> None:
    assert search_key("（示例）户 一") == search_key("示例户一")
    assert search_key("！ ，") == ""
    assert search_key("") == ""


def test_a_character_without_reading_is_kept() -> None:
    assert search_key("𠀋a").split(" ")[0].endswith("a")


@pytest.mark.parametrize(("typed", "folded"), [("ZXM", "zxm"), ("lü yi", "lvyi"), ("曾", ""), (" - ", "")])
def test_a_typed_term_is_folded_like_the_keys(typed: str, folded: str) -> None:
    assert search_term(typed) == folded
