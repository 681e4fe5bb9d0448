"""Two images of a record become the values that differ, exact and masked."""

import json

from registry.audit.differences import compared, hidden_name
from registry.audit.model import PATHS, REST


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_numbers_keep_their_digits() -> None:
    assert compared('{"a": 2.50, "b": 3, "c": 1.10}', '{"a": 2.500, "b": 3, "c": 1.1}') == {
        "a": ["2.50", "2.500"],
        "c": ["1.10", "1.1"],
    }
    huge = compared('{"a": 123456789012345678901.12}', '{"a": 0.1}')
    assert huge == {"a": ["123456789012345678901.12", "0.1"]}


def test_parts_are_matched_by_their_id_and_lists_of_words_as_one_value() -> None:
    before = text({"members": {"x": {"relation": "子"}, "y": {"relation": "母"}}, "crops": ["rice", "wheat"]})
    after = text({"members": {"x": {"relation": "女"}, "z": {"is_head": False}}, "crops": ["rice"]})
    assert compared(before, after) == {
        "members/x/relation": ["子", "女"],
        "members/y/relation": ["母", None],
        "members/z/is_head": [None, "false"],
        "crops": ["rice、wheat", "rice"],
    }


def test_steps_of_terms_are_matched_by_position() -> None:
    before = text({"terms": {"steps": [{"price": 1}, {"price": 2}]}})
    after = text({"terms": {"steps": [{"price": 1}, {"price": 3}, {"price": 4}]}})
    assert compared(before, after) == {"terms/steps/2/price": ["2", "3"], "terms/steps/3/price": [None, "4"]}


def test_nothing_and_no_field_are_the_same() -> None:
    assert compared('{"a": null, "b": {}, "c": []}', "{}") == {}
    assert compared(None, None) == {}
    assert compared('{"a": {"b": 1}}', '{"a": null}') == {"a/b": ["1", None]}


def test_names_of_persons_are_masked_and_other_names_are_not() -> None:
    before = text({"name": "示范合作社", "operator": "示例甲", "members": {"x": {"name": "示例一"}}})
    after = text({"name": "示范公司", "operator": "示例乙", "members": {"x": {"name": "示例二"}}})
    assert compared(before, after) == {
        "name": ["示范合作社", "示范公司"],
        "operator": ["示**", "示**"],
        "members/x/name": ["示**", "示**"],
    }
    assert [hidden_name(name) for name in ("示", "示例", "")] == ["示", "示*", ""]


def test_numbers_in_free_words_are_masked() -> None:
    said = {
        "note": "电话13800005678，2022-10-13 2022-10-14 联系",
        "bounds": "421303199001011285、138 0000 5678",
    }
    assert compared(None, text(said | {"number": "42130318723600012"})) == {
        "note": [None, "电话***********，2022-10-13 2022-10-14 联系"],
        "bounds": [None, "******************、*************"],
        "number": [None, "42130318723600012"],
    }


def test_what_is_too_much_is_counted() -> None:
    told = compared(None, text({f"field_{number}": number for number in range(PATHS + 7)}))
    assert len(told) == PATHS + 1
    assert told[REST] == [None, "7"]
