"""The kinds of components there are. A further kind is a package of its own and one entry of `KINDS`; no
other module names a kind."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from registry.contracts.kinds.kind import Kind
from registry.contracts.kinds.order import pricing as delivery_pricing
from registry.contracts.kinds.order.kind import ORDER
from registry.contracts.kinds.order.terms import Ladder, OrderTerms

__all__ = ["Ladder", "delivery_pricing"]

Terms: TypeAlias = OrderTerms
"""Terms of any kind, told apart by their tag `kind`."""
DeliveryTerms: TypeAlias = OrderTerms
"""Terms of a kind that weighs: weigh tickets are priced by them, as `delivery_pricing` computes it."""

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


def sentence(terms: Terms, grade_names: Mapping[str, str] | None = None) -> str:
    """The terms in one line of Chinese."""
    return kind_of(terms).sentence(terms, grade_names or {})
