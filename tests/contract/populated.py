"""One row in every village's table, and copies of all of them in further villages, made by the superuser."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.kernel.db import Conn, Identity
from tests import deals, factories
from tests.deals import Deal
from tests.factories import (
    BORN,
    COUNTY,
    CREATED,
    DRIED,
    RECORDED,
    RICE,
    SIBLING,
    STRANGER,
    VILLAGE,
    World,
    insert,
    placed,
)

FAR = "421321100200"  # in another county
VILLAGES = (VILLAGE, SIBLING, STRANGER, FAR)
PLACE = placed(VILLAGE)
VERSIONED = PLACE | BORN
# Columns that lead to another row of the same village: their values differ from copy to copy.
OWN_KEYS = """
select distinct a.attname::text as name
from pg_constraint as k
join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
join pg_class as c on c.oid = k.conrelid and c.relnamespace = 'public'::regnamespace
where k.contype = 'p' and a.atttypid = 'uuid'::regtype
  and exists (select from pg_attribute as v where v.attrelid = c.oid and v.attname = 'village_code')
"""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """A connection of the application; the village's tables with their columns; rows to add again."""

    conn: Conn
    owner: Conn
    tables: dict[str, list[str]]
    divisions: list[str]
    rows: dict[tuple[str, str], str]
    partner: Identity


async def populate(conn: Conn) -> Deal:
    """Fills every table of the village; its only contract."""
    world = await factories.world(conn)
    deal = await deals.deal(conn, world)
    household = await factories.household(conn)
    await _household(conn, world, household)
    await _happenings(conn, deal, household)
    await _gains(conn, deal, household)
    await _personal(conn, deal, household)
    await _of_divisions(conn, world)
    return deal


async def _household(conn: Conn, world: World, household: UUID) -> None:
    of, parcel, share = {"household_id": household}, uuid4(), uuid4()
    await factories.headcount(conn, household)
    standard = {"label": "示例", "valid_from": date(2020, 1, 1), "source_text": "示例"}
    await insert(conn, "tag", tag_code="example", **BORN | standard)
    await insert(
        conn,
        "household_tag",
        household_tag_id=uuid4(),
        tag_code="example",
        valid_from=date(2021, 1, 1),
        source="api",
        **PLACE | RECORDED | of,
    )
    await insert(conn, "parcel", parcel_id=parcel, code="D-1", area_mu="2.0000", **VERSIONED)
    await insert(conn, "parcel_holder", parcel_id=parcel, **PLACE | CREATED | of)
    money: dict[str, Any] = {"amount": "5000.00", "source_text": "示例"}
    await insert(conn, "household_income", year=2022, **VERSIONED | of | money)
    grown = {"crop_code": RICE, "area_mu": "1.00", "cash_income": "900.00", "evidence": "示例"}
    await insert(conn, "own_history", year=2022, **VERSIONED | of | grown)
    membership = await factories.membership(conn, household, world.enterprise)
    held = {"kind": "contribution", "form": "cash", "amount": "100", "valid_from": date(2021, 1, 1)}
    await insert(
        conn, "membership_share", membership_share_id=share, membership_id=membership, **VERSIONED | held
    )
    named = {"record_kind": "household", "system": "示例", "value": "1", "record_id": household}
    await insert(conn, "external_id", **PLACE | CREATED | named)
    said = {"record_kind": "household", "record_id": household, "code": "example", "severity": "note"}
    await insert(conn, "finding", finding_id=uuid4(), pointer="", message="示例。", **PLACE | CREATED | said)


async def _happenings(conn: Conn, deal: Deal, household: UUID) -> None:
    land = await factories.land_use(conn, household, deal.season)
    line = await deals.participant(conn, deal, household, land_use_id=land)
    delivery = await deals.delivery(conn, deal, household)
    contract = {"contract_id": deal.contract}
    of = {"household_id": household, "participant_id": line, "season_id": deal.season}
    day: dict[str, Any] = {"day": date(2022, 8, 20), "amount": "20.00"}
    row = await conn.fetchval("select reference_return_id from reference_return")
    pin = {"crop_code": RICE, "reference_return_id": row, "reason": "示例"}
    await insert(conn, "reference_pin", reference_pin_id=uuid4(), **PLACE | RECORDED | contract | pin)
    weights: dict[str, Any] = {"declared_kg": "1000", "net_kg": "1000", "household_id": household}
    share = PLACE | CREATED | contract | weights
    await insert(conn, "allocation", allocation_id=uuid4(), delivery_id=delivery, **share)
    await insert(conn, "entry", entry_id=uuid4(), kind="fee", **VERSIONED | contract | of | day)
    cost = {"cost_class": "hired_labour", "item": "示例"}
    await insert(conn, "cost_record", cost_record_id=uuid4(), **VERSIONED | of | day | cost)
    done = {"participant_id": line, "season_id": deal.season, "cost_class": "hired_labour", "complete": True}
    await insert(conn, "cost_completion", **VERSIONED | done)
    sold = {"product_code": DRIED, "net_kg": "10"}
    await insert(conn, "own_sale", own_sale_id=uuid4(), **VERSIONED | of | day | sold)


