"""Typed functions over sql/queries/household_pages.sql: what the pages of households offer to choose from."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct

from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("household_pages")


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


_villages_to_offer = q("villages_to_offer", date).many(VillageChoice)


async def villages_to_offer(work: Work, day: date) -> list[Township]:
    """By township; those the caller may register in."""
    return _by_township(await _villages_to_offer(work, day))


_villages_to_show = q("villages_to_show").many(VillageChoice)


async def villages_to_show(work: Work) -> list[Township]:
    """By township; those whose households the caller sees."""
    return _by_township(await _villages_to_show(work))


def _by_township(found: Sequence[VillageChoice]) -> list[Township]:
    grouped = groupby(found, key=lambda one: (one.township_code, one.township_name))
    return [Township(code=code, name=name, villages=list(rows)) for (code, name), rows in grouped]


_tags_to_offer = q("tags_to_offer", date).many(TagChoice)


async def tags_to_offer(work: Work, day: date) -> list[tuple[str, str]]:
    found = await _tags_to_offer(work, day)
    return [(one.tag_code, one.label) for one in found]


_tag_labels = q("tag_labels").many(TagChoice)


async def tag_labels(work: Work) -> dict[str, str]:
    return {one.tag_code: one.label for one in await _tag_labels(work)}
