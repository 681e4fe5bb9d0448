"""Row level security as every feature meets it: what a scope shows, and what it lets write."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import pytest

from registry.kernel.db import transactions
from registry.kernel.db.transactions import Identity, Scope
from registry.kernel.db.translate import translate, translated
from registry.kernel.errors import NotFound
from registry.kernel.work import Work
from tests import adhoc, deals, factories
from tests.conftest import OPERATOR
from tests.factories import OTHER_TOWNSHIP, SIBLING, STRANGER, TOWNSHIP, VILLAGE

COUNT_HOUSEHOLDS = "select count(*) from household"
Entered = Callable[[Scope, Scope], Awaitable[None]]


@pytest.fixture
async def entered(work: Work) -> Entered:
    """Households in three villages; then the test goes on under another scope."""
    await factories.world(work)
    for village in (VILLAGE, SIBLING, STRANGER):
        await factories.household(work, village)

    async def enter(read: Scope, write: Scope) -> None:
        await transactions.enter(work, Identity(actor="test", read=read, write=write))

    return enter


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope.ALL, 3),
        (Scope.EMPTY, 0),
        (Scope.of_division(TOWNSHIP), 2),
        (Scope.of_division(OTHER_TOWNSHIP), 1),
        (Scope.of_division(VILLAGE), 1),
        (Scope(first=VILLAGE, last=VILLAGE, villages=(STRANGER,)), 2),
        (Scope(villages=(SIBLING, STRANGER)), 2),
    ],
)
async def test_a_scope_shows_its_villages(work: Work, entered: Entered, scope: Scope, seen: int) -> None:
    await entered(scope, Scope.EMPTY)
    assert await adhoc.value(work, int, COUNT_HOUSEHOLDS) == seen


async def test_nobody_who_did_not_enter_sees_anything(work: Work, entered: Entered) -> None:
    await work.conn.execute("set local app.read_from = ''")
    assert await adhoc.value(work, int, COUNT_HOUSEHOLDS) == 0


async def test_no_row_is_added_outside_the_write_scope(work: Work, entered: Entered) -> None:
    await entered(Scope.ALL, Scope.of_division(VILLAGE))
    await factories.household(work, VILLAGE)
    with translated(), pytest.raises(Exception, match="row-level security") as refused:
        await factories.household(work, SIBLING)
    assert isinstance(translate(refused.value), NotFound)


async def test_no_row_is_changed_outside_the_write_scope(work: Work, entered: Entered) -> None:
    await entered(Scope.ALL, Scope.of_division(VILLAGE))
    assert await adhoc.run(work, "update household set group_name = '一组'") == 1


async def test_a_partner_sees_its_contract_and_no_household(work: Work) -> None:
    world = await factories.world(work)
    own, other = await deals.deal(work, world), await deals.deal(work, world)
    for deal in (own, other):
        household = await factories.household(work)
        await factories.headcount(work, household)
        land = await factories.land_use(work, household, deal.season)
        await deals.participant(work, deal, household, land_use_id=land)
        await deals.delivery(work, deal, household)
    partner = Identity(actor="partner", read=Scope(contracts=(own.contract,)), write=Scope.EMPTY)
    await transactions.enter(work, partner)
    for table in (
        "contract",
        "party",
        "component",
        "component_terms",
        "participant",
        "delivery",
        "delivery_price",
    ):
        assert await adhoc.value(work, int, f"select count(*) from {table}") == 1, table
    for table in ("household", "headcount", "land_use", "person", "participant_land_use"):
        assert await adhoc.value(work, int, f"select count(*) from {table}") == 0, table
    assert await adhoc.value(work, UUID, "select contract_id from contract") == own.contract


async def test_shared_rows_are_read_by_all_and_written_by_their_division(
    work: Work, entered: Entered
) -> None:
    await entered(Scope.EMPTY, Scope.of_division(TOWNSHIP))
    assert await adhoc.value(work, int, "select count(*) from season") == 1
    await factories.market_price(work, division_code=TOWNSHIP, day=date(2022, 8, 21))
    with pytest.raises(Exception, match="row-level security"):
        await factories.market_price(work, division_code=OTHER_TOWNSHIP)


async def test_memberships_and_the_operator(work: Work, entered: Entered) -> None:
    await entered(OPERATOR.read, OPERATOR.write)
    owner = await factories.organization(work, credit_code=factories.COOPERATIVE_CODE, kind="cooperative")
    household = await factories.household(work)
    await factories.membership(work, household, owner)
    assert await adhoc.value(work, int, "select count(*) from membership") == 1
