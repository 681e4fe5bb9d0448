"""Counts the statements a piece of work sends, to show that it does not grow with the rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from registry.kernel.db.statements import On, connection_of


@contextmanager
def counted(on: On) -> Iterator[list[str]]:
    """The texts of all statements run on the connection inside the block."""
    seen: list[str] = []
    listener: Any = lambda record: seen.append(record.query)  # noqa: E731 - passed on as it is
    inner = cast("Any", connection_of(on))
    inner.add_query_logger(listener)
    try:
        yield seen
    finally:
        inner.remove_query_logger(listener)
