"""Numbers across villages and at the same moment, on a committed database with the real transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import Caller
from registry.kernel.http.web import AnyRequest
from tests import factories
from tests.conftest import World
from tests.factories import SIBLING, VILLAGE
from tests.serving import serving

ID, PHONE = "421303199001011285", "13800005678"


@asynccontextmanager
async def cadre(world: World, village: str) -> AsyncIterator[httpx.AsyncClient]:
    async def find(_: AnyRequest) -> Caller:
        scope = Scope.of_division(village)
        return Caller(
            username=f"v{village}",
            display_name="示例",
            role="cadre",
            read=scope,
            write=scope,
            place_code=village,
        )

    async with serving(world.settings, caller=find) as client:
        yield client


async def home(world: World, village: str) -> str:
    """The address of the head of a new household there."""
    async with world.writer() as work:
        household = await factories.household(work, village)
        person = await work.conn.fetchval("select person_id from person where household_id = $1", household)
    return f"/api/v1/households/{household}/members/{person}"


async def test_a_number_of_the_next_village_does_not_exist(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await factories.world(work)
    own, other = await home(committed_db, VILLAGE), await home(committed_db, SIBLING)
    async with cadre(committed_db, VILLAGE) as here, cadre(committed_db, SIBLING) as there:
        for client, url in ((here, own), (there, other)):
            answer = await client.put(f"{url}/identifiers/id_number", json={"value": ID})
            assert answer.status_code == 200, answer.text
            found = await client.post("/api/v1/persons:find", json={"kind": "id_number", "value": ID})
            assert [one["person_id"] for one in found.json()["items"]] == [url.rpartition("/")[2]]
            listed = await client.get("/api/v1/households", params={"q": "1285"})
            assert len(listed.json()["items"]) == 1
        sent = {"value": PHONE}
        assert (await here.get(f"{other}/identifiers")).status_code == 404
        assert (await here.put(f"{other}/identifiers/phone", json=sent)).status_code == 404
        assert (await here.delete(f"{other}/identifiers/id_number")).status_code == 404
        refused = await here.post(f"{other}/identifiers/id_number/reveal", json={"reason": "核对"})
        assert refused.status_code == 404
        assert (await here.post(f"{other}/erase", json={"reason": "核对"})).status_code == 404
        shown = await there.post(f"{other}/identifiers/id_number/reveal", json={"reason": "核对"})
        assert shown.json()["value"] == ID
    async with committed_db.reader() as work:
        rows = await work.conn.fetch(
            "select actor, division_code from audit_event where operation like 'reveal%'"
        )
    assert [tuple(row) for row in rows] == [(f"v{SIBLING}", SIBLING)]


async def test_one_id_entered_for_two_members_at_once_is_kept_once(committed_db: World) -> None:
    async with committed_db.writer() as work:
        await factories.world(work)
    first = await home(committed_db, VILLAGE)
    async with cadre(committed_db, VILLAGE) as client:
        household = first.partition("/members/")[0]
        names = ("示例甲", "示例乙", "示例丙", "示例丁")
        made = [await client.post(f"{household}/members", json={"name": name}) for name in names]
        urls = [first, *(f"{household}/members/{one.json()['person_id']}" for one in made)]
        answers = await asyncio.gather(
            *(client.put(f"{url}/identifiers/id_number", json={"value": ID}) for url in urls)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
