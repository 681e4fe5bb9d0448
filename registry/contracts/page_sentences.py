"""A contract in sentences for its check page: who pays whom for what, and what the plan comes to in words."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from registry.contracts.facts import ContractFacts
from registry.contracts.inputs import ROLE_NAMES
from registry.contracts.kinds import kind_of
from registry.contracts.model import METHOD_NAMES, ComponentRow
from registry.contracts.views import Annex, ComponentView, ContractView
from registry.kernel import money


class Flow(Struct, frozen=True, kw_only=True):
    """A component: who pays whom, the price in a sentence, what the plan comes to (yuan; None: not known).
    `least`: it is the least, because the market may be higher."""

    number: int
    who: str
    product_name: str
    sentence: str
    households: int
    area_mu: Decimal
    planned_kg: Decimal
    without_planned: int
    amount: Decimal | None
    least: bool
    pays_households: bool


class ContractText(Struct, frozen=True, kw_only=True):
    """The flows, and how many lines are compared in which way."""

    flows: Sequence[Flow]
    methods: Sequence[tuple[str, int]]


def contract_text(view: ContractView, facts: ContractFacts) -> ContractText:
    """The contract in sentences."""
    names: dict[str, list[str]] = {}
    for party in view.parties:
        names.setdefault(party.role, []).append(party.signed_name)
    rows = {one.component_id: one for one in facts.components}
    lines = [row for row in facts.lines if not row.withdrawn]
    counts = [(name, sum(row.method == method for row in lines)) for method, name in METHOD_NAMES.items()]
    counts.append(("还没有选对比方法", sum(row.method is None for row in lines)))
    return ContractText(
        flows=[_flow(one, rows[one.component_id], view, names) for one in view.components],
        methods=[(name, count) for name, count in counts if count],
    )


def _flow(one: ComponentView, row: ComponentRow, view: ContractView, names: dict[str, list[str]]) -> Flow:
    annex = one.annex or _passed_on(one, view)
    planned = annex.planned_kg if annex and annex.planned_kg is not None else Decimal("0.00")
    certain = kind_of(row.terms).certain_price(row.terms)
    price = certain.price
    return Flow(
        number=one.number,
        who=f"{_who(one.payer_role, names)}付给{_who(one.payee_role, names)}",
        product_name=one.product_name or "",
        sentence=one.sentence,
        households=annex.households if annex else 0,
        area_mu=(annex.area_mu if annex else None) or Decimal("0.00"),
        planned_kg=planned,
        without_planned=annex.without_planned if annex else 0,
        amount=money.yuan(planned * price) if price is not None and planned else None,
        least=certain.least,
        pays_households=one.payee_role == "household",
    )


def _passed_on(one: ComponentView, view: ContractView) -> Annex | None:
    """What households plan of a product that goes on from one party to the next."""
    fitting = [other.annex for other in view.components if other.product_code == one.product_code]
    return next((annex for annex in fitting if annex is not None), None)


def _who(role: str, names: dict[str, list[str]]) -> str:
    """收购方（示范品源现代农业）."""
    known = names.get(role)
    return f"{ROLE_NAMES.get(role, role)}（{'、'.join(known)}）" if known else ROLE_NAMES.get(role, role)
