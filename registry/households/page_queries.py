"""Typed functions over sql/queries/household_pages.sql: what the pages of households offer to choose from."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct

from registry.kernel.db import sql, transactions
from registry.kernel.work import Work

Q = sql.queries("household_pages")


class VillageChoice(Struct, frozen=True, kw_only=True):
    """A village to choose, with its township."""

    division_code: str
    name: str
    township_code: str
    township_name: str


class TagChoice(Struct, frozen=True, kw_only=True):
    tag_code: str
    label: str


class Township(Struct, frozen=True, kw_only=True):
    """The villages of a township, as options of a select."""

    code: str
    name: str
    villages: Sequence[VillageChoice]


async def villages_to_offer(work: Work, day: date) -> list[Township]:
    """By township; those the caller may register in."""
    return _by_township(await transactions.many(work, VillageChoice, Q["villages_to_offer"], day))


async def villages_to_show(work: Work) -> list[Township]:
    """By township; those whose households the caller sees."""
    return _by_township(await transactions.many(work, VillageChoice, Q["villages_to_show"]))


def _by_township(found: Sequence[VillageChoice]) -> list[Township]:
    grouped = groupby(found, key=lambda one: (one.township_code, one.township_name))
    return [Township(code=code, name=name, villages=list(rows)) for (code, name), rows in grouped]


async def tags_to_offer(work: Work, day: date) -> list[tuple[str, str]]:
    found = await transactions.many(work, TagChoice, Q["tags_to_offer"], day)
    return [(one.tag_code, one.label) for one in found]


async def tag_labels(work: Work) -> dict[str, str]:
    return {one.tag_code: one.label for one in await transactions.many(work, TagChoice, Q["tag_labels"])}
