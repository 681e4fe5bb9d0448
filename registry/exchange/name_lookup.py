"""Resolves names to codes: villages of a division, crops, products, grades. Ambiguous names are mistakes."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from registry.divisions import service as divisions
from registry.exchange import queries
from registry.kernel.errors import Mistake
from registry.kernel.imports import VILLAGE_NAME, ImportKind
from registry.kernel.work import Work

_ENDING: Final = re.compile(r"(村民委员会|居民委员会|村委会|居委会|社区|村)+$")


class NameLookup(msgspec.Struct, frozen=True, kw_only=True):
    """The codes of names. `villages`: by name, several codes where the name is not unique."""

    villages: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Mapping[str, str]]
    default: str | None
    place: str

    def resolve(self, fields: dict[str, Any]) -> tuple[dict[str, Any], list[Mistake]]:
        """The fields with names replaced by codes, and the names that could not be resolved."""
        found = dict(fields)
        mistakes: list[Mistake] = []
        for field, names in self.codes.items():
            typed_name = str(found.get(field, "")).strip()
            found |= {field: names[typed_name]} if typed_name in names else {}
        name = str(found.pop(VILLAGE_NAME, "")).strip()
        if str(found.get(self.place, "")).strip():
            return found, mistakes
        if name:
            code, mistake = self._village(name)
            found |= {self.place: code} if code else {}
            mistakes += [mistake] if mistake else []
        elif self.default:
            found[self.place] = self.default
        return found, mistakes

    def _village(self, name: str) -> tuple[str | None, Mistake | None]:
        codes = self.villages.get(short(name), ())
        if len(codes) == 1:
            return codes[0], None
        message = (
            f"有 {len(codes)} 个村叫“{name}”（{'、'.join(codes)}），请填村代码"
            if codes
            else f"没有找到“{name}”这个村，请核对村名，或填村代码"
        )
        return None, Mistake(pointer=f"/{VILLAGE_NAME}", code="village.unknown", message=message)


def short(name: str) -> str:
    """A village's name without what kind of body it is: 挑水河村委会, 挑水河村 and 挑水河 are the same."""
    text = "".join(name.split())
    return _ENDING.sub("", text) or text


async def load_names(
    work: Work, kind: ImportKind, fields: Collection[str | None], division: str | None
) -> NameLookup:
    """Loads the names that the columns of a sheet need. NotFound for a division that does not exist."""
    villages: dict[str, tuple[str, ...]] = {}
    if VILLAGE_NAME in fields and division is not None:
        for one in await divisions.villages_of(work, division, work.act.today):
            key = short(one.name)
            villages[key] = (*villages.get(key, ()), one.division_code)
    elif division is not None:
        await divisions.places(work, division, work.act.today)
    codes: dict[str, Mapping[str, str]] = {}
    if "crop_code" in fields:
        codes["crop_code"] = _by_name(await queries.crop_names(work))
    if "product_code" in fields:
        codes["product_code"] = _by_name(await queries.product_names(work))
    if "grade_code" in fields:
        codes["grade_code"] = _by_name(await queries.grade_names(work))
    return NameLookup(villages=villages, codes=codes, default=kind.default_place(division), place=kind.place)


def _by_name(names: Iterable[queries.NamedCode]) -> dict[str, str]:
    return {one.name: one.code for one in names}
