"""A thousand ID, phone and card numbers go through the product and are found nowhere in plain text: not in
the database, the logs (with every statement and its parameters), addresses or answers."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest
from structlog.testing import capture_logs

from registry.kernel.crypto import keyfile
from tests import deals, factories
from tests.conftest import World
from tests.invariants import fake_numbers
from tests.invariants.fake_numbers import found_in
from tests.servers import Server
from tests.serving import serving

PERSONS = 334
WRONG = 40
REVEALED = 20


class Answers:
    """What the product said: every address, header and body, apart from those that must show a number."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.showing: list[httpx.Response] = []

    async def keep(self, answer: httpx.Response) -> None:
        await answer.aread()
        own = answer.request.headers.get("x-own-address") == "yes"
        self.kept.append("" if own else str(answer.request.url))
        self.kept.append(repr(answer.headers.raw))
        if answer.request.headers.get("x-shows") == "yes":
            self.showing.append(answer)
        else:
            self.kept.append(answer.text)


class Planting(msgspec.Struct):
    """A running product, the persons in it, and what is entered of them."""

    client: httpx.AsyncClient
    answers: Answers
    persons: list[tuple[UUID, UUID]]
    numbers: list[dict[str, str]]
    wrong: list[str]
    contract: UUID
    buyer: UUID

    def url(self, which: int) -> str:
        household, person = self.persons[which]
        return f"/households/{household}/members/{person}"

    @property
    def all(self) -> set[str]:
        return {number for one in self.numbers for number in one.values()} | set(self.wrong)


def numbers(random: Random) -> dict[str, str]:
    return {
        "id_number": fake_numbers.id_number(random),
        "phone": fake_numbers.phone(random),
        "bank_account": fake_numbers.card(random),
    }


async def seed(world: World) -> tuple[list[tuple[UUID, UUID]], UUID, UUID]:
    async with world.writer() as work:
        known = await factories.world(work)
        deal = await deals.deal(work, known)
        for _ in range(PERSONS):
            await factories.household(work)
        rows = await work.conn.fetch("select household_id, person_id from person order by person_id")
        for row in rows[:REVEALED]:
            await deals.participant(work, deal, row["household_id"])
    return [(row["household_id"], row["person_id"]) for row in rows], deal.contract, deal.buyer


async def enter(planting: Planting) -> None:
    """Half over REST with an idempotency key, half on the page; then all once more, changed and found."""
    for which, one in enumerate(planting.numbers):
        for kind, value in one.items():
            if which % 2:
                at = f"/api/v1{planting.url(which)}/identifiers/{kind}"
                headers = {"idempotency-key": f"{which}-{kind}"}
                answer = await planting.client.put(at, json={"value": value}, headers=headers)
                assert answer.status_code == 200, answer.text
            else:
                form = {"kind": kind, "value": value}
                answer = await planting.client.post(f"{planting.url(which)}/numbers", data=form)
                assert answer.status_code == 303, answer.text


async def mistake(planting: Planting) -> None:
    """Wrong numbers, and right ones in wrong places."""
    for which, number in enumerate(planting.wrong):
        url, key = planting.url(which), {"idempotency-key": f"wrong-{which}"}
        api = f"/api/v1{url}"
        sent = (
            ("PUT", f"{api}/identifiers/id_number", {"value": number}),
            ("POST", "/api/v1/persons:find", {"kind": "id_number", "value": number}),
            ("POST", f"{api}/identifiers/phone/reveal", {"reason": f"看 {number}"}),
            ("POST", f"/api/v1/households/{planting.persons[which][0]}/members", {"name": number}),
            ("POST", f"{api}/consents", {"receiver_id": number, "purpose": number}),
            ("POST", f"{api}/erase", {"reason": number}),
        )
        for method, at, body in sent:
            answer = await planting.client.request(method, at, json=body, headers=key)
            assert answer.status_code == 422, answer.text
        shown = {"kind": "id_number", "value": number}
        answer = await planting.client.post(f"{url}/numbers", data=shown, headers={"x-shows": "yes"})
        assert answer.status_code == 422
        for path in ("/api/v1/households", "/households"):
            answer = await planting.client.get(path, params={"q": number}, headers={"x-own-address": "yes"})
            assert answer.status_code == 422


