"""A rotation of the keys killed in the middle: every number is readable, and the next run finishes it."""

import asyncio
import time
from pathlib import Path

import asyncpg
import msgspec
import pytest

from registry.households.identifiers_model import context, tail_label
from registry.kernel.crypto import keyfile
from registry.kernel.crypto.vault import Sealed, Vault, hexed
from tests import factories
from tests.conftest import World
from tests.factories import BORN, VILLAGE, placed
from tests.faults.processes import registry

pytestmark = pytest.mark.faults
PERSONS = 12_000


def phone(which: int) -> str:
    return f"139{which:08}"


async def seed(world: World, vault: Vault) -> None:
    async with world.writer() as work:
        await factories.world(work)
        household = await factories.household(work)
        await work.conn.execute(
            "insert into person (county_code, person_id, village_code, household_id, name, search_key,"
            " is_head, valid_from, version, source, created_at, created_by, updated_at, updated_by)"
            " select county_code, md5(n::text)::uuid, village_code, household_id, '示例成员', '', false,"
            " valid_from, 1, source, created_at, created_by, updated_at, updated_by"
            " from person cross join generate_series(1, $1::integer) as n where household_id = $2",
            PERSONS,
            household,
        )
        people = await work.conn.fetch("select person_id from person where not is_head order by person_id")
        rows = []
        for which, person in enumerate(people):
            sealed = vault.seal(phone(which), context(person[0], "phone"))
            rows.append(
                placed(VILLAGE)
                | BORN
                | {
                    "household_id": household,
                    "person_id": person[0],
                    "kind": "phone",
                    "ciphertext": hexed(sealed.ciphertext),
                    "key_version": 1,
                    "lookup": hexed(vault.lookup("phone", phone(which), 1)),
                    "tail": hexed(vault.lookup(tail_label("phone"), phone(which)[-4:], 1)),
                    "mask": f"139****{phone(which)[-4:]}",
                }
            )
        names = ", ".join(rows[0])
        await work.conn.execute(
            f"insert into person_identifier ({names}) select {names}"
            " from jsonb_populate_recordset(null::person_identifier, $1::text::jsonb)",
            msgspec.json.encode(rows).decode(),
        )


async def versions(conn: "asyncpg.Connection[asyncpg.Record]") -> dict[int, int]:
    rows = await conn.fetch("select key_version, count(*) from person_identifier group by 1")
    return {row[0]: row[1] for row in rows}


async def check(conn: "asyncpg.Connection[asyncpg.Record]", vault: Vault) -> None:
    """Each number opens and is found under the hash of one of the versions."""
    rows = await conn.fetch("select * from person_identifier order by person_id")
    for which, row in enumerate(rows):
        sealed = Sealed(ciphertext=row["ciphertext"], key_version=row["key_version"])
        assert vault.open(sealed, context(row["person_id"], "phone")) == phone(which)
        assert row["lookup"] == vault.lookup("phone", phone(which), row["key_version"])


async def test_a_killed_rotation_is_finished_by_the_next(committed_db: World, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keyfile.create(path)
    vault = Vault.load(path)
    await seed(committed_db, vault)
    environment = {
        "DATABASE_URL": str(committed_db.settings.database_url),
        "REGISTRY_KEYS_FILE": str(path),
        "REGISTRY_DATA_DIR": "/nonexistent",
    }
    admin = await asyncpg.connect(committed_db.superuser_url)
    try:
        left, end = PERSONS, time.monotonic() + 60
        for _ in range(2):
            process = registry(environment, "keys", "rotate")
            while (await versions(admin)).get(1, 0) >= left and time.monotonic() < end:
                time.sleep(0.01)  # noqa: ASYNC251 - nothing else runs in this loop
            process.kill()
            process.communicate()
            found = await versions(admin)
            assert 0 < found.get(1, 0) < left
            assert keyfile.read(path).current == 2
            await check(admin, vault)
            left = found[1]
        process = registry(environment, "keys", "rotate")
        said, _ = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0
        assert "all under key version 2" in said
        assert await versions(admin) == {2: PERSONS}
        await check(admin, vault)
    finally:
        await admin.close()
