"""Pages of lists ordered by codes, years and days; those ordered by an id are `web.cut` and `web.after`."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from registry.kernel.errors import Invalid
from registry.kernel.forms.messages import mistake
from registry.kernel.http.web import Page

T = TypeVar("T")
K = TypeVar("K", bound=tuple[Any, ...])


def after_keys(cursor: str | None, kind: type[K]) -> K | None:
    """Sort keys of the last row already seen, e.g. of type tuple[str, int]; None before the first.

    Invalid for a text that is no cursor of this list.
    """
    if not cursor:
        return None
    try:
        keys: K = msgspec.json.decode(base64.urlsafe_b64decode(cursor.encode("ascii")), type=kind)
    except (msgspec.MsgspecError, binascii.Error, ValueError) as fault:
        raise Invalid([mistake("/cursor", "cursor")]) from fault
    if any(isinstance(key, str) and "\x00" in key for key in keys):
        raise Invalid([mistake("/cursor", "cursor")])
    return keys


def cut_keys(rows: Sequence[T], limit: int, keys: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """The first `limit` of the rows (fetched with limit + 1) and a cursor if more follow."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return Page(items=shown)
    text = msgspec.json.encode(keys(shown[-1]))
    return Page(items=shown, next_cursor=base64.urlsafe_b64encode(text).decode())
