"""One event per changed record, in the transaction of the change."""

from uuid import UUID, uuid4

import msgspec
import pytest

from registry.audit import hash_chain, service
from registry.audit.model import EventRow
from registry.kernel import changes
from registry.kernel.work import Act, Work
from tests import adhoc, deals, factories
from tests.factories import COUNTY_CODE, VILLAGE
from tests.serving import NOW

ACT = Act(
    actor="local", now=NOW, role="clerk", operation="change_household", trace_id="t1", address="127.0.0.1"
)
EVENTS = """
select county_code, audit_event_id, division_code, at, actor, role, operation, source, record_kind, record_id,
  reason, changes, trace_id, address, leaf_hash
from audit_event
order by audit_event_id
"""


async def events(work: Work) -> list[EventRow]:
    return await adhoc.many(work, EventRow, EVENTS)


async def rename(work: Work, household: UUID, group: str) -> None:
    await work.conn.execute("update household set group_name = $2 where household_id = $1", household, group)


async def test_a_change_leaves_one_event_with_before_and_after(work: Work) -> None:
    await factories.world(work)
    household = await factories.household(work, group_name="一组")
    await service.watch(work.acting(ACT), "household", household)
    await rename(work, household, "二组")
    await service.watch(work.acting(ACT), "household", household)
    await rename(work, household, "三组")
    await changes.settle(work)
    await changes.settle(work)
    (event,) = await events(work)
    assert event.changes == {"group_name": ["一组", "三组"]}
    assert (event.county_code, event.division_code) == (COUNTY_CODE, VILLAGE)
    assert (event.actor, event.role, event.operation, event.source) == (
        "local", "clerk", "change_household", "api",
    )  # fmt: skip
    assert (event.record_kind, event.record_id, event.at) == ("household", str(household), NOW)
    assert (event.trace_id, event.address) == ("t1", "127.0.0.1")
    assert event.leaf_hash == hash_chain.leaf(event)
    waiting = await work.conn.fetch("select county_code, audit_event_id from audit_waiting")
    assert [tuple(row) for row in waiting] == [(COUNTY_CODE, event.audit_event_id)]


async def test_what_stays_as_it_was_leaves_no_event(work: Work) -> None:
    await factories.world(work)
    household = await factories.household(work, group_name="一组")
    await service.watch(work.acting(ACT), "household", household)
    await work.conn.execute("update household set version = version + 1, updated_by = 'x'")
    await changes.settle(work)
    assert await events(work) == []


async def test_a_made_record_tells_everything_it_says(work: Work) -> None:
    await factories.world(work)
    household = await factories.household(work, group_name="一组")
    await factories.headcount(work, household)
    service.created(work.acting(ACT), "household", [household])
    await changes.settle(work)
    (event,) = await events(work)
    assert event.changes["group_name"] == [None, "一组"]
    assert all(before is None for before, _ in event.changes.values())
    assert any(path.startswith("headcounts/") for path in event.changes)


async def test_an_attempt_that_was_undone_leaves_no_event(work: Work) -> None:
    await factories.world(work)
    household = await factories.household(work, group_name="一组")
    attempt = work.conn.transaction()
    await attempt.start()
    await service.watch(work.acting(ACT), "household", household)
    await rename(work, household, "二组")
    service.created(work.acting(ACT), "household", [await factories.household(work)])
    await attempt.rollback()
    await changes.settle(work)
    assert await events(work) == []


async def test_names_of_persons_are_masked_and_their_change_is_recorded(work: Work) -> None:
    await factories.world(work)
    household = await factories.household(work)
    member = await work.conn.fetchval("select person_id from person where household_id = $1", household)
    await service.watch(work.acting(ACT), "household", household)
    await work.conn.execute("update person set name = '示例改名' where person_id = $1", member)
    await changes.settle(work)
    (event,) = await events(work)
    ((before, after),) = event.changes.values()
    assert list(event.changes) == [f"members/{member}/name"]
    assert after == "示***"
    assert before is not None
    assert set(before[1:]) == {"*"}


async def test_a_contract_tells_its_annex_line_by_line(work: Work) -> None:
    world = await factories.world(work)
    deal = await deals.deal(work, world)
    household = await factories.household(work)
    line = await deals.participant(work, deal, household)
    await service.watch(work.acting(ACT), "contract", deal.contract)
    await work.conn.execute(
        "update participant_version set planned_kg = 1234.50 where participant_id = $1", line
    )
    await work.conn.execute("update party set signed_name = '示范新名' where organization_id is not null")
    await changes.settle(work)
    (event,) = await events(work)
    assert event.changes.pop(f"participants/{line}/versions/1/planned_kg")[1] == "1234.50"
    assert event.changes
    assert all(path.endswith("/organization_name") for path in event.changes)


async def test_an_event_of_its_own_is_written_at_once(work: Work) -> None:
    await service.event(
        work.acting(ACT), kind="session", record_id="x", reason="示例", changes={"a": [None, "b"]}
    )
    (event,) = await events(work)
    assert (event.county_code, event.division_code) == ("000000", "000000000000")
    assert (event.reason, event.changes) == ("示例", {"a": [None, "b"]})


async def test_the_actor_is_the_account_that_entered(work: Work) -> None:
    other = msgspec.structs.replace(ACT, actor="somebody")
    with pytest.raises(RuntimeError, match="entered"):
        async with work.conn.transaction():
            await service.event(work.acting(other), kind="session", record_id="x")


async def test_an_unknown_kind_is_a_fault(work: Work) -> None:
    with pytest.raises(KeyError):
        await service.watch(work.acting(ACT), "nothing", uuid4())
    with pytest.raises(KeyError):
        service.created(work.acting(ACT), "nothing", [])
