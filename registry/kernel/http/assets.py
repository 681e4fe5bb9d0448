"""Where the css, js and templates are, and which hashed name an asset has. Serving them is static.py."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

PREFIX = "/static"
# without a charset: the framework adds it to every text
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
ENCODINGS: Mapping[str, str] = {"br": ".br", "gzip": ".gz"}


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the asset build wrote: the digest of its sources, and the hashed name of each file."""

    sources: str
    files: dict[str, str]


class Served(msgspec.Struct, frozen=True, kw_only=True):
    body: bytes
    media_type: str
    encoding: str | None


def packed(name: str) -> Path:
    """A folder the wheel carries as registry/_<name>; in a checkout the one beside the package."""
    package = Path(str(files("registry")))
    inside = package / f"_{name}"
    return inside if inside.is_dir() else package.parent / name


def folder() -> Path:
    return Path(str(files("registry"))) / "_assets"


@cache
def manifest() -> Manifest:
    """FileNotFoundError, with what to do, if the assets were not built."""
    path = folder() / "manifest.json"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run `make assets` or `pip install .`")
    return msgspec.json.decode(path.read_bytes(), type=Manifest)


def url(name: str) -> str:
    """The address of an asset by its plain name: "app.css" → "/static/app.3f2a….css". KeyError if unknown."""
    return f"{PREFIX}/{manifest().files[name]}"


def find(hashed: str, accepted: str = "") -> Served | None:
    """A built file by its hashed name, packed as Accept-Encoding `accepted` allows; None if unknown."""
    if hashed not in manifest().files.values():
        return None
    media_type = MEDIA_TYPES[Path(hashed).suffix]
    for encoding, ending in ENCODINGS.items():
        if takes(accepted, encoding):
            return Served(body=_read(hashed + ending), media_type=media_type, encoding=encoding)
    return Served(body=_read(hashed), media_type=media_type, encoding=None)


def takes(accepted: str, encoding: str) -> bool:
    """Whether Accept-Encoding `accepted` names the encoding and does not refuse it (q=0)."""
    for offer in accepted.lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() == encoding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@cache
def _read(name: str) -> bytes:
    # a handful of small files, read once: their names come from the manifest, never from a request
    return (folder() / name).read_bytes()
