"""Components as typed on a page: one card each, whatever its kind, made a component of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from registry.contracts.inputs import ROLE_NAMES, ComponentIn, Number, PayeeRole, Role
from registry.contracts.kinds import CardTerms, kind_of
from registry.contracts.model import ComponentRow
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.forms.pointers import Pointers
from registry.kernel.types import RowNumber


class ComponentForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card. `number`: that of a component already saved, by which it keeps its annex."""

    row: RowNumber
    number: Number | None = None
    payer_role: Annotated[Role, Meta(title="付款方")] | None = None
    payee_role: PayeeRole | None = None
    remove: Annotated[bool, Meta(title="删去")] = False
    terms: CardTerms

    @property
    def at(self) -> str:
        return f"/components/{self.row}"

    def missing(self) -> Iterator[Mistake]:
        """What the card needs to be a component."""
        if self.payer_role is None:
            yield Mistake(f"{self.at}/payer_role", "required", "请选谁付款")
        if self.payee_role is None:
            yield Mistake(f"{self.at}/payee_role", "required", "请选谁收款")
        yield from self.terms.missing(f"{self.at}/terms")
        if self.payee_role is not None and self.payer_role == self.payee_role:
            message = f"付款方和收款方都是“{ROLE_NAMES[self.payee_role]}”，请改其中一个"
            yield Mistake(f"{self.at}/payee_role", "component.same_role", message)


def component(form: ComponentForm) -> ComponentIn | None:
    """The card as a component; None while something is missing."""
    terms = form.terms.terms()
    if terms is None or form.payer_role is None or form.payee_role is None:
        return None
    return fill(ComponentIn, form, payer_role=form.payer_role, payee_role=form.payee_role, terms=terms)


def pointers(forms: Sequence[ComponentForm]) -> Pointers:
    """The page field of each part of the components made of these cards, in order."""
    places: dict[str, str] = {}
    for index, form in enumerate(forms):
        places[f"/components/{index}"] = form.at
        for sent, shown in form.terms.renamed.items():
            places[f"/components/{index}/terms{sent}"] = f"{form.at}/terms{shown}"
    return Pointers(places)


def typed(components: Sequence[ComponentRow], grades: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Stored components as field names and values, card by card. `grades`: codes of each product's grades."""
    values: dict[str, str] = {}
    for index, one in enumerate(components):
        at = f"components-{index}"
        values |= {
            f"{at}-number": str(one.number),
            f"{at}-payer_role": one.payer_role,
            f"{at}-payee_role": one.payee_role,
        }
        found = kind_of(one.terms).typed(one.terms, grades)
        values |= {f"{at}-terms-{name}": value for name, value in found.items()}
    return values
