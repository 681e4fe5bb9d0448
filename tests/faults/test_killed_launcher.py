"""The product itself is killed: PostgreSQL goes with it, and its data folder starts again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from registry.kernel.db import embedded
from tests.faults.processes import address, alive, eventually, postmaster, registry

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's"),
]

# A launcher without the death signal that ends without stopping its server: what a crash of the kernel's
# promise would leave behind.
ORPHAN = """
import os, sys
from pathlib import Path
from registry.kernel.db import embedded, embedded_os
embedded_os.die_with_parent = lambda: None
server = embedded.Embedded(Path(sys.argv[1]), fast=True)
server.start()
print(server.pid, flush=True)
os._exit(1)
"""


def migrated(folder: Path) -> dict[str, str]:
    environment = {"REGISTRY_DATA_DIR": str(folder), "REGISTRY_PORT": "0"}
    process = registry(environment, "migrate")
    process.communicate(timeout=120)
    assert process.returncode == 0
    return environment


def test_a_killed_server_takes_postgresql_along_and_starts_again(folder: Path) -> None:
    environment = migrated(folder)
    for _ in range(2):
        process = registry(environment, "serve")
        url = address(process)
        assert httpx.get(f"{url}/readyz").status_code == 200
        postgres = postmaster(folder)
        process.kill()
        process.communicate()
        assert eventually(lambda pid=postgres: not alive(pid))  # type: ignore[misc]
        assert eventually(lambda at=url: refuses(at))  # type: ignore[misc]


def refuses(url: str) -> bool:
    try:
        httpx.get(f"{url}/healthz", timeout=1)
    except httpx.HTTPError:
        return True
    return False


def test_everything_killed_at_once_leaves_a_folder_that_starts(folder: Path) -> None:
    environment = migrated(folder)
    process = registry(environment, "serve")
    address(process)
    os.kill(postmaster(folder), signal.SIGKILL)
    process.kill()
    process.communicate()
    assert (folder / "pg" / "postmaster.pid").exists()
    process = registry(environment, "serve")
    assert httpx.get(f"{address(process)}/readyz").status_code == 200
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not (folder / "pg" / "postmaster.pid").exists()


def test_a_server_that_outlived_its_launcher_is_ended_by_the_next(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN, str(folder)], capture_output=True, text=True, check=False, timeout=60
    )
    orphan = int(done.stdout)
    assert alive(orphan)
    with embedded.running(folder, fast=True) as server:
        assert server.pid != orphan
        assert not alive(orphan)


def test_a_process_that_lost_its_parent_early_does_not_start(folder: Path) -> None:
    """If the launcher ends between fork and the request for a death signal, nobody would ever stop it."""
    code = """
import os
from registry.kernel.db import embedded_os
ask = embedded_os.die_with_parent()
embedded_os.os.getppid = lambda: 1
ask()
print("still here")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
