"""What the rest of the product asks a kind of component. Each kind is a package beside this file."""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from registry.kernel.errors import Mistake
from registry.kernel.money import WeightUnit


class NamedPrice(Struct, frozen=True, kw_only=True):
    """A price that should resemble the usual one, in yuan per kg. at: its pointer below the terms."""

    at: str
    price: Decimal
    unit: WeightUnit


class CertainPrice(Struct, frozen=True, kw_only=True):
    """Yuan per kg that are certain on the day of signing, None if only the market decides. least: the market
    may bring more."""

    price: Decimal | None
    least: bool


class Registered(Struct, frozen=True, kw_only=True):
    """Products and (product, grade) pairs that are registered."""

    products: Collection[str]
    grades: Collection[tuple[str, str]]


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of component (domain.md 4). `terms` is its tagged Struct; the functions take its terms.

    mistakes(terms, pointer): what is wrong with stored terms.
    unregistered(terms, registered, pointer): products and grades that are not registered.
    stored / shown: terms as typed become terms as stored (prices per kg), and back.
    sentence(terms, grade names): one line of Chinese; brief(terms): a few characters of it.
    product(terms): the product the component is about, if any.
    weighs: weigh tickets are priced by its terms.
    by_area: its gain counts per mu of the annex area.
    covers_crop: its area counts as contracted area of the crop.
    """

    code: str
    label: str
    terms: type[Struct]
    mistakes: Callable[[Any, str], list[Mistake]]
    unregistered: Callable[[Any, Registered, str], Iterable[Mistake]]
    stored: Callable[[Any], Any]
    shown: Callable[[Any], Any]
    sentence: Callable[[Any, Mapping[str, str]], str]
    brief: Callable[[Any], str]
    product: Callable[[Any], str | None]
    usual_prices: Callable[[Any], Iterable[NamedPrice]]
    certain_price: Callable[[Any], CertainPrice]
    weighs: bool
    by_area: bool
    covers_crop: bool
