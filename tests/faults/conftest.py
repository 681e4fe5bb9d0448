"""Data folders and processes of the fault tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """Below /tmp itself: pytest's own folders are closed to the user nobody."""
    made = Path(tempfile.mkdtemp(prefix="registry-fault-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)
