"""One row in every village's table, and copies of all of them in further villages, made by the superuser."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.kernel.db.statements import On, connection_of
from registry.kernel.db.transactions import Conn, Identity
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
from tests.serving import NOW, VAULT

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
  and a.attname <> 'season_id'
"""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the superuser sees it. key: of its text. last: end of a framework's range of divisions."""

    key: str
    content: str
    place: str
    last: str = ""
    contract: UUID | None = None
    actor: str = ""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """A connection of the application and one of the superuser; the protected tables, their columns and rows.

    rights: what the application may do with each table. exact: foreign keys are off, so that a row goes
    whatever leads to it.
    """

    conn: Conn
    admin: Conn
    tables: dict[str, list[str]]
    rights: dict[str, list[str]]
    held: dict[str, list[Held]]
    partner: Identity
    exact: bool = False

    def of_village(self, village: str) -> dict[str, Any]:
        """Table and the columns of one of its rows in the village: of the partner's contract, if any."""
        rows = {
            table: min(
                (row for row in held if row.place == village and "village_code" in self.tables[table]),
                key=lambda row: row.contract not in self.partner.read.contracts,
                default=None,
            )
            for table, held in self.held.items()
        }
        return {table: msgspec.json.decode(row.content) for table, row in rows.items() if row}


async def held(on: On, table: str) -> list[Held]:
    """The rows of a table. For the superuser only."""
    found = []
    for record in await connection_of(on).fetch(
        f"select md5(t::text) as key, to_jsonb(t)::text as row from {table} as t"
    ):
        row = msgspec.json.decode(record["row"])
        found.append(
            Held(
                key=record["key"],
                content=record["row"],
                place=row.get("village_code") or row.get("division_code") or row["county_code"],
                last=row.get("division_last") or "",
                contract=UUID(row["contract_id"]) if row.get("contract_id") else None,
                actor=row.get("actor") or "",
            )
        )
    return found


async def populate(on: On) -> Deal:
    """Fills every table of the village; its only contract."""
    world = await factories.world(on)
    deal = await deals.deal(on, world)
    household = await factories.household(on)
    await _household(on, world, household)
    await _happenings(on, deal, household)
    await _gains(on, deal, household)
    await _personal(on, deal, household)
    await _of_divisions(on, world)
    return deal


async def _household(on: On, world: World, household: UUID) -> None:
    of, parcel, share = {"household_id": household}, uuid4(), uuid4()
    await factories.headcount(on, household)
    standard = {"label": "示例", "valid_from": date(2020, 1, 1), "source_text": "示例"}
    await insert(on, "tag", tag_code="example", **BORN | standard)
    await insert(
        on,
        "household_tag",
        household_tag_id=uuid4(),
        tag_code="example",
        valid_from=date(2021, 1, 1),
        source="api",
        **PLACE | RECORDED | of,
    )
    await insert(on, "parcel", parcel_id=parcel, code="D-1", area_mu="2.0000", **VERSIONED)
    await insert(on, "parcel_holder", parcel_id=parcel, **PLACE | CREATED | of)
    money: dict[str, Any] = {"amount": "5000.00", "source_text": "示例"}
    await insert(on, "household_income", year=2022, **VERSIONED | of | money)
    grown = {"crop_code": RICE, "area_mu": "1.00", "cash_income": "900.00", "evidence": "示例"}
    await insert(on, "own_history", year=2022, **VERSIONED | of | grown)
    membership = await factories.membership(on, household, world.enterprise)
    held = {"kind": "contribution", "form": "cash", "amount": "100", "valid_from": date(2021, 1, 1)}
    await insert(
        on, "membership_share", membership_share_id=share, membership_id=membership, **VERSIONED | held
    )
    named = {"record_kind": "household", "system": "示例", "value": "1", "record_id": household}
    await insert(on, "external_id", **PLACE | CREATED | named)
    said = {"record_kind": "household", "record_id": household, "code": "example", "severity": "note"}
    await insert(on, "finding", finding_id=uuid4(), pointer="", message="示例。", **PLACE | CREATED | said)


