"""What the rest of the product asks a kind of component. Each kind is a package beside this file."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms as typed on a page, base of each kind's own: every field may be empty."""

    @property
    def blank(self) -> bool:
        """Nothing is agreed in it yet."""
        raise NotImplementedError

    def missing(self, at: str) -> Iterator[Mistake]:
        """What it needs to be terms, pointers below `at`."""
        raise NotImplementedError

    def terms(self) -> Any:
        """The terms as a client sends them; None while something is missing."""
        raise NotImplementedError

    @property
    def renamed(self) -> Mapping[str, str]:
        """Pointers into terms() whose field has another name on the card, with that name."""
        return {}


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of component (domain.md 4). `terms` is its tagged Struct; the functions take its terms. What has
    a default is for kinds with a product and prices.

    mistakes(terms, pointer): what is wrong with stored terms.
    unregistered(terms, registered, pointer): products and grades that are not registered.
    stored / shown: terms as typed become terms as stored (prices per kg), and back.
    sentence(terms, grade names): one line of Chinese; brief(terms): a few characters of it.
    product(terms): the product the component is about, if any.
    card: its fields on the page, in `templates/contracts/kinds/<code>.html`; choices: labels it offers there;
    typed(terms, grades by product): stored terms as values of these fields.
    weighs: weigh tickets are priced by its terms.
    by_area: its gain counts per mu of the annex area.
    covers_crop: its area counts as contracted area of the crop.
    """

    code: str
    label: str
    terms: type[Struct]
    mistakes: Callable[[Any, str], list[Mistake]]
    sentence: Callable[[Any, Mapping[str, str]], str]
    brief: Callable[[Any], str]
    card: type[Card]
    typed: Callable[[Any, Mapping[str, Sequence[str]]], dict[str, str]]
    choices: Mapping[str, Mapping[str, str]] = {}
    unregistered: Callable[[Any, Registered, str], Iterable[Mistake]] = lambda *_: ()
    stored: Callable[[Any], Any] = lambda terms: terms
    shown: Callable[[Any], Any] = lambda terms: terms
    product: Callable[[Any], str | None] = lambda _: None
    usual_prices: Callable[[Any], Iterable[NamedPrice]] = lambda _: ()
    certain_price: Callable[[Any], CertainPrice] = lambda _: CertainPrice(price=None, least=False)
    weighs: bool = False
    by_area: bool = False
    covers_crop: bool = False
