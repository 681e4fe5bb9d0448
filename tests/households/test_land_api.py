"""Parcels and land uses: parts and wholes, land promised twice, seasons that follow each other."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests.factories import (
    CREATED,
    DRIED,
    RICE,
    SIBLING,
    VILLAGE,
    World,
    insert,
    placed,
    season,
    world,
)
from tests.households.known import HOUSEHOLDS, made, pointers, warned

PARCELS, LAND_USES = "/api/v1/parcels", "/api/v1/land-uses"
BEYOND = "land_use.beyond_household"


@pytest.fixture(autouse=True)
async def known(work: Work) -> World:
    return await world(work)


@pytest.fixture
async def household(client: httpx.AsyncClient) -> dict[str, Any]:
    return await made(client)


@pytest.fixture
def url(household: dict[str, Any]) -> str:
    return f"{HOUSEHOLDS}/{household['household_id']}"


async def parcel(client: httpx.AsyncClient, url: str, **further: Any) -> dict[str, Any]:
    answer = await client.post(f"{url}/parcels", json={"code": "D-1", "area_mu": "2.0000"} | further)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_parcel_is_shared_and_given_up(client: httpx.AsyncClient, url: str) -> None:
    one = await parcel(client, url, held_mu="1.5")
    other = await made(client, number="013", name="示例户乙")
    at = f"{PARCELS}/{one['parcel_id']}"
    sent = {"household_id": other["household_id"], "area_mu": "0.5"}
    shared = await client.post(f"{at}/holders", json=sent)
    assert [(held["number"], held["area_mu"]) for held in shared.json()["holders"]] == [
        ("012", "1.5000"),
        ("013", "0.5000"),
    ]
    assert (await client.post(f"{at}/holders", json=sent)).status_code == 409
    foreign = await made(client, village_code=SIBLING)
    wrong = {"household_id": foreign["household_id"], "area_mu": "2.5"}
    assert pointers(await client.post(f"{at}/holders", json=wrong)) == {
        ("/household_id", "household.unknown"),
        ("/area_mu", "parcel.part"),
    }
    assert (await client.delete(f"{at}/holders/{other['household_id']}")).status_code == 204
    assert (await client.delete(f"{at}/holders/{other['household_id']}")).status_code == 404
    assert len((await client.get(at)).json()["holders"]) == 1


async def test_a_parcel_changes_but_not_below_what_is_held(client: httpx.AsyncClient, url: str) -> None:
    one = await parcel(client, url, held_mu="1.5")
    at = f"{PARCELS}/{one['parcel_id']}"
    version = {"if-match": '"1"'}
    assert pointers(await client.patch(at, json={"area_mu": "1"}, headers=version)) == {
        ("/area_mu", "parcel.part")
    }
    answer = await client.patch(at, json={"area_mu": "1.8", "name": "河边"}, headers=version)
    assert (answer.json()["area_mu"], answer.json()["name"], answer.headers["etag"]) == (
        "1.8000",
        "河边",
        '"2"',
    )
    assert (await client.patch(at, json={"name": "别处"}, headers=version)).status_code == 412
    assert (await client.get(at, headers={"if-none-match": '"2"'})).status_code == 304
    taken = await client.post(f"{url}/parcels", json={"code": "D-1", "area_mu": "1"})
    assert (taken.status_code, taken.json()["code"]) == (409, "parcel.code_taken")
    more = await client.post(f"{url}/parcels", json={"code": "D-2", "area_mu": "1", "held_mu": "2"})
    assert pointers(more) == {("/held_mu", "parcel.part")}


async def test_every_mistake_of_a_land_use_is_named(client: httpx.AsyncClient, url: str) -> None:
    sent: dict[str, Any] = {"area_mu": "0"}
    sent |= {"season_id": str(uuid4()), "use_from": "2022-01-01", "rent_paid": "1e400"}
    assert pointers(await client.post(f"{url}/land-uses", json=sent)) == {
        ("/area_mu", "number.positive"),
        ("/rent_paid", "number.exponent"),
    }
    sent = {
        "area_mu": "1",
        "season_id": str(uuid4()),
        "use_from": "2022-01-01",
        "rent_paid": "5",
        "parcel_id": str(uuid4()),
        "parcel_code": "D-1",
    }
    assert pointers(await client.post(f"{url}/land-uses", json=sent)) == {
        ("/season_id", "land_use.time"),
        ("/displaced_crops", "land_use.displaced"),
        ("/parcel_code", "land_use.parcel_twice"),
        ("/rented_in", "land_use.rent"),
    }
    sent = {
        "area_mu": "1",
        "season_id": str(uuid4()),
        "displaced_crops": [RICE, "unheard"],
        "parcel_id": str(uuid4()),
        "rented_in": True,
        "rent_paid": "5",
    }
    assert pointers(await client.post(f"{url}/land-uses", json=sent)) == {
        ("/season_id", "season.unknown"),
        ("/displaced_crops/1", "crop.unknown"),
        ("/parcel_id", "parcel.unknown"),
    }


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({"use_from": "2022-01-01"}, "/season_id", "land_use.time"),
        ({"use_from": "2022-02-01", "use_to": "2022-01-01"}, "/use_to", "date.order"),
        (
            {"use_from": "2022-01-01", "use_to": "2022-12-31", "idle": True, "displaced_crops": [RICE]},
            "/displaced_crops",
            "land_use.displaced",
        ),
        (
            {
                "use_from": "2022-01-01",
                "use_to": "2022-12-31",
                "rented_in": True,
                "rent_either_way": True,
            },
            "/rent_paid",
            "required",
        ),
        (
            {"use_from": "2022-01-01", "use_to": "2022-12-31", "parcel_code": "D-9"},
            "/parcel_code",
            "parcel.unknown",
        ),
    ],
)
async def test_a_land_use_says_when_and_what(
    client: httpx.AsyncClient, url: str, sent: dict[str, Any], pointer: str, code: str
) -> None:
    sent = {"area_mu": "1", "displaced_crops": [RICE]} | sent
    assert pointers(await client.post(f"{url}/land-uses", json=sent)) == {(pointer, code)}


async def test_land_beyond_the_households_own_needs_a_reason_which_is_kept(
    client: httpx.AsyncClient, work: Work, url: str, known: World
) -> None:
    use = {"area_mu": "3", "season_id": str(known.season), "displaced_crops": [RICE]}
    assert (await client.post(f"{url}/land-uses", json=use)).status_code == 201
    answer = await client.post(f"{url}/land-uses", json=use)
    assert warned(answer) == [("/area_mu", BEYOND)]
    assert "6.00 亩" in answer.json()["warnings"][0]["message"]
    assert "4.00 亩" in answer.json()["warnings"][0]["message"]
    overrides = [{"code": BEYOND, "pointer": "/area_mu", "reason": "另有自留地"}]
    kept = await client.post(f"{url}/land-uses", json=use | {"overrides": overrides})
    assert kept.status_code == 201, kept.text
    found = await work.conn.fetchrow(
        "select record_kind, override_reason from finding where record_id = $1",
        UUID(kept.json()["land_use_id"]),
    )
    assert tuple(found or ()) == ("land_use", "另有自留地")
    rented = use | {"rented_in": True, "rent_paid": "300"}
    assert (await client.post(f"{url}/land-uses", json=rented)).status_code == 201


async def test_seasons_that_follow_each_other_share_the_land(
    client: httpx.AsyncClient, work: Work, url: str
) -> None:
    days = {"product_code": DRIED, "year": 2022}
    spring = await season(work, **days, name="春季", starts_on="2022-03-01", ends_on="2022-07-20")
    autumn = await season(work, **days, name="秋季", starts_on="2022-07-10", ends_on="2022-11-30")
    for one in (spring, autumn):
        use = {"area_mu": "4", "season_id": str(one), "displaced_crops": [RICE]}
        assert (await client.post(f"{url}/land-uses", json=use)).status_code == 201
    lease = {"area_mu": "1", "use_from": "2022-01-01", "use_to": "2022-12-31", "idle": True}
    answer = await client.post(f"{url}/land-uses", json=lease)
    assert warned(answer) == [("/area_mu", BEYOND)]


async def test_uses_of_several_households_beyond_a_shared_parcel_are_warned_of(
    client: httpx.AsyncClient, url: str, known: World
) -> None:
    one = await parcel(client, url)
    other = await made(client, number="013", name="示例户乙", contracted_mu=None)
    use = {"area_mu": "1.50", "season_id": str(known.season), "idle": True, "parcel_id": one["parcel_id"]}
    assert (await client.post(f"{url}/land-uses", json=use)).status_code == 201
    answer = await client.post(f"{HOUSEHOLDS}/{other['household_id']}/land-uses", json=use)
    assert warned(answer) == [("/area_mu", "land_use.beyond_parcel")]


async def test_unknown_land_is_not_taken_for_none(client: httpx.AsyncClient, known: World) -> None:
    bare = await made(client, number="014", name="示例户丙", contracted_mu=None)
    at = f"{HOUSEHOLDS}/{bare['household_id']}"
    use = {"area_mu": "100", "season_id": str(known.season), "idle": True}
    assert (await client.post(f"{at}/land-uses", json=use)).status_code == 201
    await parcel(client, at, code="D-7")
    assert warned(await client.post(f"{at}/land-uses", json=use)) == [("/area_mu", BEYOND)]


async def test_a_changed_land_use_is_compared_without_its_former_self(
    client: httpx.AsyncClient, url: str, known: World
) -> None:
    use = {"area_mu": "3", "season_id": str(known.season), "displaced_crops": [RICE]}
    one = (await client.post(f"{url}/land-uses", json=use)).json()
    at, version = f"{LAND_USES}/{one['land_use_id']}", {"if-match": '"1"'}
    answer = await client.patch(at, json={"area_mu": "4", "displaced_crops": []}, headers=version)
    assert (answer.json()["area_mu"], answer.json()["idle"]) == ("4.00", True)
    assert answer.headers["etag"] == '"2"'
    later = {"if-match": '"2"'}
    assert (await client.patch(at, json={"area_mu": "4"}, headers=later)).headers["etag"] == '"2"'
    assert warned(await client.patch(at, json={"area_mu": "4.01"}, headers=later)) == [("/area_mu", BEYOND)]
    assert pointers(await client.patch(at, json={"season_id": None}, headers=later)) == {
        ("/season_id", "land_use.time")
    }
    days = {"season_id": None, "use_from": "2022-01-01", "use_to": "2022-12-31"}
    held = await client.patch(at, json=days, headers=later)
    assert (held.json()["first_day"], held.json()["season_name"]) == ("2022-01-01", None)
    assert (await client.patch(at, json={"area_mu": "1"}, headers=later)).status_code == 412
    assert (await client.get(at, headers={"if-none-match": '"3"'})).status_code == 304
    assert (await client.get(f"{LAND_USES}/{uuid4()}")).status_code == 404


async def test_land_under_a_cancelled_contract_does_not_count(
    client: httpx.AsyncClient, work: Work, household: dict[str, Any], url: str, known: World
) -> None:
    use = {"area_mu": "3", "season_id": str(known.season), "displaced_crops": [RICE]}
    one = (await client.post(f"{url}/land-uses", json=use)).json()
    contract, component, line = uuid4(), uuid4(), uuid4()
    at = placed(VILLAGE)
    terms = {"contract_id": contract, "title": "示范合同", "status": "draft", "filing_state": "missing"}
    stamps = {"source": "api", **CREATED, "updated_at": "2023-01-01", "updated_by": "local", "version": 1}
    await insert(work, "contract", **at, **terms, **stamps)
    part = {"component_id": component, "contract_id": contract, "number": 1, "kind": "lease"}
    roles = {"payer_role": "lessee", "payee_role": "household"}
    await insert(work, "component", **at, **part, **roles, **CREATED)
    annex = {"participant_id": line, "contract_id": contract, "component_id": component, "line_no": 1}
    whose = {"household_id": household["household_id"], "signed_name": "示例户甲", "source": "api"}
    await insert(work, "participant", **at, **annex, **whose, **CREATED)
    link = {"participant_id": line, "land_use_id": one["land_use_id"]}
    await insert(work, "participant_land_use", **at, **link, **CREATED)
    assert warned(await client.post(f"{url}/land-uses", json=use)) == [("/area_mu", BEYOND)]
    await work.conn.execute(
        "update contract set status = 'cancelled', cancelled_on = '2022-01-01', status_reason = '示例'"
    )
    assert (await client.post(f"{url}/land-uses", json=use)).status_code == 201