async def _happenings(on: On, deal: Deal, household: UUID) -> None:
    land = await factories.land_use(on, household, deal.season)
    line = await deals.participant(on, deal, household, land_use_id=land)
    delivery = await deals.delivery(on, deal, household)
    contract = {"contract_id": deal.contract}
    of = {"household_id": household, "participant_id": line, "season_id": deal.season}
    day: dict[str, Any] = {"day": date(2022, 8, 20), "amount": "20.00"}
    row = await connection_of(on).fetchval("select reference_return_id from reference_return")
    pin = {"crop_code": RICE, "reference_return_id": row, "reason": "示例"}
    await insert(on, "reference_pin", reference_pin_id=uuid4(), **PLACE | RECORDED | contract | pin)
    weights: dict[str, Any] = {"declared_kg": "1000", "net_kg": "1000", "household_id": household}
    share = PLACE | CREATED | contract | weights
    await insert(on, "allocation", allocation_id=uuid4(), delivery_id=delivery, **share)
    await insert(on, "entry", entry_id=uuid4(), kind="fee", **VERSIONED | contract | of | day)
    cost = {"cost_class": "hired_labour", "item": "示例"}
    await insert(on, "cost_record", cost_record_id=uuid4(), **VERSIONED | of | day | cost)
    done = {"participant_id": line, "season_id": deal.season, "cost_class": "hired_labour", "complete": True}
    await insert(on, "cost_completion", **VERSIONED | done)
    sold = {"product_code": DRIED, "net_kg": "10"}
    await insert(on, "own_sale", own_sale_id=uuid4(), **VERSIONED | of | day | sold)


async def _gains(on: On, deal: Deal, household: UUID) -> None:
    line = uuid4()
    days = {name: date(2022, 4, 1) for name in ("period_from", "period_to", "recognised_on")}
    keys = {"household_id": household, "contract_id": deal.contract, "component_id": deal.component}
    participant = await connection_of(on).fetchval("select participant_id from participant")
    said: dict[str, Any] = {"line_key": "x", "kind": "order", "year": 2022, "state": "incomplete"}
    said |= {"missing": ["delivery"], "labour_missing": [], "delivered_kg": "0", "reference_rows": []}
    said |= {"planning": False, "formula_version": "1", "participant_id": participant}
    await insert(on, "gain_line", gain_line_id=line, **PLACE | RECORDED | days | keys | said)
    kept = "insert into household_period select * from household_period_of_lines where period = '2022'"
    await connection_of(on).execute(kept)
    part = {"position": 1, "part": "own_sale", "income_class": "business", "basis": "cash", "amount": "0"}
    part |= {"rule": "x", "source_text": "x", "inputs": []}
    await insert(on, "gain_part", gain_part_id=uuid4(), gain_line_id=line, **PLACE | part)
    base = {"household_id": household, "year": 2022, "basis": "unknown", "source_text": "x"}
    await insert(
        on,
        "gain_baseline",
        gain_baseline_id=uuid4(),
        recorded_at=RECORDED["recorded_at"],
        **PLACE | base,
    )


async def _personal(on: On, deal: Deal, household: UUID) -> None:
    """Contents that nobody could decrypt: policies look at the place only."""
    person = await connection_of(on).fetchval(
        "select person_id from person where household_id = $1", household
    )
    sealed = {"ciphertext": "\\x00", "key_version": 1, "mask": "138****0000"}
    found = {"lookup": "\\x01", "tail": "\\x02", "household_id": household, "person_id": person}
    await insert(on, "person_identifier", kind="phone", **VERSIONED | sealed | found)
    contact: dict[str, Any] = {"organization_id": deal.buyer, "name": "示例联系人", "kind": "phone"}
    contact["valid_from"] = date(2022, 1, 1)
    await insert(on, "organization_contact", organization_contact_id=uuid4(), **VERSIONED | sealed | contact)
    given: dict[str, Any] = {"person_id": person, "household_id": household, "receiver_id": deal.buyer}
    given |= {"fields": ["gains"], "purpose": "示例", "given_on": date(2022, 1, 1)}
    await insert(on, "consent", consent_id=uuid4(), until=date(2030, 1, 1), **VERSIONED | given)


async def _of_divisions(on: On, world: World) -> None:
    at: dict[str, Any] = {"division_code": COUNTY, "source_text": "示例"}
    await factories.market_price(on)
    await insert(on, "division_statistic", year=2022, households=1, **BORN | at)
    await insert(on, "price_index", kind="rural_cpi", year=2022, value="101.0", **BORN | at)
    await insert(on, "planted_area", crop_code=RICE, year=2022, area_mu="10", **BORN | at)
    owns = {"owner_id": world.collective, "owned_id": world.enterprise, "percent": "10"}
    day = date(2021, 1, 1)
    await insert(on, "ownership", ownership_id=uuid4(), division_code=COUNTY, valid_from=day, **BORN | owns)
    read = dict.fromkeys(("rows_read", "rows_created", "rows_updated", "rows_unchanged"), 0)
    await insert(
        on, "import_batch", import_batch_id=uuid4(), division_code=COUNTY, kind="x", **CREATED | read
    )
    term = {"starts_on": day, "ends_on": day, "division_last": "421303999999", "terms": {"components": []}}
    await insert(
        on,
        "framework",
        framework_id=uuid4(),
        division_code=COUNTY,
        name="示例框架",
        buyer_id=world.enterprise,
        **BORN | term,
    )


