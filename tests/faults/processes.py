"""Starts the product as a user would, and watches what is left of it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def registry(environment: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    """A command in a process of its own; without DATABASE_URL it uses the embedded server."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "REGISTRY_"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "registry", *words],
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def address(process: "subprocess.Popen[str]") -> str:
    """The first address the process prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://[0-9.:]+", line):
            return found[0]
    raise AssertionError(f"no address; the process ended with {process.wait()}")


def postmaster(folder: Path) -> int:
    """The process id of the server on a data folder."""
    return int((folder / "pg" / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])


def alive(pid: int) -> bool:
    """Whether the process still runs (one that ended but was not collected does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