async def use(planting: Planting) -> None:
    """Reveals and a disclosure with idempotency keys, searches, lists, pages; contacts of an organisation."""
    shows = {"x-shows": "yes", "idempotency-key": "shows"}
    reason = {"reason": "核对发放账号"}
    for which in range(REVEALED):
        api, one = f"/api/v1{planting.url(which)}", planting.numbers[which]
        answer = await planting.client.post(f"{api}/identifiers/phone/reveal", json=reason, headers=shows)
        assert answer.json()["value"] == one["phone"]
        consent = {"receiver_id": str(planting.buyer), "fields": ["phone"], "purpose": "通知交货"}
        answer = await planting.client.post(
            f"{api}/consents", json=consent | {"until": "2030-12-31"}, headers={"idempotency-key": str(which)}
        )
        assert answer.status_code == 201, answer.text
        found = {"kind": "id_number", "value": one["id_number"]}
        assert (await planting.client.post("/api/v1/persons:find", json=found)).status_code == 200
        for path in (f"{api}/identifiers", f"{planting.url(which)}/numbers", planting.url(which)):
            await planting.client.get(path.replace("/members/", "/members/"))
    form = {"what": "id_number", "reason": "核对"}
    answer = await planting.client.post(f"{planting.url(0)}/numbers/reveal", data=form, headers=shows)
    assert planting.numbers[0]["id_number"] in answer.text
    asked = {
        "receiver_id": str(planting.buyer),
        "fields": ["phone"],
        "purpose": "通知交货",
        "reason": "采收前联系",
    }
    answer = await planting.client.post(
        f"/api/v1/contracts/{planting.contract}/disclosures", json=asked, headers=shows
    )
    assert len(answer.json()["items"]) == REVEALED
    contacts = f"/api/v1/organizations/{planting.buyer}/contacts"
    contact = {"kind": "phone", "name": "示范会计", "value": planting.numbers[0]["phone"]}
    answer = await planting.client.post(contacts, json=contact, headers={"idempotency-key": "contact"})
    assert answer.status_code == 201
    await planting.client.get(contacts)
    for path in ("/households", "/api/v1/households", "/api/v1/households?format=csv"):
        assert (await planting.client.get(path)).status_code == 200


async def export(url: str) -> str:
    """Every row of every table as text, binary columns as hex: what a dump holds."""
    conn = await asyncpg.connect(url)
    try:
        tables = await conn.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
        rows = [
            row[0] for table in tables for row in await conn.fetch(f"select t::text from {table[0]} as t")
        ]
    finally:
        await conn.close()
    return "\n".join(rows)


async def log_all(world: World) -> None:
    """The server writes every statement with its parameters into its log from now on."""
    admin = await asyncpg.connect(world.superuser_url)
    try:
        name = await admin.fetchval("select current_database()")
        await admin.execute(f"alter database {name} set log_statement = 'all'")
    finally:
        await admin.close()


def log_of(server: Server) -> Iterator[str]:
    """The database server's log, where it is at hand."""
    path = Path(server.folder) / "postgres.log"
    if path.exists():
        yield path.read_text("utf-8", "replace")


async def test_a_thousand_numbers_are_found_nowhere(
    committed_db: World, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(20_230_116)
    keyfile.create(tmp_path / "keys.json")
    settings = msgspec.structs.replace(committed_db.settings, keys_file=tmp_path / "keys.json")
    await log_all(committed_db)
    persons, contract, buyer = await seed(committed_db)
    answers = Answers()
    with capture_logs() as lines:
        async with serving(settings) as client:
            client.event_hooks = {"response": [answers.keep]}
            planting = Planting(
                client=client,
                answers=answers,
                persons=persons,
                numbers=[numbers(random) for _ in persons],
                wrong=[fake_numbers.wrong_id(fake_numbers.id_number(random)) for _ in range(WRONG)],
                contract=contract,
                buyer=buyer,
            )
            await enter(planting)
            await mistake(planting)
            await use(planting)
    assert len(planting.all) > 1_000
    dumped = await export(committed_db.superuser_url)
    captured = capsys.readouterr()
    places = {
        "database": dumped,
        "log": repr(lines) + captured.out + captured.err,
        "server": "\n".join(log_of(server)),
        "answers": "\n".join(answers.kept),
        "keys": (tmp_path / "keys.json").read_text("utf-8"),
    }
    leaks = {name: found_in(text, planting.all) for name, text in places.items()}
    assert not any(leaks.values()), leaks
    assert dumped.count("(421303,") > 3 * PERSONS
    assert len(lines) > 3 * PERSONS
    assert not places["server"] or places["server"].lower().count("parameters: ") > 3 * PERSONS
    for answer in answers.showing:
        assert answer.headers["cache-control"] == "no-store"
    kept = await idempotent(committed_db)
    assert len(kept) == REVEALED
    assert all(path.endswith("/consents") for path in kept)


async def idempotent(world: World) -> list[str]:
    admin = await asyncpg.connect(world.superuser_url)
    try:
        return [row[0] for row in await admin.fetch("select path from idempotency")]
    finally:
        await admin.close()


@pytest.mark.parametrize(
    "hide",
    [
        lambda number: f'{{"value":"{number}"}}',
        lambda number: f"{number[:3]} {number[3:7]}-{number[7:]}",
        lambda number: f"9{number}9",
        lambda number: "\\x" + f"xy{number}".encode().hex(),
        lambda number: base64.b64encode(number.encode()).decode(),
        lambda number: base64.b64encode(f"ab{number}c".encode()).decode(),
        lambda number: base64.urlsafe_b64encode(f'"{number}"'.encode()).decode().rstrip("="),
        lambda number: base64.b64encode(number.encode()).hex(),
        lambda number: hashlib.sha256(number.encode()).hexdigest(),
        lambda number: hashlib.md5(number.encode(), usedforsecurity=False).hexdigest(),
    ],
)
@pytest.mark.parametrize("make", [fake_numbers.id_number, fake_numbers.phone, fake_numbers.card])
def test_the_search_sees_what_is_hidden(hide: Any, make: Any) -> None:
    """A positive control: a number that leaked in one of these forms would be found."""
    number = make(Random(1))
    assert found_in(f"row(1, {hide(number)}, x)", {number}) == {number}
    assert found_in(f"row(1, {hide(make(Random(2)))}, x)", {number}) == set()
