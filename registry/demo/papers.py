"""The rows of contracts: what was signed, by whom, in which state it and its filing are. And one draft."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from registry.contracts.model import ContractRow, FrameworkComponent, FrameworkRow, FrameworkTerms, Status
from registry.contracts.write_queries import NewComponent, NewParty, NewTerms, NewVersion
from registry.demo.deals import Deal, deal
from registry.demo.deterministic import ACTOR, at, chance, created_on, draw, fixed_id
from registry.demo.goods import GOODS
from registry.demo.organizations import Organizations, Party
from registry.demo.places import TIAOSHUIHE, TOWNSHIP, Village
from registry.demo.rows import Rows

FRAMEWORK_SIGNED: Final = date(2022, 2, 20)
AUTHORITY: Final = "示范淅河镇人民政府"


def add_papers(rows: Rows, deals: Sequence[Deal], made: Organizations) -> None:
    """The signed contracts with parties, components, terms and version 1; their framework."""
    framework = _framework(made.enterprises["pinyuan"])
    rows.frameworks.append(framework)
    numbers: Counter[tuple[str, int]] = Counter()
    for one in deals:
        year = one.years[0]
        numbers[one.good.buyer, year] += 1
        number = f"{one.good.buyer_short}〔{year}〕{numbers[one.good.buyer, year]:03d} 号"
        under = framework.framework_id if one.good.product == "chili_fresh" else None
        rows.contracts.append(_contract(one, number, under))
        rows.versions.append(_version(one))
        _add_parts(rows, one, made)


def add_draft(rows: Rows, villages: Sequence[Village], made: Organizations) -> None:
    """A contract that is still being written: no dates, no number, no annex yet."""
    village = next(village for village in villages if village.code == TIAOSHUIHE)
    one = deal(village, GOODS["chili_dried"], (2024,), made, share=0, part=0)
    open_fields: dict[str, Any] = dict.fromkeys(
        [
            *("number", "number_year", "signed_on", "starts_on", "ends_on", "completed_on", "terminated_on"),
            *("status_reason", "filing_number", "filed_on", "filing_authority", "filing_reason"),
        ]
    )
    title = f"{village.stem}干辣椒订单收购合同"
    rows.contracts.append(
        replace(_contract(one, "", None), **open_fields, title=title, status="draft", filing_state="missing")
    )
    _add_parts(rows, one, made)
    rows.terms[-1] = replace(rows.terms[-1], effective_on=None)


def _contract(one: Deal, number: str, framework_id: UUID | None) -> ContractRow:
    status = _status(one)
    done = date(one.years[-1], 12, draw(5, 24, "completed", one.key))
    return ContractRow(
        **created_on(one.signed_on),
        **one.village.place,
        **_filing(one),
        contract_id=one.contract_id,
        framework_id=framework_id,
        title=f"{one.village.stem} {'—'.join(map(str, one.years))} 年{one.good.title}",
        number=number,
        number_year=one.years[0],
        buyer_id=one.buyer.organization_id,
        status=status,
        signed_on=one.signed_on,
        starts_on=one.signed_on,
        ends_on=one.ends_on,
        completed_on=done if status == "completed" else None,
        terminated_on=one.last if status == "terminated" else None,
        cancelled_on=None,
        status_reason="示例：连续阴雨，双方协商提前终止" if status == "terminated" else None,
        note=None,
    )


def _status(one: Deal) -> Status:
    if one.last < one.ends_on:
        return "terminated"
    return "signed" if not one.is_chain and chance(120, "not completed", one.key) else "completed"


def _filing(one: Deal) -> Mapping[str, Any]:
    """Filing is a state of its own: most are filed, some are still to be, one in twenty was sent back."""
    empty = dict.fromkeys(("filing_number", "filed_on", "filing_authority", "filing_reason"))
    chosen = draw(0, 99, "filing", one.key)
    if chosen < 75 or one.is_chain:
        filed_on = one.signed_on + timedelta(days=draw(5, 25, "filed on", one.key))
        number = f"淅备〔{filed_on.year}〕{draw(1, 999, 'filing number', one.key)} 号"
        filed = {"filing_number": number, "filed_on": filed_on, "filing_authority": AUTHORITY}
        return {**empty, "filing_state": "filed", **filed}
    if chosen < 85:
        return {**empty, "filing_state": "submitted"}
    if chosen < 90:
        return {**empty, "filing_state": "returned", "filing_reason": "示例：附件农户签名不全，请补齐"}
    return {**empty, "filing_state": "missing"}


def _version(one: Deal) -> NewVersion:
    return NewVersion(
        **one.village.place,
        contract_id=one.contract_id,
        version_no=1,
        effective_on=one.signed_on,
        signed_on=one.signed_on,
        reason=None,
        recorded_at=at(one.signed_on),
        created_by=ACTOR,
    )


def _add_parts(rows: Rows, one: Deal, made: Organizations) -> None:
    common: dict[str, Any] = {**one.village.place, "contract_id": one.contract_id, "created_by": ACTOR}
    moment = at(one.signed_on)
    rows.parties += _parties(one, made, common)
    for flow in one.components:
        rows.components.append(
            NewComponent(
                **common,
                component_id=flow.component_id,
                number=flow.number,
                kind="order",
                payer_role=flow.payer_role,
                payee_role=flow.payee_role,
                product_code=one.good.product,
                created_at=moment,
            )
        )
        rows.terms.append(
            NewTerms(
                **common,
                component_id=flow.component_id,
                version_no=1,
                terms=flow.terms,
                effective_on=one.signed_on,
                recorded_at=moment,
            )
        )


def _parties(one: Deal, made: Organizations, common: Mapping[str, Any]) -> Iterator[NewParty]:
    """The enterprise buys, the collective organises, a cooperative stands in for the supply."""
    parties = [("buyer", one.buyer), ("organiser", one.organiser)]
    if one.village.code in made.cooperatives:
        parties.append(("guarantor", made.cooperatives[one.village.code]))
    for position, (role, party) in enumerate(parties):
        yield NewParty(
            **common,
            party_id=fixed_id(one.signed_on, "party", one.key, role),
            role=role,
            organization_id=party.organization_id,
            household_id=None,
            person_id=None,
            signed_name=party.name,
            position=position,
            created_at=at(one.signed_on),
        )


def _framework(buyer: Party) -> FrameworkRow:
    """The enterprise's agreement over the villages of the township; their chili contracts belong to it."""
    terms = GOODS["chili_fresh"].terms(TOWNSHIP)
    component = FrameworkComponent(number=1, payer_role="buyer", payee_role="household", terms=terms)
    return FrameworkRow(
        **created_on(FRAMEWORK_SIGNED),
        framework_id=fixed_id(FRAMEWORK_SIGNED, "framework"),
        division_code=TOWNSHIP,
        division_last=TOWNSHIP[:9] + "999",
        name="示范品源朝天椒产业合作框架协议",
        number="示品框〔2022〕1 号",
        buyer_id=buyer.organization_id,
        buyer_name=buyer.name,
        signed_on=FRAMEWORK_SIGNED,
        starts_on=FRAMEWORK_SIGNED,
        ends_on=date(2023, 12, 31),
        terms=FrameworkTerms(components=[component]),
    )
