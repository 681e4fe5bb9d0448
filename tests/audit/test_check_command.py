"""`registry check` verifies the trail and names what was tampered with."""

import asyncpg
from anyio import to_thread
from click.testing import CliRunner

from registry import cli
from registry.audit import sealing, service
from registry.kernel.work import Act
from tests.conftest import World
from tests.factories import COUNTY_CODE, VILLAGE
from tests.serving import NOW

ACT = Act(actor="local", now=NOW, operation="test")


async def check(world: World) -> tuple[int, str]:
    environment = {
        "DATABASE_URL": world.settings.database_url,
        "DATABASE_OWNER_URL": world.owner_url,
        "REGISTRY_DATA_DIR": "/nonexistent",
    }
    done = await to_thread.run_sync(lambda: CliRunner().invoke(cli.main, ["check"], env=environment))
    return done.exit_code, done.output


async def test_check_names_the_first_bad_event_and_where_each_chain_ends(committed_db: World) -> None:
    async with committed_db.writer() as work:
        for number in range(3):
            await service.event(
                work.acting(ACT),
                kind="x",
                record_id=str(number),
                county_code=COUNTY_CODE,
                division_code=VILLAGE,
            )
    await sealing.seal_all(committed_db.database, lambda: NOW)
    code, said = await check(committed_db)
    assert code == 0
    assert f"audit {COUNTY_CODE}: 3 sealed, ends in " in said
    superuser = await asyncpg.connect(committed_db.superuser_url)
    changed = await superuser.fetchval(
        "update audit_event set reason = 'x' where record_id = '1' returning audit_event_id"
    )
    await superuser.close()
    code, said = await check(committed_db)
    assert code == cli.FOUND_WRONG
    assert f"audit {COUNTY_CODE}: position 2, event {changed}: changed" in said
