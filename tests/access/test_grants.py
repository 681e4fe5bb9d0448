"""Grants: which place fits which role, since when and until when, and what a revoked one takes along."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from registry.access import account_queries as queries
from registry.access import grants, sessions
from registry.access.account_model import FITTING, NEEDS, GrantIn
from registry.access.model import GrantRow
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.http.callers import ROLES
from registry.kernel.work import Act, Work
from tests import factories
from tests.access.people import grant, person, token
from tests.serving import NOW

ACT = Act(actor="local", now=NOW, role="admin", operation="test")
TODAY = date(2023, 1, 16)
AREA = "Q1"


async def area(work: Work, code: str = AREA, **columns: Any) -> str:
    standard = {"name": "示范高新区", "valid_from": date(2020, 1, 1)}
    await factories.insert(work, "area", area_code=code, **factories.BORN | standard | columns)
    return code


def test_every_role_says_what_it_needs() -> None:
    assert set(FITTING) == set(NEEDS) == set(ROLES)


@pytest.mark.parametrize(
    ("role", "place", "name"),
    [
        ("cadre", factories.VILLAGE, "挑水河村委会"),
        ("clerk", factories.TOWNSHIP, "淅河镇"),
        ("county", factories.COUNTY, "曾都区"),
        ("county", factories.PREFECTURE, "随州市"),
        ("county", AREA, "示范高新区"),
        ("auditor", factories.TOWNSHIP, "淅河镇"),
        ("auditor", factories.VILLAGE, "挑水河村委会"),
        ("auditor", AREA, "示范高新区"),
        ("partner", "enterprise", "示范品源现代农业"),
        ("admin", None, ""),
    ],
)
async def test_a_role_is_given_with_its_place(work: Work, role: Any, place: str | None, name: str) -> None:
    world = await factories.world(work)
    await area(work)
    who = await person(work, "admin")
    await work.conn.execute("update account_grant set revoked_at = created_at, revoked_by = 'x'")
    made = await grants.add(work.acting(ACT), who.account_id, asked(role, place, world.enterprise))
    assert made.place_name == name
    assert made.label == " · ".join(filter(None, (ROLES[made.role], name)))
    assert (made.valid_from, made.live(TODAY)) == (TODAY, True)
    stored = await queries.grants(work, [who.account_id])
    assert made in stored
    told = await work.conn.fetchval("select changes from audit_event where record_kind = 'grant'")
    assert msgspec.json.decode(told)["role"] == [None, role]


def asked(role: Any, place: str | None, enterprise: UUID) -> GrantIn:
    if place == "enterprise":
        return GrantIn(role=role, organization_id=enterprise)
    if place is not None and place.startswith("Q"):
        return GrantIn(role=role, area_code=place)
    return GrantIn(role=role, division_code=place)


@pytest.mark.parametrize(
    ("role", "fields", "pointer", "code"),
    [
        ("cadre", {}, "/role", "grant.place"),
        ("cadre", {"division_code": factories.TOWNSHIP}, "/division_code", "grant.unfitting"),
        ("clerk", {"division_code": factories.VILLAGE}, "/division_code", "grant.unfitting"),
        ("clerk", {"area_code": AREA}, "/area_code", "grant.unfitting"),
        ("county", {"division_code": factories.TOWNSHIP}, "/division_code", "grant.unfitting"),
        ("county", {"division_code": factories.COUNTY, "area_code": AREA}, "/division_code", "grant.place"),
        ("cadre", {"division_code": "421303187999"}, "/division_code", "grant.unknown"),
        ("county", {"area_code": "Q99"}, "/area_code", "grant.unknown"),
        ("partner", {"organization_id": uuid4()}, "/organization_id", "grant.unknown"),
        ("partner", {"division_code": factories.VILLAGE}, "/division_code", "grant.unfitting"),
        ("admin", {"division_code": factories.VILLAGE}, "/division_code", "grant.place"),
    ],
)
async def test_a_place_that_does_not_fit_is_refused(
    work: Work, role: Any, fields: dict[str, Any], pointer: str, code: str
) -> None:
    await factories.world(work)
    await area(work)
    who = await person(work, "admin")
    with pytest.raises(Invalid) as refused:
        await grants.add(work.acting(ACT), who.account_id, GrantIn(role=role, **fields))
    assert [(one.pointer, one.code) for one in refused.value.mistakes] == [(pointer, code)]
    assert NEEDS[role] in refused.value.mistakes[0].message


async def test_a_place_of_the_past_and_a_government_body_are_refused(work: Work) -> None:
    await factories.world(work)
    await factories.division(
        work, "421303187300", valid_to=date(2021, 12, 31), parent_code=factories.TOWNSHIP
    )
    body = await factories.organization(
        work, kind="government", name="示范镇政府", credit_code="11421303MB0000016D"
    )
    who = await person(work, "admin")
    for new in (
        GrantIn(role="cadre", division_code="421303187300"),
        GrantIn(role="partner", organization_id=body),
    ):
        with pytest.raises(Invalid):
            await grants.add(work.acting(ACT), who.account_id, new)


async def test_the_same_grant_exists_once_and_never_ends_before_it_begins(work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    same = GrantIn(role="cadre", division_code=factories.VILLAGE)
    with pytest.raises(Conflict):
        await grants.add(work.acting(ACT), who.account_id, same)
    await grants.revoke(work.acting(ACT), who.account_grant_id)
    await grants.add(work.acting(ACT), who.account_id, same)
    early = msgspec.structs.replace(same, valid_to=TODAY - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        await grants.add(work.acting(ACT), who.account_id, early)
    assert [one.pointer for one in refused.value.mistakes] == ["/valid_to"]


def test_days_decide_whether_it_runs() -> None:
    row = GrantRow(
        account_grant_id=uuid4(),
        account_id=uuid4(),
        role="cadre",
        valid_from=TODAY,
        valid_to=TODAY,
        created_at=NOW,
        created_by="x",
    )
    days = [row.live(TODAY + timedelta(days=off)) for off in (-1, 0, 1)]
    assert days == [False, True, False]
    assert not msgspec.structs.replace(row, revoked_at=NOW).live(TODAY)


async def test_a_revoked_grant_ends_its_own_sessions_and_tokens_only(work: Work) -> None:
    await factories.world(work)
    who = await person(work, "cadre", factories.VILLAGE)
    other = await grant(work, who.account_id, "clerk", factories.TOWNSHIP)
    for held in (who.account_grant_id, other):
        await sessions.start(work, who.account_id, held, NOW, hours=1, address="", agent="")
        await token(work, msgspec.structs.replace(who, account_grant_id=held))
    row = await grants.revoke(work.acting(ACT), who.account_grant_id)
    assert (row.revoked_at, row.revoked_by) == (NOW, "local")
    standing = await work.conn.fetch("select account_grant_id from session where ended_at is null")
    assert [one["account_grant_id"] for one in standing] == [other]
    standing = await work.conn.fetch("select account_grant_id from api_token where revoked_at is null")
    assert [one["account_grant_id"] for one in standing] == [other]
    with pytest.raises(Conflict):
        await grants.revoke(work.acting(ACT), who.account_grant_id)
    with pytest.raises(NotFound):
        await grants.revoke(work.acting(ACT), other, account_id=uuid4())
    told = await work.conn.fetchval("select changes from audit_event where record_kind = 'grant'")
    assert msgspec.json.decode(told)["place"] == [factories.VILLAGE, None]
