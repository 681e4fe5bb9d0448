"""What a grant reaches: divisions and what they took over, areas, a partner's contracts; what roles write."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from registry.access import callers
from registry.divisions import service as divisions
from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import Caller, Role
from registry.kernel.http.web import AnyRequest
from registry.kernel.work import Work
from tests import factories
from tests.access.people import Person, bearer, grant, person, real, token
from tests.conftest import World
from tests.factories import BORN, CREATED, insert
from tests.serving import serving

TOWNSHIP = Scope.of_division(factories.TOWNSHIP)
OLD_VILLAGE, OLD_TOWNSHIP, OLDER = "421303187299", "421303109000", "421303108000"


@pytest.fixture
async def asked(work: Work) -> AsyncIterator[Any]:
    """The caller the application finds for a person's token."""
    await factories.world(work)
    given = real(work)
    seen: list[Caller | None] = []

    async def recorded(request: AnyRequest) -> Caller | None:
        seen.append(await callers.find(given, request))
        return seen[-1]

    async with serving(providers=msgspec.structs.replace(given, caller=recorded)) as client:

        async def ask(who: Person) -> Caller:
            answer = await client.get("/api/v1/divisions", headers=bearer(await token(work, who)))
            assert answer.status_code == 200, answer.text
            found = seen.pop()
            assert found
            return found

        yield ask


async def area(work: Work, code: str, *members: str, **columns: Any) -> str:
    await insert(
        work, "area", area_code=code, name="高新区", **BORN | {"valid_from": date(2020, 1, 1)} | columns
    )
    for member in members:
        await insert(
            work,
            "area_division",
            area_code=code,
            division_code=member,
            valid_from=date(2020, 1, 1),
            **CREATED,
        )
    return code


async def took_over(work: Work, successor: str, old: str, on: date = date(2022, 1, 1)) -> None:
    await insert(
        work, "division_successor", division_code=old, successor_code=successor, effective_on=on, **CREATED
    )


@pytest.mark.parametrize(
    ("role", "division"),
    [("cadre", factories.VILLAGE), ("clerk", factories.TOWNSHIP), ("county", factories.COUNTY)],
)
async def test_a_division_is_a_range_that_is_read_and_written(
    work: Work, asked: Any, role: Role, division: str
) -> None:
    found = await asked(await person(work, role, division))
    assert found.read == found.write == Scope.of_division(division)
    assert (found.role, found.place_code, found.place_name) == (role, division, factories.NAMES[division][0])
    assert found.county_code == "421303"


async def test_an_auditor_writes_nothing(work: Work, asked: Any) -> None:
    found = await asked(await person(work, "auditor", factories.TOWNSHIP))
    assert (found.read, found.write) == (TOWNSHIP, Scope.EMPTY)


async def test_an_administrator_sees_what_belongs_to_no_division(work: Work, asked: Any) -> None:
    found = await asked(await person(work, "admin"))
    assert (found.read, found.write) == (Scope(villages=("000000000000",)), Scope.EMPTY)
    assert (found.place_code, found.place_name, found.county_code) == (None, "", "000000")


async def test_a_partner_sees_its_contracts(work: Work, asked: Any) -> None:
    firm = await factories.organization(work, name="示范品源现代", credit_code="91421303MA49000291")
    other = await factories.organization(work, name="示范别家", credit_code="91421303MA490004XX")
    kept, foreign = UUID(int=7), UUID(int=8)
    await insert(work, "partner_contract", organization_id=firm, contract_id=kept)
    await insert(work, "partner_contract", organization_id=other, contract_id=foreign)
    found = await asked(await person(work, "partner", organization=firm))
    assert (found.read, found.write) == (Scope(contracts=(kept,)), Scope.EMPTY)
    assert (found.place_code, found.place_name, found.organization_id) == (None, "示范品源现代", firm)


async def test_a_partner_without_contracts_sees_nothing(work: Work, asked: Any) -> None:
    firm = await factories.organization(work, name="示范新来", credit_code="91421303MA49000291")
    assert (await asked(await person(work, "partner", organization=firm))).read == Scope.EMPTY


async def test_what_was_taken_over_belongs_to_the_scope_and_what_that_had_taken_over(
    work: Work, asked: Any
) -> None:
    """A village of the township itself needs no mention; a township with its villages does, in two steps."""
    await factories.division(work, OLD_VILLAGE, parent_code=factories.TOWNSHIP)
    for code in (OLD_TOWNSHIP, OLDER):
        await factories.division(work, code, level="township", parent_code=factories.COUNTY)
        await factories.division(work, code[:9] + "201", parent_code=code)
    await took_over(work, factories.VILLAGE, OLD_VILLAGE)
    await took_over(work, factories.VILLAGE, OLD_TOWNSHIP)
    await took_over(work, OLD_TOWNSHIP[:9] + "201", OLDER)
    further = ("421303108000", "421303108201", "421303109000", "421303109201")
    clerk = await asked(await person(work, "clerk", factories.TOWNSHIP))
    assert clerk.read == Scope(first=TOWNSHIP.first, last=TOWNSHIP.last, villages=further)
    cadre = await asked(await person(work, "cadre", factories.VILLAGE))
    assert cadre.read.villages == (*further, OLD_VILLAGE)
    sibling = await asked(await person(work, "cadre", factories.SIBLING))
    assert sibling.read.villages == ()
    county = await asked(await person(work, "county", factories.COUNTY))
    assert county.read == Scope.of_division(factories.COUNTY)


