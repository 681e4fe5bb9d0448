"""What `registry retention` lists and removes, and what a contract keeps."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from click.testing import CliRunner
from msgspec.structs import replace

from registry import cli, retention
from registry.kernel.work import Work
from tests import deals, factories
from tests.conftest import OPERATOR, World
from tests.factories import BORN, VILLAGE, insert, placed
from tests.serving import NOW

GONE = "2019-12-31"
SINCE = {"valid_from": "2015-01-01"}


async def number(work: Work, household: UUID, person: UUID) -> None:
    sealed = dict.fromkeys(("ciphertext", "lookup", "tail"), f"\\x{uuid4().hex}")
    of = {"household_id": household, "person_id": person, "kind": "phone", "mask": "138****5678"}
    await insert(work, "person_identifier", key_version=1, **placed(VILLAGE) | BORN | sealed | of)


async def scene(work: Work) -> dict[str, UUID]:
    """A member who left long ago, one who left lately, one who stayed, one kept by a contract, one whose
    household ended."""
    world = await factories.world(work)
    household, ended = (
        await factories.household(work),
        await factories.household(work, **SINCE, valid_to=GONE, end_kind="ended"),
    )
    deal = await deals.deal(work, world)
    persons = {
        "left": await factories.person(work, household, **SINCE, valid_to=GONE),
        "lately": await factories.person(work, household, **SINCE, valid_to="2022-12-31"),
        "stayed": await factories.person(work, household),
        "witness": await factories.person(work, household, **SINCE, valid_to=GONE),
    }
    await deals.party(work, deal.contract, "witness", person_id=persons["witness"])
    for person in persons.values():
        await number(work, household, person)
    persons["moved"] = await work.conn.fetchval("select person_id from person where household_id = $1", ended)
    await number(work, ended, persons["moved"])
    consent = {"receiver_id": world.enterprise, "fields": ["phone"], "purpose": "通知", "until": "2030-01-01"}
    of = {"household_id": household, "person_id": persons["left"], "given_on": "2019-01-01"}
    await insert(work, "consent", consent_id=uuid4(), **placed(VILLAGE) | BORN | consent | of)
    return persons


async def answers(work: Work, actor: str) -> None:
    for age in (91, 89):
        await insert(
            work,
            "idempotency",
            county_code="000000",
            actor=actor,
            key=str(age),
            method="POST",
            path="/",
            body_hash="x",
            status=200,
            headers={},
            body="",
            created_at=NOW - timedelta(days=age),
        )


async def test_numbers_without_duty_go_and_the_others_stay(committed_db: World) -> None:
    async with committed_db.writer() as work:
        persons = await scene(work)
        await answers(work, OPERATOR.actor)
        account = {"username": "example", "display_name": "示例", "password_hash": "x"}
        changed = {"password_changed_at": NOW, "must_change_password": False}
        born = {name: BORN[name] for name in ("created_at", "created_by", "updated_at", "updated_by")}
        await insert(work, "account", account_id=uuid4(), **account | changed | born)
        owner = await work.conn.fetchval("select account_id from account")
        for age, ended in ((91, True), (89, True), (100, False)):
            day = NOW - timedelta(days=age)
            session = {"created_at": day, "seen_at": day, "address": "", "agent": "", "account_id": owner}
            session |= {"expires_at": NOW, "ended_at": day if ended else None}
            session |= {"end_reason": "logout" if ended else None, "token_hash": f"\\x{uuid4().hex}"}
            await insert(work, "session", session_id=uuid4(), **session)
    async with committed_db.writer(replace(OPERATOR, actor="example")) as work:
        await answers(work, "example")
    listed = await retention.sweep(committed_db.database, NOW, apply=False)
    assert {one.person_id for one in listed.leavers} == {persons["left"], persons["moved"]}
    assert (listed.answers, listed.sessions) == (0, 0)
    done = await retention.sweep(committed_db.database, NOW, apply=True)
    assert (len(done.leavers), done.answers, done.sessions) == (2, 2, 1)
    async with committed_db.reader() as work:
        kept = {row[0] for row in await work.conn.fetch("select person_id from person_identifier")}
        assert kept == {persons[name] for name in ("lately", "stayed", "witness")}
        assert await work.conn.fetchval("select count(*) from consent") == 0
        told = await work.conn.fetch(
            "select distinct record_id, reason, source from audit_event where operation = 'retention'"
        )
    assert {tuple(row) for row in told} == {
        (str(persons[name]), "保留期满", "system") for name in ("left", "moved")
    }
    assert (await retention.sweep(committed_db.database, NOW, apply=True)).leavers == []


async def test_the_command_lists_without_naming_anybody(committed_db: World) -> None:
    async with committed_db.writer() as work:
        persons = await scene(work)
    environment = {"DATABASE_URL": str(committed_db.settings.database_url)}
    environment |= {"REGISTRY_DATA_DIR": "/nonexistent"}
    done = await asyncio.to_thread(
        CliRunner().invoke, cli.main, ["retention", "--years", "1"], env=environment
    )
    assert (done.exit_code, "3 person(s)" in done.output) == (0, True), done.output
    assert str(persons["left"]) in done.output
    assert "示例" not in done.output
