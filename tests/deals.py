"""Factories of contracts and of what happened under them; the registers they stand on are factories.py's."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.kernel.db.statements import On, connection_of
from tests.factories import BORN, CREATED, DRIED, RECORDED, VILLAGE, World, insert, placed

FIXED_6_YUAN = {"kind": "order", "product_code": DRIED, "price": {"clause": "fixed", "price": "6.0000"}}


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed order contract of an enterprise with the households of its annex."""

    contract: UUID
    component: UUID
    buyer: UUID
    season: UUID
    village: str


async def contract(on: On, village: str = VILLAGE, **columns: Any) -> UUID:
    """Signed, for the season of 2022."""
    key = uuid4()
    standard = {
        "title": "示例订单合同",
        "status": "signed",
        "signed_on": date(2022, 3, 1),
        "starts_on": date(2022, 3, 1),
        "ends_on": date(2022, 12, 31),
        "filing_state": "missing",
    }
    await insert(on, "contract", contract_id=key, **placed(village) | BORN | standard | columns)
    return key


async def party(on: On, contract_id: UUID, role: str, village: str = VILLAGE, **columns: Any) -> UUID:
    key = uuid4()
    standard = {"contract_id": contract_id, "role": role, "signed_name": "示范当事方", "position": 0}
    await insert(on, "party", party_id=key, **placed(village) | CREATED | standard | columns)
    return key


async def component(
    on: On, contract_id: UUID, village: str = VILLAGE, *, terms: Any = None, **columns: Any
) -> UUID:
    """With version 1 of its terms: buyer pays household 6 yuan per kg."""
    key = uuid4()
    standard = {
        "contract_id": contract_id,
        "number": 1,
        "kind": "order",
        "payer_role": "buyer",
        "payee_role": "household",
        "product_code": DRIED,
    }
    await insert(on, "component", component_id=key, **placed(village) | CREATED | standard | columns)
    await insert(
        on,
        "component_terms",
        component_id=key,
        contract_id=contract_id,
        version_no=1,
        terms=terms or FIXED_6_YUAN,
        effective_on=date(2022, 3, 1),
        **placed(village) | RECORDED,
    )
    return key


async def deal(on: On, world: World, village: str = VILLAGE, *, terms: Any = None) -> Deal:
    """A signed contract with its buyer, one component and version 1; no participants yet."""
    key = await contract(on, village, buyer_id=world.enterprise)
    await insert(
        on,
        "contract_version",
        contract_id=key,
        version_no=1,
        effective_on=date(2022, 3, 1),
        signed_on=date(2022, 3, 1),
        **placed(village) | RECORDED,
    )
    await party(on, key, "buyer", village, organization_id=world.enterprise)
    return Deal(
        contract=key,
        component=await component(on, key, village, terms=terms),
        buyer=world.enterprise,
        season=world.season,
        village=village,
    )


async def participant(
    on: On, deal: Deal, household_id: UUID, *, land_use_id: UUID | None = None, **version: Any
) -> UUID:
    """An annex line of one mu; keyword arguments are columns of its version 1."""
    key, place = uuid4(), placed(deal.village)
    await insert(
        on,
        "participant",
        participant_id=key,
        contract_id=deal.contract,
        component_id=deal.component,
        household_id=household_id,
        signed_name="示例户",
        line_no=1,
        source="api",
        **place | CREATED,
    )
    standard = {
        "participant_version_id": uuid4(),
        "contract_id": deal.contract,
        "participant_id": key,
        "version_no": 1,
        "effective_on": date(2022, 3, 1),
        "area_mu": "1.00",
        "method": "replaced_crop",
        "withdrawn": False,
    }
    await insert(on, "participant_version", **place | RECORDED | standard | version)
    if land_use_id is not None:
        await insert(
            on, "participant_land_use", participant_id=key, land_use_id=land_use_id, **place | CREATED
        )
    return key


async def periods(on: On) -> None:
    """Keeps what lines that a test wrote itself come to by period, as a recomputation does."""
    await connection_of(on).execute("delete from household_period")
    await connection_of(on).execute("insert into household_period select * from household_period_of_lines")


async def delivery(on: On, deal: Deal, household_id: UUID | None, **columns: Any) -> UUID:
    """1,000 kg at 6 yuan, weighed on 20 August 2022."""
    key, place = uuid4(), placed(deal.village)
    price = columns.pop("unit_price", "6.0000")
    amount = columns.pop("amount", "6000.00")
    standard = {
        "contract_id": deal.contract,
        "season_id": deal.season,
        "product_code": DRIED,
        "day": date(2022, 8, 20),
        "buyer_id": deal.buyer,
        "ticket_year": 2022,
        "household_id": household_id,
        "typed_unit": "kg",
        "gross": "1010.00",
        "tare": "10.00",
        "deduction_percent": "0",
        "deduction_weight": "0",
        "net_kg": "1000.00",
    }
    await insert(on, "delivery", delivery_id=key, **place | BORN | standard | columns)
    await insert(
        on,
        "delivery_price",
        delivery_id=key,
        component_id=deal.component,
        contract_id=deal.contract,
        unit_price=price,
        amount=amount,
        missing=None if amount is not None else "market_price",
        updated_at=columns.get("updated_at", BORN["updated_at"]),
        updated_by="operator",
        **place,
    )
    return key