async def test_of_a_township_that_was_divided_each_part_is_seen_by_whoever_took_it_over(
    work: Work, asked: Any
) -> None:
    kept, gone, unsaid = (OLD_TOWNSHIP[:9] + number for number in ("201", "202", "203"))
    await factories.division(work, OLD_TOWNSHIP, level="township", parent_code=factories.COUNTY)
    for code in (kept, gone, unsaid):
        await factories.division(work, code, parent_code=OLD_TOWNSHIP)
    await took_over(work, factories.TOWNSHIP, OLD_TOWNSHIP)
    await took_over(work, factories.OTHER_TOWNSHIP, OLD_TOWNSHIP)
    await took_over(work, factories.VILLAGE, kept)
    await took_over(work, factories.STRANGER, gone)
    clerk = await asked(await person(work, "clerk", factories.TOWNSHIP))
    assert clerk.write.villages == (OLD_TOWNSHIP, kept)
    stranger = await asked(await person(work, "clerk", factories.OTHER_TOWNSHIP))
    assert stranger.write.villages == (OLD_TOWNSHIP, gone)
    for township, village in ((factories.TOWNSHIP, kept), (factories.OTHER_TOWNSHIP, gone)):
        place = await divisions.places(work, township, date(2023, 1, 16))
        assert place.predecessors == (OLD_TOWNSHIP, village)


async def test_what_will_be_taken_over_is_not_seen_before(work: Work, asked: Any) -> None:
    await took_over(work, factories.VILLAGE, factories.STRANGER, on=date(2023, 1, 17))
    assert (await asked(await person(work, "cadre", factories.VILLAGE))).read.villages == ()


async def test_an_area_of_one_division_is_its_range(work: Work, asked: Any) -> None:
    await area(work, "Q1", factories.TOWNSHIP)
    found = await asked(await person(work, "county", area="Q1"))
    assert found.read == found.write == TOWNSHIP
    assert (found.place_code, found.place_name, found.county_code) == ("Q1", "高新区", "000000")


async def test_an_area_of_several_divisions_lists_all_below_them(work: Work, asked: Any) -> None:
    await area(work, "Q2", factories.TOWNSHIP, factories.STRANGER)
    found = await asked(await person(work, "county", area="Q2"))
    assert found.read == Scope(
        villages=(factories.STRANGER, factories.TOWNSHIP, factories.SIBLING, factories.VILLAGE)
    )


async def test_an_area_that_ended_or_has_not_begun_reaches_nothing(work: Work, asked: Any) -> None:
    await area(work, "Q3", factories.TOWNSHIP, valid_to=date(2023, 1, 15))
    assert (await asked(await person(work, "county", area="Q3"))).read == Scope.EMPTY
    await area(work, "Q4", factories.TOWNSHIP)
    await work.conn.execute("update area_division set valid_from = '2023-01-17' where area_code = 'Q4'")
    assert (await asked(await person(work, "county", area="Q4"))).read == Scope.EMPTY


async def test_the_zone_officer_sees_the_township_and_no_other(committed_db: World) -> None:
    """淅河镇 lies in 曾都区 by its code, and is administered by the zone."""
    async with committed_db.writer() as work:
        await factories.world(work)
        for place in (factories.VILLAGE, factories.SIBLING, factories.STRANGER):
            await factories.household(work, place)
        await area(work, "Q1", factories.TOWNSHIP)
        officer = bearer(await token(work, await person(work, "county", area="Q1")))
        neighbour = bearer(await token(work, await person(work, "clerk", factories.OTHER_TOWNSHIP)))
    async with serving(providers=real(committed_db.database)) as client:
        assert await villages(client, officer) == [factories.SIBLING, factories.VILLAGE]
        assert await villages(client, neighbour) == [factories.STRANGER]
        summary = await client.get("/api/v1/divisions/Q1/summary?period=2022", headers=officer)
        assert summary.status_code == 200


async def villages(client: httpx.AsyncClient, headers: dict[str, str]) -> list[str]:
    """The villages whose households a caller sees."""
    answer = await client.get("/api/v1/households", headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["village_code"] for one in answer.json()["items"]]


async def test_a_grant_counts_on_the_chinese_day(work: Work, asked: Any) -> None:
    """NOW is 16 January 2023, 10:00 in China."""
    who = await person(work, "cadre", factories.VILLAGE)
    await work.conn.execute("update account_grant set valid_from = '2023-01-16', valid_to = '2023-01-16'")
    assert (await asked(who)).role == "cadre"


async def test_an_account_with_several_grants_may_change_over(work: Work, asked: Any) -> None:
    who = await person(work, "cadre", factories.VILLAGE)
    assert not (await asked(who)).several
    await grant(work, who.account_id, "clerk", factories.TOWNSHIP, valid_to=date(2021, 1, 1))
    assert not (await asked(who)).several
    await grant(work, who.account_id, "clerk", factories.TOWNSHIP)
    assert (await asked(who)).several
