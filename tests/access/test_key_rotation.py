"""Rotation of the keys: interrupted anywhere, twice at once, while others read, search and write."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from click.testing import CliRunner

from registry import cli, rotation
from registry.access import limits
from registry.kernel.crypto import keyfile
from registry.kernel.crypto.keyfile import KeyFileError
from registry.kernel.crypto.vault import Sealed, Unreadable, Vault, hexed
from tests import factories
from tests.conftest import World
from tests.factories import BORN, insert
from tests.serving import NOW, serving

PERSONS = 7
PHONES = [f"1380000{number:04}" for number in range(PERSONS)]
SECRET = "JBSWY3DPEHPK3PXP"


class Desk(msgspec.Struct):
    """A running application, its key file, and where the numbers entered there stand."""

    client: httpx.AsyncClient
    world: World
    path: Path
    urls: list[str]
    contact: str
    account: UUID

    async def check(self) -> None:
        """Every number can be read and found."""
        async with self.world.database.short() as conn:
            await limits.forget(conn, "reveal/local")
            await limits.forget(conn, "search/local")
        for url, phone in zip(self.urls, PHONES, strict=True):
            answer = await self.client.post(f"{url}/reveal", json={"reason": "核对"})
            assert answer.json()["value"] == phone, answer.text
            found = await self.client.post("/api/v1/persons:find", json={"kind": "phone", "value": phone})
            assert [one["mask"] for one in found.json()["items"]] == [f"138****{phone[-4:]}"]
        answer = await self.client.post(f"{self.contact}/reveal", json={"reason": "核对"})
        assert answer.json()["value"] == PHONES[0]
        async with self.world.database.short() as conn:
            row = await conn.fetchrow("select totp_secret, totp_key_version from account")
        assert row is not None
        sealed = Sealed(ciphertext=row["totp_secret"], key_version=row["totp_key_version"])
        assert Vault.load(self.path).open(sealed, f"account.totp_secret/{self.account}") == SECRET

    async def versions(self) -> set[int]:
        async with self.world.reader() as work:
            kept = await work.conn.fetch(
                "select key_version from person_identifier union select key_version from organization_contact"
                " union select totp_key_version from account"
            )
        return {row[0] for row in kept}


@pytest.fixture
async def desk(committed_db: World, tmp_path: Path) -> AsyncIterator[Desk]:
    path, account = tmp_path / "keys.json", uuid4()
    keyfile.create(path)
    sealed = Vault.load(path).seal(SECRET, f"account.totp_secret/{account}")
    async with committed_db.writer() as work:
        world = await factories.world(work)
        ids = [await factories.household(work) for _ in range(PERSONS)]
        persons = {
            row[0]: row[1] for row in await work.conn.fetch("select household_id, person_id from person")
        }
        await insert(
            work,
            "account",
            account_id=account,
            username="example",
            display_name="示例",
            password_hash="x",
            password_changed_at=NOW,
            must_change_password=False,
            totp_secret=hexed(sealed.ciphertext),
            totp_key_version=sealed.key_version,
            **{name: BORN[name] for name in ("created_at", "created_by", "updated_at", "updated_by")},
        )
    urls = [f"/api/v1/households/{one}/members/{persons[one]}/identifiers/phone" for one in ids]
    settings = msgspec.structs.replace(committed_db.settings, keys_file=path)
    async with serving(settings) as client:
        for url, phone in zip(urls, PHONES, strict=True):
            assert (await client.put(url, json={"value": phone})).status_code == 200
        contacts = f"/api/v1/organizations/{world.enterprise}/contacts"
        body = {"kind": "phone", "name": "示范会计", "value": PHONES[0]}
        made = (await client.post(contacts, json=body)).json()
        contact = f"{contacts}/{made['organization_contact_id']}"
        desk = Desk(client=client, world=committed_db, path=path, urls=urls, contact=contact, account=account)
        await desk.check()
        yield desk


def command_of(desk: Desk) -> Callable[..., tuple[int, str]]:
    """`registry keys` on the desk's database and key file: exit code and all output."""
    environment = {
        "DATABASE_URL": str(desk.world.settings.database_url),
        "REGISTRY_KEYS_FILE": str(desk.path),
        "REGISTRY_DATA_DIR": "/nonexistent",
    }

    def command(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.main, ["keys", *words], env=environment)
        return done.exit_code, done.output

    return command


