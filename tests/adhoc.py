"""Runs a statement that a test writes itself the way the product runs its own."""

from typing import Any, TypeVar
from unittest import mock

import msgspec

from registry.kernel.db import sql
from registry.kernel.db.statements import On, Statement

R = TypeVar("R", bound=msgspec.Struct)
T = TypeVar("T")


def statement(text: str, *kinds: Any) -> Statement[...]:
    """The text as a statement with arguments of these types."""
    with mock.patch.object(sql, "queries", return_value={"adhoc": text}):
        return Statement("adhoc", "adhoc", kinds)


def _of(text: str, args: tuple[object, ...]) -> Statement[...]:
    return statement(text, *(object for _ in args))


async def one(on: On, row: type[R], text: str, *args: object) -> R:
    return await _of(text, args).one(row)(on, *args)


async def maybe(on: On, row: type[R], text: str, *args: object) -> R | None:
    return await _of(text, args).maybe(row)(on, *args)


async def many(on: On, row: type[R], text: str, *args: object) -> list[R]:
    return await _of(text, args).many(row)(on, *args)


async def value(on: On, kind: type[T], text: str, *args: object) -> T:
    return await _of(text, args).value(kind)(on, *args)


async def run(on: On, text: str, *args: object) -> int:
    return await _of(text, args).run()(on, *args)
