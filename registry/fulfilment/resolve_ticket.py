"""Resolves what a ticket names: contract, product, components, season, weights; or lists all mistakes.

Pure: the facts are in `Books`. The rows are made by `ticket_rows.py`, warnings are found
by `ticket_warnings.py`, storing is `deliveries.py`.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.contracts.kinds import DeliveryTerms, weighs
from registry.fulfilment import facts, weighing
from registry.fulfilment.books import Books
from registry.fulfilment.facts import ComponentRow, ContractRow
from registry.fulfilment.model import DeliveryIn
from registry.fulfilment.rows import Draft
from registry.fulfilment.ticket_rows import TicketFacts, compose
from registry.fulfilment.weighing import Weighed
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.text.formats import day as said
from registry.kernel.work import Act
from registry.reference.model import Season


def resolve(row: DeliveryIn, books: Books, act: Act) -> Draft:
    """The rows of a ticket. Invalid with every mistake, pointers relative to the ticket."""
    mistakes: list[Mistake] = []
    found = _find(row, books, act, mistakes)
    if found is None or mistakes:
        raise Invalid(mistakes)
    return compose(row, books, act, found)


def _find(row: DeliveryIn, books: Books, act: Act, mistakes: list[Mistake]) -> TicketFacts | None:
    if row.day > act.today:
        mistakes.append(Mistake("/day", "delivery.day_ahead", f"交售日期不能晚于今天（{said(act.today)}）"))
    contract = books.contracts.get(row.contract_id)
    if contract is None:
        mistakes.append(UNKNOWN_CONTRACT)
        return None
    wrong = facts.inactive(contract, row.day)
    if wrong or contract.buyer_id is None:
        mistakes.extend([wrong] if wrong else [])
        return None
    product_code = _product(row, contract, books, mistakes)
    if product_code is None:
        return None
    _grade(row, product_code, books, mistakes)
    components = _fulfilled(row, contract, product_code, books, mistakes)
    season = _season(row, contract, product_code, books, mistakes)
    terms = {c.component_id: facts.in_force(books.terms[c.component_id], row.day) for c in components}
    held = {key: value for key, value in terms.items() if value is not None}
    weighed = _weigh(row, components, held, mistakes)
    if not components or season is None or weighed is None or len(held) < len(components):
        return None
    return TicketFacts(
        contract=contract,
        buyer_id=contract.buyer_id,
        product_code=product_code,
        components=components,
        terms=held,
        season=season,
        weighed=weighed,
    )


UNKNOWN_CONTRACT = Mistake(
    "/contract_id", "contract.unknown", "没有找到这份合同，或者它不在您的管理范围内，请从合同列表中选取"
)


def _product(row: DeliveryIn, contract: ContractRow, books: Books, mistakes: list[Mistake]) -> str | None:
    """The product typed, or the contract's only one; it must be one of those the contract buys."""
    bought = [c.product_code for c in books.components[contract.contract_id] if weighs(c.kind)]
    known = sorted({code for code in bought if code is not None})
    if row.product_code in known:
        return row.product_code
    names = "、".join(books.product_names.get(code, code) for code in known)
    if not known:
        message = f"合同“{contract.title}”没有订单收购条款，不能登记交售"
        mistakes.append(Mistake("/contract_id", "contract.buys_nothing", message))
    elif row.product_code is not None:
        message = f"合同“{contract.title}”不收购这种产品，只收购：{names}"
        mistakes.append(Mistake("/product_code", "delivery.product_foreign", message))
    elif len(known) == 1:
        return known[0]
    else:
        mistakes.append(Mistake("/product_code", "required", f"请填产品，这份合同收购：{names}"))
    return None


def _grade(row: DeliveryIn, product_code: str, books: Books, mistakes: list[Mistake]) -> None:
    grades = {grade for product, grade in books.grades if product == product_code}
    if row.grade_code is not None and row.grade_code not in grades:
        known = f"，可填：{'、'.join(sorted(grades))}" if grades else "，这种产品没有登记等级，请留空"
        mistakes.append(Mistake("/grade_code", "delivery.grade_unknown", f"没有这个等级{known}"))