class Interrupted(Exception):
    pass


async def test_a_rotation_may_be_interrupted_after_any_batch(desk: Desk) -> None:
    async def stop() -> None:
        await desk.check()
        raise Interrupted

    batches = 4 + 1 + 1  # two persons at a time, the contact, the account
    for _ in range(batches):
        with pytest.raises(Interrupted):
            await rotation.rotate(desk.world.database, desk.path, batch=2, after_batch=stop)
    assert await desk.versions() == {2}
    assert keyfile.read(desk.path).current == 2


async def test_a_batch_that_breaks_off_leaves_its_rows_as_they_were(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = rotation.TABLES[0]

    async def late(conn: object, rows: str) -> int:
        await table.reseal(conn, rows)  # type: ignore[arg-type]
        raise Interrupted

    broken = msgspec.structs.replace(table, reseal=late)
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "TABLES", (broken,))
        with pytest.raises(Interrupted):
            await rotation.rotate(desk.world.database, desk.path, batch=2)
    assert await desk.versions() == {1}
    await desk.check()
    assert (await rotation.rotate(desk.world.database, desk.path)).resealed == PERSONS + 2
    assert await desk.versions() == {2}


async def test_two_rotations_at_once_share_the_work(desk: Desk) -> None:
    async def breathe() -> None:
        await asyncio.sleep(0)

    both = await asyncio.gather(
        *(rotation.rotate(desk.world.database, desk.path, batch=1, after_batch=breathe) for _ in range(2)),
        desk.check(),
    )
    rotations = [done for done in both if done is not None]
    assert sum(done.resealed for done in rotations) == PERSONS + 2
    assert {done.current for done in rotations} == await desk.versions() == {2}
    await desk.check()


async def test_what_is_entered_meanwhile_is_under_the_new_version(desk: Desk) -> None:
    async def enter() -> None:
        await desk.client.put(desk.urls[-1], json={"value": "15900001234"})
        await desk.client.put(desk.urls[-1], json={"value": PHONES[-1]})

    await rotation.rotate(desk.world.database, desk.path, batch=1, after_batch=enter)
    assert await desk.versions() == {2}
    await desk.check()


async def test_the_same_id_in_a_household_is_refused_while_keys_are_rotated(desk: Desk) -> None:
    async def household() -> tuple[str, str]:
        at = desk.urls[0].partition("/members/")[0]
        other = (await desk.client.post(f"{at}/members", json={"name": "示例成员"})).json()["person_id"]
        return desk.urls[0].replace("phone", "id_number"), f"{at}/members/{other}/identifiers/id_number"

    first, second = await household()
    assert (await desk.client.put(first, json={"value": "421303199001011285"})).status_code == 200
    keyfile.write(desk.path, keyfile.added(keyfile.read(desk.path), "sm4"))
    assert (await desk.client.put(second, json={"value": "421303199001011285"})).status_code == 409
    await rotation.rotate(desk.world.database, desk.path)
    assert (await desk.client.put(second, json={"value": "421303199001011285"})).status_code == 409
    assert keyfile.read(desk.path).current == 2


async def test_a_row_that_cannot_be_read_is_named_and_does_not_stop_the_others(desk: Desk) -> None:
    async with desk.world.writer() as work:
        person = await work.conn.fetchval(
            "update person_identifier set ciphertext = '\\x00' where person_id = "
            "(select person_id from person_identifier limit 1) returning person_id"
        )
    done = await rotation.rotate(desk.world.database, desk.path, batch=2)
    assert done.broken["person_identifier"] == [f"{person}/phone"]
    assert done.resealed == PERSONS + 1
    assert await desk.versions() == {1, 2}
    with pytest.raises(KeyFileError, match="1 row"):
        await rotation.drop_former(desk.world.database, desk.path, NOW)
    again = await rotation.rotate(desk.world.database, desk.path, batch=2)
    assert (again.current, again.resealed) == (3, PERSONS + 1)
    assert await desk.versions() == {1, 3}


