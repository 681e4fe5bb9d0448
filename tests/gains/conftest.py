"""The recomputation is bound as in the running application."""

import pytest

from registry import app


@pytest.fixture(autouse=True)
def bound() -> None:
    app.bind()
