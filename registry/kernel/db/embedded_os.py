"""What the embedded PostgreSQL needs of the operating system: another user, a death signal, process ids."""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

_PR_SET_PDEATHSIG = 1


class Child(TypedDict, total=False):
    """Arguments of subprocess.Popen."""

    user: int
    group: int
    extra_groups: list[int]


def child() -> Child:
    """PostgreSQL refuses to run as root: its processes then belong to nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Makes a folder the property of whom child() names."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def closed_parent(path: Path) -> Path | None:
    """The first folder above that the user of child() cannot pass through, or None."""
    if os.geteuid() != 0:
        return None
    above = reversed((path, *path.parents))
    return next((part for part in above if part.exists() and not part.stat().st_mode & 0o001), None)


def die_with_parent() -> Callable[[], None] | None:
    """To be run last in the child: it gets a signal to shut down when the thread that started it ends."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent:  # it died before the request was made
            os._exit(1)

    return ask


def serves(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL working in this folder, not another one with a reused id."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve(strict=True)
    except OSError:
        return False
