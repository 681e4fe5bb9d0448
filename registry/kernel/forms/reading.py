"""The state of one reading of a form or body: mistakes found so far, typed or JSON, and what a reader is."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from registry.kernel.errors import Mistake
from registry.kernel.forms.messages import mistake

MISTAKES_LISTED: Final = 1000
BAD: Final = object()
"""What a reader answers when the value is wrong; the mistake is already noted."""


class TooMany(Exception):
    """Raised by the reading itself once enough mistakes are listed."""


class Fraction(msgspec.Struct, frozen=True):
    """A JSON number with a fraction or exponent, kept as written so that no float is ever made of it."""

    written: str


class Reading:
    """The mistakes found so far in one input, and whether its values were typed (a form, CSV) or are JSON."""

    def __init__(self, *, text: bool) -> None:
        self.text = text
        self.mistakes: list[Mistake] = []

    def wrong(self, at: str, code: str, what: str, **figures: object) -> object:
        self.add(mistake(at, code, what, **figures))
        return BAD

    def add(self, one: Mistake) -> None:
        if len(self.mistakes) >= MISTAKES_LISTED:
            self.mistakes.append(mistake("", "more", limit=MISTAKES_LISTED))
            raise TooMany
        self.mistakes.append(one)


Reader: TypeAlias = Callable[[Any, str, Reading], object]
Extra: TypeAlias = Mapping[str, Any]
Builder: TypeAlias = Callable[[Any, Extra, str], Reader]
"""Makes the reader of one type from its msgspec description, its `Meta.extra` and the field's name."""