async def _gains(conn: Conn, deal: Deal, household: UUID) -> None:
    line = uuid4()
    days = {name: date(2022, 4, 1) for name in ("period_from", "period_to", "recognised_on")}
    keys = {"household_id": household, "contract_id": deal.contract, "component_id": deal.component}
    participant = await conn.fetchval("select participant_id from participant")
    said: dict[str, Any] = {"line_key": "x", "kind": "order", "year": 2022, "state": "incomplete"}
    said |= {"missing": ["delivery"], "labour_missing": [], "delivered_kg": "0", "reference_rows": []}
    said |= {"planning": False, "formula_version": "1", "participant_id": participant}
    await insert(conn, "gain_line", gain_line_id=line, **PLACE | RECORDED | days | keys | said)
    part = {"position": 1, "part": "own_sale", "income_class": "business", "basis": "cash", "amount": "0"}
    part |= {"rule": "x", "source_text": "x", "inputs": []}
    await insert(conn, "gain_part", gain_part_id=uuid4(), gain_line_id=line, **PLACE | part)
    base = {"household_id": household, "year": 2022, "basis": "unknown", "source_text": "x"}
    await insert(
        conn,
        "gain_baseline",
        gain_baseline_id=uuid4(),
        recorded_at=RECORDED["recorded_at"],
        **PLACE | base,
    )


async def _personal(conn: Conn, deal: Deal, household: UUID) -> None:
    """Contents that nobody could decrypt: policies look at the place only."""
    person = await conn.fetchval("select person_id from person where household_id = $1", household)
    sealed = {"ciphertext": "\\x00", "key_version": 1, "mask": "138****0000"}
    found = {"lookup": "\\x01", "tail": "\\x02", "household_id": household, "person_id": person}
    await insert(conn, "person_identifier", kind="phone", **VERSIONED | sealed | found)
    contact: dict[str, Any] = {"organization_id": deal.buyer, "name": "示例联系人", "kind": "phone"}
    contact["valid_from"] = date(2022, 1, 1)
    await insert(
        conn, "organization_contact", organization_contact_id=uuid4(), **VERSIONED | sealed | contact
    )
    given: dict[str, Any] = {"person_id": person, "household_id": household, "receiver_id": deal.buyer}
    given |= {"fields": ["gains"], "purpose": "示例", "given_on": date(2022, 1, 1)}
    await insert(conn, "consent", consent_id=uuid4(), until=date(2030, 1, 1), **VERSIONED | given)


async def _of_divisions(conn: Conn, world: World) -> None:
    at: dict[str, Any] = {"division_code": COUNTY, "source_text": "示例"}
    await factories.market_price(conn)
    await insert(conn, "division_statistic", year=2022, households=1, **BORN | at)
    await insert(conn, "price_index", kind="rural_cpi", year=2022, value="101.0", **BORN | at)
    await insert(conn, "planted_area", crop_code=RICE, year=2022, area_mu="10", **BORN | at)
    owns = {"owner_id": world.collective, "owned_id": world.enterprise, "percent": "10"}
    day = date(2021, 1, 1)
    await insert(conn, "ownership", ownership_id=uuid4(), division_code=COUNTY, valid_from=day, **BORN | owns)
    read = dict.fromkeys(("rows_read", "rows_created", "rows_updated", "rows_unchanged"), 0)
    await insert(
        conn, "import_batch", import_batch_id=uuid4(), division_code=COUNTY, kind="x", **CREATED | read
    )
    term = {"starts_on": day, "ends_on": day, "division_last": "421303999999", "terms": {"components": []}}
    await insert(
        conn,
        "framework",
        framework_id=uuid4(),
        division_code=COUNTY,
        name="示例框架",
        buyer_id=world.enterprise,
        **BORN | term,
    )


async def copy(conn: Conn, table: str, columns: list[str], village: str, salt: str) -> None:
    """VILLAGE's rows of a table once more, in another village or under other ids. For the superuser only.

    The caller turns foreign keys off: copies of one salt lead to each other whatever their order.
    """
    own = {row["name"] for row in await conn.fetch(OWN_KEYS)} | {"adjusts"}
    given = {"county_code": "left($1, 6)", "village_code": "$1", "value": f"'{salt}'"}
    values = [
        given.get(name) or (f"md5({name}::text || '{salt}')::uuid" if name in own else name)
        for name in columns
    ]
    statement = f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} from {table}"
    await conn.execute(f"{statement} where village_code = '{VILLAGE}' and $1::text is not null", village)
