"""The differences between two images of a record, path by path, with personal data masked. Pure."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import msgspec

from registry.audit.model import PATHS, REST, Changes

Text: TypeAlias = str | None
Difference: TypeAlias = tuple[str, Text, Text]

# Numbers of an image keep their digits: 2.50 stays 2.50.
_objects = msgspec.json.Decoder(dict[str, msgspec.Raw], float_hook=str)
_values: Callable[[bytes | msgspec.Raw], Any] = msgspec.json.Decoder(float_hook=str).decode
_NOTHING: Final = msgspec.Raw(b"null")
# Names of persons, by the last segment of their path and the part of the record that contains them.
_NAMES: Final = {
    "name": ("members",),
    "signed_name": ("", "parties", "participants"),
    "operator": ("",),
}

# Words people write freely: a number copied there could never be removed from the trail.
_WORDS: Final = frozenset(
    {
        "bounds", "deduction_reason", "evidence", "filing_reason", "group_name", "item", "note", "reason",
        "relation", "source_text", "status_reason", "title", "void_reason",
    }
)  # fmt: skip
_NUMBER: Final = re.compile(r"[0-9０-９]{11,}[XxＸｘ]?|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}")


def compared(before: str | None, after: str | None) -> Changes:
    """The values that differ, masked; at most PATHS of them, then REST with the number of the others."""
    found: Changes = {}
    rest = 0
    for path, old, new in _between("", _raw(before), _raw(after)):
        if len(found) < PATHS:
            found[path] = [_masked(path, old), _masked(path, new)]
        else:
            rest += 1
    if rest:
        found[REST] = [None, str(rest)]
    return found


def hidden_name(name: str) -> str:
    """示例一 becomes 示**: the first character and how many follow."""
    return name[:1] + "*" * (len(name) - 1)


def _raw(text: str | None) -> msgspec.Raw:
    return _NOTHING if text is None else msgspec.Raw(text.encode())


def _between(path: str, before: msgspec.Raw, after: msgspec.Raw) -> Iterator[Difference]:
    """Two objects are decoded no further than they differ: the images of a record differ in few places."""
    if before == after:
        return
    if not (_is_object(before) and _is_object(after)):
        yield from _of_values(path, before, after)
        return
    old, new = _objects.decode(before), _objects.decode(after)
    for key in sorted(old.keys() | new.keys()):
        below = f"{path}/{key}" if path else key
        yield from _between(below, old.get(key, _NOTHING), new.get(key, _NOTHING))


def _is_object(value: msgspec.Raw) -> bool:
    return bytes(memoryview(value)[:1]) == b"{"


def _of_values(path: str, before: msgspec.Raw, after: msgspec.Raw) -> Iterator[Difference]:
    old, new = dict(_flat(path, _values(before))), dict(_flat(path, _values(after)))
    for at in sorted(old.keys() | new.keys()):
        if old.get(at) != new.get(at):
            yield at, old.get(at), new.get(at)


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every simple value with its path, none where there is nothing; items of a list by their position."""
    if value is None:
        return
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(f"{path}/{key}" if path else key, part)
    elif isinstance(value, list):
        if any(isinstance(item, dict | list) for item in value):
            for number, item in enumerate(value, 1):
                yield from _flat(f"{path}/{number}", item)
        elif value:
            yield path, "、".join(map(_plain, value))
    else:
        yield path, _plain(value)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _masked(path: str, value: Text) -> Text:
    if value is None:
        return None
    above, _, last = path.rpartition("/")
    parts = _NAMES.get(last)
    if parts and above.partition("/")[0] in parts:
        return hidden_name(value)
    return _NUMBER.sub(lambda found: "*" * len(found[0]), value) if last in _WORDS else value
