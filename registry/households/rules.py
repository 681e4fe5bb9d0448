"""Rules of a household that need stored facts: is there such a village, such a tag. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from registry.households.model import KnownTag, PlaceRow
from registry.kernel.errors import Mistake


def village_mistakes(code: str, day: date, places: Mapping[str, PlaceRow]) -> Iterator[Mistake]:
    """A root record needs a village that exists on its day, where the caller may register.

    An unknown village and one outside the scope answer the same.
    """
    place = places.get(code)
    if place is None or not place.writable:
        yield _mistake("village.unknown", f"没有代码为 {code} 的村，或它不在您的管理范围内，请核对")
    elif place.level != "village":
        yield _mistake("village.level", f"{place.name}（{code}）不是村级区划，请填村代码")
    elif day < place.valid_from or (place.valid_to is not None and day > place.valid_to):
        until = f" 至 {place.valid_to}" if place.valid_to else " 起"
        yield _mistake(
            "village.dates", f"{place.name}只在 {place.valid_from}{until}有效，与登记日期 {day} 不符"
        )


def tag_mistakes(known: Iterable[KnownTag], wanted: Iterable[tuple[str, str, date]]) -> Iterator[Mistake]:
    """Tags (pointer, code, first day) that are not in the code list, or not on that day."""
    by_code = {tag.tag_code: tag for tag in known}
    for pointer, code, day in wanted:
        tag = by_code.get(code)
        if tag is None:
            told = (
                f"没有“{code}”这个标签，可用的有：{'、'.join(t.label for t in by_code.values()) or '（无）'}"
            )
            yield Mistake(pointer=pointer, code="tag.unknown", message=told)
        elif day < tag.valid_from or (tag.valid_to is not None and day > tag.valid_to):
            told = f"标签“{tag.label}”在 {day} 不适用，请核对日期"
            yield Mistake(pointer=pointer, code="tag.dates", message=told)


def _mistake(code: str, message: str) -> Mistake:
    return Mistake(pointer="/village_code", code=code, message=message)
