"""Loads the named statements of sql/queries. Holds no statement itself and builds none."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

_NAME = re.compile(r"^--[ \t]*name:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Statements(Mapping[str, str]):
    """The statements of one file by name; an unknown name is an error that names the file."""

    def __init__(self, origin: str, texts: dict[str, str]) -> None:
        self.origin = origin
        self._texts = texts

    def __getitem__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            raise KeyError(f"no statement {name!r} in {self.origin}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@cache
def folder() -> Path:
    """The sql folder: inside the installed package, else beside it in the checkout."""
    package = Path(str(files("registry")))
    packed = package / "_sql"
    return packed if packed.is_dir() else package.parent / "sql"


@cache
def features() -> frozenset[str]:
    """The names of the files of statements."""
    return frozenset(path.stem for path in (folder() / "queries").glob("*.sql"))


@cache
def queries(feature: str) -> Statements:
    """Every `-- name:` block of sql/queries/<feature>.sql; ValueError if misnamed, doubled or empty."""
    path = folder() / "queries" / f"{feature}.sql"
    return Statements(path.name, parse(path.read_text("utf-8"), path.name))


def parse(text: str, origin: str) -> dict[str, str]:
    """Cuts a file into named statements. The comment under the name stays part of the statement."""
    start, *parts = _NAME.split(text)
    if any(line.strip() and not line.lstrip().startswith("--") for line in start.splitlines()):
        raise ValueError(f"{origin}: text before the first '-- name:'")
    found: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        statement = body.strip().removesuffix(";").strip()
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{origin}: {name!r} is no statement name")
        if name in found:
            raise ValueError(f"{origin}: statement {name!r} stands twice")
        if all(line.lstrip().startswith("--") or not line.strip() for line in statement.splitlines()):
            raise ValueError(f"{origin}: statement {name!r} is empty")
        found[name] = statement
    return found
