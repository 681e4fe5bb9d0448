"""The kinds of components there are. A further kind is a package of its own, an entry of `KINDS` and of
the unions of terms below. Gains have a module and an entry of their own for each kind (`gains/kinds/`)."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from registry.contracts.kinds.kind import Kind
from registry.contracts.kinds.order import pricing as delivery_pricing
from registry.contracts.kinds.order.form import OrderCard
from registry.contracts.kinds.order.kind import ORDER
from registry.contracts.kinds.order.terms import Ladder, OrderTerms
from registry.kernel.errors import Mistake

__all__ = ["Ladder", "delivery_pricing"]

Terms: TypeAlias = OrderTerms
"""Terms of any kind, told apart by their tag `kind`."""
DeliveryTerms: TypeAlias = OrderTerms
"""Terms of a kind that weighs: weigh tickets are priced by them, as `delivery_pricing` computes it."""
CardTerms: TypeAlias = OrderCard
"""Terms of any kind as typed on a page."""

KINDS: Final[Mapping[str, Kind]] = {kind.code: kind for kind in (ORDER,)}


def kind_of(terms: Terms) -> Kind:
    """The kind of a component's terms."""
    tag = terms.__struct_config__.tag
    return KINDS[str(tag)]


def label(code: str) -> str:
    """The Chinese name of a kind; its code for one that is not registered yet."""
    return KINDS[code].label if code in KINDS else code


def weighs(code: str) -> bool:
    """Whether weigh tickets are priced by terms of this kind."""
    return code in KINDS and KINDS[code].weighs


def stored(terms: Terms) -> Terms:
    """Terms as they are kept; `shown` turns them back into what was typed."""
    made: Terms = kind_of(terms).stored(terms)
    return made


def shown(terms: Terms) -> Terms:
    """Stored terms as a client sent them and may send them back."""
    made: Terms = kind_of(terms).shown(terms)
    return made


def product(terms: Terms) -> str | None:
    """The code of the product they are about; None for a kind without one."""
    return kind_of(terms).product(terms)


def mistakes(terms: Terms, at: str) -> Iterator[Mistake]:
    """What is wrong with stored terms, pointers below `at`."""
    yield from kind_of(terms).mistakes(terms, at)


def sentence(terms: Terms, grade_names: Mapping[str, str] | None = None) -> str:
    """The terms in one line of Chinese."""
    return kind_of(terms).sentence(terms, grade_names or {})
