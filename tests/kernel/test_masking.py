"""Secrets under a pad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.crypto.masking import mask, unmask


@given(st.text(max_size=100))
def test_a_secret_comes_back(secret: str) -> None:
    assert unmask(mask(secret)) == secret.encode()


def test_the_same_secret_looks_different_each_time() -> None:
    seen = {mask("a" * 64) for _ in range(100)}
    assert len(seen) == 100
    assert {len(one) for one in seen} == {256}


@pytest.mark.parametrize("sent", ["", "a", "zz", "密钥", "ａａ", "abcdef", "\x00"])
def test_what_is_no_masked_secret_is_nothing(sent: str) -> None:
    assert unmask(sent) == b""