async def test_a_duplicate_id_is_named_and_does_not_stop_the_others(desk: Desk) -> None:
    stale = desk.path.with_name("stale.json")
    stale.write_bytes(desk.path.read_bytes())
    stale.chmod(0o600)
    at = desk.urls[0].partition("/members/")[0]
    other = (await desk.client.post(f"{at}/members", json={"name": "示例成员"})).json()["person_id"]
    first, second = desk.urls[0].replace("phone", "id_number"), f"{at}/members/{other}/identifiers/id_number"
    keyfile.write(desk.path, keyfile.added(keyfile.read(desk.path), "aes"))
    number = {"value": "421303199001011285"}
    assert (await desk.client.put(first, json=number)).status_code == 200
    async with serving(msgspec.structs.replace(desk.world.settings, keys_file=stale)) as machine:
        assert (await machine.put(second, json=number)).status_code == 200
    done = await rotation.rotate(desk.world.database, desk.path)
    assert (done.broken["person_identifier"], done.twice) == ([f"{other}/id_number"], {f"{other}/id_number"})
    assert (done.current, done.resealed) == (2, PERSONS + 2)
    assert await desk.versions() == {1, 2}
    await desk.check()
    code, said = await asyncio.to_thread(command_of(desk), "rotate")
    assert (code, said.count("/id_number is the ID of another member")) == (1, 1)
    assert said.startswith(f"{PERSONS + 3} row(s)")
    assert number["value"] not in said
    assert (await desk.client.delete(second)).status_code == 204
    assert not any((await rotation.rotate(desk.world.database, desk.path)).broken.values())
    assert len(await desk.versions()) == 1
    await desk.check()


async def test_former_versions_are_dropped_when_nothing_uses_them(desk: Desk) -> None:
    before = keyfile.read(desk.path)
    old = Vault(before).seal("示范", "x")
    now = datetime.now(UTC)
    assert await rotation.drop_former(desk.world.database, desk.path, now) == []
    await rotation.rotate(desk.world.database, desk.path)
    with pytest.raises(KeyFileError, match="less than 5 minutes"):
        await rotation.drop_former(desk.world.database, desk.path, now)
    written = now.timestamp() - 301
    os.utime(desk.path, (written, written))
    assert await rotation.drop_former(desk.world.database, desk.path, now) == [1]
    assert set(keyfile.read(desk.path).keys) == {2}
    await desk.check()
    with pytest.raises(Unreadable):
        Vault.load(desk.path).open(old, "x")


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    def command(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.main, ["keys", *words], env={"REGISTRY_DATA_DIR": str(tmp_path)})
        return done.exit_code, done.output

    code, said = command("new", str(tmp_path / "own.json"), "--suite", "sm4")
    assert (code, "keep a copy" in said) == (0, True)
    code, said = command("new", str(tmp_path / "own.json"))
    assert (code, "never overwritten" in said) == (cli.WRONG_USE, True)
    assert keyfile.read(tmp_path / "own.json").suites == {1: "sm4"}


async def test_the_command_rotates_the_file_of_the_settings(desk: Desk) -> None:
    command = command_of(desk)
    code, said = await asyncio.to_thread(command, "rotate", "--prepare")
    assert (code, "version 2 is prepared" in said) == (0, True)
    assert (keyfile.read(desk.path).current, await desk.versions()) == (1, {1})
    code, said = await asyncio.to_thread(command, "rotate")
    assert (code, said) == (0, f"{PERSONS + 2} row(s) sealed anew, all under key version 2\n")
    code, said = await asyncio.to_thread(command, "rotate", "--drop-old")
    assert (code, "less than 5 minutes" in said) == (cli.WRONG_USE, True)
    await desk.check()