async def of_actors(on: On) -> None:
    """What the actor of the tests and another did, in each village and in none; their stored answers."""
    said = {"at": NOW, "role": "cadre", "operation": "example", "source": "api", "trace_id": "x"}
    said |= {"record_kind": "household", "changes": {}, "address": "", "leaf_hash": "\\x00"}
    stored = {"method": "POST", "path": "/", "body_hash": "", "status": 200, "headers": {}, "body": "\\x00"}
    for actor in ("test", "someone"):
        for place in (*VILLAGES, "0" * 12):
            at = {"county_code": place[:6], "division_code": place, "record_id": "x", "actor": actor}
            await insert(on, "audit_event", audit_event_id=uuid4(), **said | at)
        own = {"county_code": COUNTY[:6], "actor": actor, "key": "example", "created_at": NOW}
        await insert(on, "idempotency", **stored | own)


LETTERS = dict(zip(VILLAGES, "甲乙丙丁", strict=True))
PHONES = {village: f"1380013{number:04}" for number, village in enumerate(VILLAGES, 1)}
IDENTIFIER, CONTACT = (
    "person_identifier.ciphertext/{person_id}/{kind}",
    "organization_contact.ciphertext/{organization_contact_id}",
)
DONE = """update audit_event set changes = $2::text::jsonb,
  record_id = (select household_id::text from household where village_code = $1) where division_code = $1"""
# What pages and answers show of a row, so that one of another village is known by sight.
MARKED = {
    "person": "name", "household": "number", "contract": "title", "participant": "signed_name",
    "party": "signed_name", "delivery": "ticket_number", "parcel": "code", "finding": "message",
    "own_history": "evidence", "household_income": "source_text", "cost_record": "item", "consent": "purpose",
    "organization_contact": "name", "reference_pin": "reason", "gain_part": "source_text",
    "gain_baseline": "source_text", "external_id": "value", "person_identifier": "mask",
}  # fmt: skip


async def mark(on: On, partner: tuple[UUID, ...], shown: set[str]) -> None:
    """For the superuser only. 印记 with the village's letter where a partner may read too (`shown`), 他记 on
    contracts of others, 私记 on what no partner reads; and a phone number of the village's own."""
    for village, letter in LETTERS.items():
        for table, column in MARKED.items():
            word = f"case when contract_id = any($2) then '印记{letter}' else '他记{letter}' end"
            if table not in shown:
                word = f"case when $2::uuid[] is null then '' else '私记{letter}' end"
            await connection_of(on).execute(
                f"update {table} set {column} = {word} where village_code = $1", village, partner
            )
        for table, context in (("person_identifier", IDENTIFIER), ("organization_contact", CONTACT)):
            (row,) = await connection_of(on).fetch(f"select * from {table} where village_code = $1", village)
            sealed = VAULT.seal(PHONES[village], context.format(**row))
            seal = f"update {table} set ciphertext = $2, key_version = $3 where village_code = $1"
            await connection_of(on).execute(seal, village, sealed.ciphertext, sealed.key_version)
        await connection_of(on).execute(DONE, village, f'{{"name": [null, "私记{letter}"]}}')


async def copy(on: On, table: str, columns: list[str], village: str, salt: str) -> None:
    """VILLAGE's rows of a table once more, in another village or under other ids. For the superuser only.

    The caller turns foreign keys off: copies of one salt lead to each other whatever their order.
    """
    own = {row["name"] for row in await connection_of(on).fetch(OWN_KEYS)} | {"adjusts", "record_id"}
    given = {"county_code": "left($1, 6)", "village_code": "$1", "value": f"'{salt}'"}
    values = [
        given.get(name) or (f"md5({name}::text || '{salt}')::uuid" if name in own else name)
        for name in columns
    ]
    statement = f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} from {table}"
    await connection_of(on).execute(
        f"{statement} where village_code = '{VILLAGE}' and $1::text is not null", village
    )