def _fulfilled(
    row: DeliveryIn, contract: ContractRow, product_code: str, books: Books, mistakes: list[Mistake]
) -> tuple[ComponentRow, ...]:
    """The components a ticket fulfils: every link of the chain, and of those that pay households the one in
    whose annex all deliverers are (domain.md 5)."""
    orders = [
        c for c in books.components[contract.contract_id] if weighs(c.kind) and c.product_code == product_code
    ]
    paying = [c for c in orders if c.pays_household]
    if row.organization_id is not None:
        if books.party(contract.contract_id, row.organization_id) is None:
            message = "交售组织不是这份合同的当事方，请从合同当事方中选取"
            mistakes.append(Mistake("/organization_id", "delivery.organization_foreign", message))
        if paying and not row.allocations:
            message = "统一过磅的磅单请分摊到户：填每户的重量"
            mistakes.append(Mistake("/allocations", "allocation.none", message))
    named = _named(row)
    if named and not paying:
        message = "这份合同没有付给农户的收购条款，请改填交售组织，不分摊到户"
        mistakes.append(Mistake(named[0][0], "delivery.no_household_component", message))
        return ()
    inside = [c for c in paying if all(_in_annex(c, one, row.day, books) for _, one in named)]
    if named and not inside:
        mistakes.extend(_foreign_households(row, paying, named, contract, books))
    return tuple(c for c in orders if not c.pays_household or c in inside)


def _named(row: DeliveryIn) -> list[tuple[str, UUID]]:
    """The households of a ticket with their pointers."""
    if row.household_id is not None:
        return [("/household_id", row.household_id)]
    shares = enumerate(row.allocations)
    return [(f"/allocations/{index}/household_id", one.household_id) for index, one in shares]


def _in_annex(component: ComponentRow, household_id: UUID, day: date, books: Books) -> bool:
    return facts.annex_on(books.annex[component.component_id, household_id], day) is not None


def _foreign_households(
    row: DeliveryIn,
    paying: Sequence[ComponentRow],
    named: Sequence[tuple[str, UUID]],
    contract: ContractRow,
    books: Books,
) -> list[Mistake]:
    """A mistake for each household that is unknown or in no annex, or one that no annex has them all."""
    found = []
    for pointer, household_id in named:
        if household_id not in books.households:
            found.append(Mistake(pointer, "household.unknown", UNKNOWN_HOUSEHOLD))
        elif not any(_in_annex(c, household_id, row.day, books) for c in paying):
            number = books.households[household_id].number
            message = (
                f"{number} 号户在{said(row.day)}不在合同“{contract.title}”的参与明细里，"
                "请先把这一户加入参与明细，或检查是否选错了户"
            )
            found.append(Mistake(pointer, "delivery.household_not_in_annex", message))
    apart = Mistake("/allocations", "allocation.apart", "这些户不在同一份参与明细里，请分开填磅单")
    return found or [apart]


UNKNOWN_HOUSEHOLD = "没有找到这一户，或者它不在您的管理范围内；请先登记农户，再加入合同的参与明细"


def _season(
    row: DeliveryIn, contract: ContractRow, product_code: str, books: Books, mistakes: list[Mistake]
) -> Season | None:
    """The season typed, which must be one of the product here, or that of the day."""
    name = books.product_names.get(product_code, product_code)
    chain = books.chain(contract.village_code)
    known = books.seasons[product_code]
    if row.season_id is None:
        season = facts.season_for(known, chain, row.day)
        message = f"{name}在{said(row.day)}之前没有登记产季，请先登记产季，或检查交售日期"
    else:
        season = next((s for s in known if s.season_id == row.season_id and s.division_code in chain), None)
        message = f"这个产季不是{name}在本地的产季，请从列表中选取"
    if season is None:
        mistakes.append(Mistake("/season_id", "delivery.season_unknown", message))
    elif season.starts_on > row.day:
        message = f"产季“{season.name}”从{said(season.starts_on)}才开始，请检查交售日期或产季"
        mistakes.append(Mistake("/season_id", "delivery.season_ahead", message))
    return season


def _weigh(
    row: DeliveryIn,
    components: Sequence[ComponentRow],
    terms: dict[UUID, DeliveryTerms],
    mistakes: list[Mistake],
) -> Weighed | None:
    """Weighed with the ladders of the component the household is paid by, else the first of the chain."""
    if len(terms) < len(components) or not components:
        return None
    deciding = next((c for c in components if c.pays_household), components[0])
    said_by = terms[deciding.component_id]
    try:
        weighed = weighing.weigh(row.ticket(), moisture=said_by.moisture, impurity=said_by.impurity)
        if row.allocations:
            weighing.allocate(weighed.net_kg, [one.declared_kg for one in row.allocations])
    except Invalid as refused:
        mistakes.extend(refused.mistakes)
        return None
    return weighed
