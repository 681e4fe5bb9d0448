"""What differs between two images of a record, path by path, with what is personal masked. Pure."""

from collections.abc import Iterator
from typing import Final, TypeAlias

import msgspec

from registry.audit.model import PATHS, REST, Changes

Text: TypeAlias = str | None
Difference: TypeAlias = tuple[str, Text, Text]

# Numbers of an image keep their digits: 2.50 stays 2.50.
_objects = msgspec.json.Decoder(dict[str, msgspec.Raw], float_hook=str)
_lists = msgspec.json.Decoder(list[msgspec.Raw], float_hook=str)
_values = msgspec.json.Decoder(float_hook=str)
# Names of persons, by the last name of their path and the part of the record they stand in.
_NAMES: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("members", "name"),
        ("parties", "signed_name"),
        ("participants", "signed_name"),
        ("", "signed_name"),
        ("", "person_name"),
        ("", "operator"),
    }
)


def compared(before: str | None, after: str | None) -> Changes:
    """The values that differ, masked; at most PATHS of them, then REST with the number of the others."""
    found: Changes = {}
    rest = 0
    for path, old, new in _differences("", _bytes(before), _bytes(after)):
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


def _bytes(text: str | None) -> bytes:
    return text.encode() if text is not None else b"null"


def _differences(path: str, before: bytes | msgspec.Raw, after: bytes | msgspec.Raw) -> Iterator[Difference]:
    """Only what differs is decoded further: images of the same record differ in few places."""
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None and new is None:
        texts = _text(before), _text(after)
        if texts[0] != texts[1]:
            yield path, *texts
        return
    if old is None and _text(before) is not None:
        yield path, _text(before), None
    if new is None and _text(after) is not None:
        yield path, None, _text(after)
    nothing = msgspec.Raw(b"null")
    old, new = old or {}, new or {}
    for key in sorted(old.keys() | new.keys()):
        below = f"{path}/{key}" if path else key
        yield from _differences(below, old.get(key, nothing), new.get(key, nothing))


def _parts(value: bytes | msgspec.Raw) -> dict[str, msgspec.Raw] | None:
    """What an object or a list of objects holds, a list by position; None for a simple value."""
    head = bytes(memoryview(value)[:2])
    if head[:1] == b"{":
        return _objects.decode(value)
    if head in (b"[{", b"[["):
        return {str(number): item for number, item in enumerate(_lists.decode(value), 1)}
    return None


def _text(value: bytes | msgspec.Raw) -> Text:
    """A simple value in the words it is stored in; a list of such in one text; None for neither."""
    found = _values.decode(value)
    if isinstance(found, list):
        return "、".join(map(_plain, found)) or None
    if found is None or isinstance(found, dict):
        return None
    return _plain(found)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _masked(path: str, value: Text) -> Text:
    if value is None:
        return None
    names = path.split("/")
    part = names[0] if len(names) > 1 else ""
    return hidden_name(value) if (part, names[-1]) in _NAMES else value
