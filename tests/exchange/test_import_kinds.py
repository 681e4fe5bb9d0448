"""Each kind of import that the interface names is stated by one feature."""

from typing import get_args

from registry.features import FEATURES, IMPORTS
from registry.kernel.imports import KindName


def test_each_named_kind_is_stated_by_one_feature() -> None:
    names = [kind.name for one in FEATURES for kind in one.imports]
    assert sorted(names) == sorted(get_args(KindName))
    assert len(IMPORTS) == len(names)
