"""Groups of a village in the order in which people count them."""

from registry.summaries.flows import in_order


def test_groups_by_their_number() -> None:
    names = ["未分组农户", "十一组", "十组", "二十组", "三组", "一组", "二十三组", "东湾"]
    assert sorted(names, key=in_order) == [
        "一组",
        "三组",
        "十组",
        "十一组",
        "二十组",
        "二十三组",
        "东湾",
        "未分组农户",
    ]
