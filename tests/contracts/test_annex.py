"""Annex lines: picked or pasted, changed and removed, many at once."""

import asyncio
from datetime import date
from uuid import uuid4

from tests import factories
from tests.contracts.desk import API, Desk, Json, Touched, codes, component, overridden
from tests.factories import CHILI, DRIED, RICE, SIBLING, TOWNSHIP, VILLAGE, insert

STATEMENTS = 26
"""An addition of any number of lines, land and all, answer included."""


async def test_lines_by_id_number_and_name(desk: Desk) -> None:
    made = await desk.draft()
    picked = await factories.household(desk.work, head="示例户 甲")
    await factories.household(desk.work, head="示例户 乙", number="3-017")
    await factories.household(desk.work, head="示例户 丙")
    plain = {"method": "price_premium", "planned_kg": "900.00"}
    answer = await desk.add(
        made,
        [
            await desk.line(picked, own_days="20.00"),
            {"household": "3-017", **plain},
            {"household": "示例户 丙", "signed_name": "示例户 丙之子", **plain},
        ],
    )
    assert answer.headers["etag"] == '"2"'
    first, second, third = await desk.annex(made)
    assert (first["household_id"], first["line_no"], first["own_days"]) == (str(picked), 1, "20.00")
    assert first["land_uses"][0]["displaced_crops"] == [RICE]
    assert first["land_uses"][0]["season_id"] == str(desk.world.season)
    assert first["land_uses"][0]["area_mu"] == "1.00"
    assert (second["head_name"], third["signed_name"]) == ("示例户 乙", "示例户 丙之子")
    (total,) = [c["annex"] for c in (await desk.get(made))["components"]]
    assert total == {
        "participants": 3,
        "households": 3,
        "area_mu": "1.00",
        "planned_kg": "3300.00",
        "without_area": 2,
        "without_planned": 0,
    }


async def test_every_mistake_of_every_line(desk: Desk) -> None:
    made = await desk.draft()
    one = await factories.household(desk.work, head="示例户 重名")
    await factories.household(desk.work, head="示例户 重名")
    far = await factories.household(desk.work, SIBLING)
    await desk.add(made, [await desk.line(one)])
    answer = await desk.add(
        made,
        [
            await desk.line(one),
            {"household": "示例户 重名"},
            {"household_id": str(far)},
            {"household": "没有这个人", "component_number": 7},
            await desk.line(area_mu="2.00", land_uses=[{"idle": True, "area_mu": "1.50"}]),
            await desk.line(area_mu=None),
        ],
        422,
    )
    assert set(codes(answer)) == {
        ("/participants/0", "annex.twice"),
        ("/participants/1/household", "annex.same_name"),
        ("/participants/2/household_id", "annex.household_unknown"),
        ("/participants/3/household", "annex.household_unknown"),
        ("/participants/3/component_number", "annex.component"),
        ("/participants/4/land_uses", "annex.land_area"),
        ("/participants/5/land_uses/0/area_mu", "required"),
    }
    assert len(await desk.annex(made)) == 1


async def test_land_that_is_not_registered_is_named_with_all_other_mistakes(desk: Desk) -> None:
    made = await desk.draft()
    land = {"displaced_crops": ["nothing"], "parcel_code": "P-9", "area_mu": "2.00"}
    answer = await desk.add(made, [await desk.line(land_uses=[land]), {"household": "不在"}], 422)
    assert set(codes(answer)) == {
        ("/participants/0/land_uses", "annex.land_area"),
        ("/participants/0/land_uses/0/displaced_crops/0", "crop.unknown"),
        ("/participants/0/land_uses/0/parcel_code", "parcel.unknown"),
        ("/participants/1/household", "annex.household_unknown"),
    }


async def test_mistakes_inside_a_line(desk: Desk) -> None:
    made = await desk.draft()
    known = {"land_use_id": str(uuid4()), "idle": True}
    answer = await desk.add(
        made,
        [
            {},
            {"household": "x", "method": "own_history"},
            {"household": "y", "land_uses": [{}, known, {"idle": True, "rent_paid": "5.00"}]},
            {"household": "z", "area_mu": "0", "colour": "red"},
        ],
        422,
    )
    assert set(codes(answer)) == {
        ("/participants/0/household", "annex.household"),
        ("/participants/1/base_year", "annex.base_year"),
        ("/participants/2/land_uses/0/displaced_crops", "land_use.displaced"),
        ("/participants/2/land_uses/1", "land_use.known"),
        ("/participants/2/land_uses/2/rented_in", "land_use.rent"),
        ("/participants/3/area_mu", "number.positive"),
        ("/participants/3/colour", "unknown"),
    }


async def test_which_component_has_the_annex(desk: Desk) -> None:
    bare = await desk.draft(components=[])
    answer = await desk.add(bare, [await desk.line()], 422)
    assert ("/participants/0/component_number", "annex.no_component") in codes(answer)
    goods = [component("4.00"), component("3.50", product_code=RICE)]
    two = await desk.draft(number="示例-002", components=goods)
    household = await factories.household(desk.work)
    answer = await desk.add(two, [await desk.line(household)], 422)
    assert codes(answer) == [("/participants/0/component_number", "annex.which_component")]
    plain: Json = {"method": "price_premium", "land_uses": [], "planned_kg": None}
    lines = [await desk.line(household, component_number=n, **plain) for n in (1, 2)]
    answer = await desk.add(two, [*lines, lines[0]], 422)
    assert codes(answer) == [("/participants/2", "annex.twice")]
    await desk.add(two, lines)


async def test_a_ticket_pays_a_household_once(desk: Desk) -> None:
    """Two components for one product: a household is in the annex of one of them, at most (gains.md 11)."""
    made = await desk.draft(components=[component("4.00"), component("3.50")])
    household, other = [await factories.household(desk.work) for _ in range(2)]
    both = [await desk.line(household, component_number=n) for n in (1, 2)]
    answer = await desk.add(made, both, 422)
    assert codes(answer) == [("/participants/1", "annex.paid_twice")]
    assert "已在第 1 项价款的附件里" in answer.json()["errors"][0]["message"]
    await desk.add(made, [both[0], await desk.line(other, component_number=2)])
    assert codes(await desk.add(made, [both[1]], 422)) == [("/participants/0", "annex.paid_twice")]


async def test_lines_of_different_seasons_may_be_paid_by_different_components(desk: Desk) -> None:
    made = await desk.draft(components=[component("4.00"), component("3.50")])
    household = await factories.household(desk.work, contracted_mu="9.00")
    further = await factories.season(desk.work, name="2022 年冬季", starts_on=date(2022, 10, 1))
    lines = [
        await desk.line(
            household,
            component_number=number,
            land_uses=[{"displaced_crops": [RICE], "season_id": str(season)}],
        )
        for number, season in ((1, desk.world.season), (2, further))
    ]
    answer = await desk.client.post(
        f"{API}/contracts/{made['contract_id']}/participants", json={"participants": lines}
    )
    assert "annex.paid_twice" not in answer.text


async def test_a_draft_from_before_the_rule_is_not_signed(desk: Desk) -> None:
    made = await desk.draft(components=[component("4.00"), component("3.50", product_code=RICE)])
    household = await factories.household(desk.work)
    plain: Json = {"method": "price_premium", "land_uses": [], "planned_kg": None}
    await desk.add(made, [await desk.line(household, component_number=n, **plain) for n in (1, 2)])
    await desk.work.conn.execute("update component set product_code = $1", DRIED)
    answer = await desk.client.post(
        f"{API}/contracts/{made['contract_id']}/sign", json={"signed_on": "2022-03-01"}
    )
    assert ("/participants/1", "annex.paid_twice") in codes(answer)


async def test_recorded_land_uses_are_named_by_id(desk: Desk) -> None:
    made = await desk.draft()
    household, other = [await factories.household(desk.work) for _ in range(2)]
    use = await factories.land_use(desk.work, household, desk.world.season)
    foreign = await factories.land_use(desk.work, other, desk.world.season)
    uses = [{"land_use_id": str(key)} for key in (use, foreign, uuid4())]
    answer = await desk.add(made, [await desk.line(household, land_uses=uses)], 422)
    assert codes(answer) == [
        ("/participants/0/land_uses/1/land_use_id", "land_use.other_household"),
        ("/participants/0/land_uses/2/land_use_id", "land_use.unknown"),
    ]
    await desk.add(made, [await desk.line(household, land_uses=uses[:1])])
    (line,) = await desk.annex(made)
    assert line["land_uses"][0]["land_use_id"] == str(use)


async def test_a_season_is_taken_when_there_is_one_and_asked_for_when_not(desk: Desk) -> None:
    made = await desk.draft()
    wrong = await factories.season(desk.work, product_code=RICE)
    line = await desk.line(land_uses=[{"season_id": str(wrong), "idle": True}])
    answer = await desk.add(made, [line], 422)
    assert codes(answer) == [("/participants/0/land_uses/0/season_id", "land_use.season")]
    spring = await factories.season(desk.work, name="春季", starts_on="2022-03-01", ends_on="2022-07-31")
    answer = await desk.add(made, [await desk.line()], 422)
    assert codes(answer) == [("/participants/0/land_uses/0/season_id", "land_use.season")]
    assert "春季" in answer.json()["errors"][0]["message"]
    uses = [
        {"season_id": str(spring), "idle": True},
        {"season_id": str(desk.world.season), "displaced_crops": [RICE]},
    ]
    await desk.add(made, [await desk.line(land_uses=uses)])
    # A season of the township is nearer than those of the county.
    await factories.season(desk.work, division_code=TOWNSHIP, name="本镇")
    await desk.add(made, [await desk.line()])
    bare = await desk.draft(number="示例-002", starts_on="2030-01-01", ends_on="2030-12-31")
    answer = await desk.add(bare, [await desk.line()], 422)
    assert codes(answer) == [("/participants/0/land_uses/0/season_id", "land_use.season")]


async def test_land_held_by_days_counts_in_every_season(desk: Desk) -> None:
    made = await desk.draft()
    leased = {"use_from": "2022-01-01", "use_to": "2022-12-31", "idle": True, "area_mu": "0.40"}
    seasonal = {"displaced_crops": [RICE], "area_mu": "0.60"}
    await desk.add(made, [await desk.line(land_uses=[leased, seasonal])])
    answer = await desk.add(made, [await desk.line(land_uses=[leased])], 422)
    assert codes(answer) == [("/participants/0/land_uses", "annex.land_area")]


async def test_120_lines_in_few_statements(desk: Desk, statements: list[str]) -> None:
    made = await desk.draft()
    lines = [await desk.line() for _ in range(120)]
    await asyncio.sleep(0)  # the driver tells its last statement a turn later
    statements.clear()
    await desk.add(made, lines)
    assert len(statements) <= STATEMENTS, (len(statements), statements)
    assert (await desk.get(made))["components"][0]["annex"]["area_mu"] == "120.00"
    few = len(statements)
    await desk.add(made, [await desk.line()])
    statements.clear()
    one = [await desk.line()]
    statements.clear()
    await desk.add(made, one)
    assert len(statements) <= few


async def test_a_draft_line_changes_by_superseding(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line(), await desk.line()])
    first, second = await desk.annex(made)
    path = f"contracts/{made['contract_id']}/participants"
    change = {"participant_id": first["participant_id"], "area_mu": "2.00", "planned_kg": "3000.00"}
    answer = await desk.patch(path, 2, 422, participants=[change])
    assert codes(answer) == [("/participants/0/land_uses", "annex.land_area")]
    change["land_uses"] = [{"idle": True}]
    answer = await desk.patch(path, 2, participants=[change])
    assert answer.headers["etag"] == '"3"'
    now, untouched = await desk.annex(made)
    assert (now["area_mu"], now["planned_kg"], now["version_no"]) == ("2.00", "3000.00", 1)
    assert now["land_uses"][0]["displaced_crops"] == []
    assert untouched == second
    rows = await desk.work.conn.fetchval(
        "select count(*) from participant_version where participant_id = $1", first["participant_id"]
    )
    assert rows == 2
    await desk.patch(path, None, 428, participants=[change])
    await desk.patch(path, 2, 412, participants=[change])


async def test_mistakes_of_changed_lines(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    (line,) = await desk.annex(made)
    path = f"contracts/{made['contract_id']}/participants"
    change = {"participant_id": line["participant_id"], "method": "own_history"}
    strange = {"participant_id": str(uuid4()), "planned_kg": "1.00"}
    answer = await desk.patch(path, 2, 422, participants=[change, change, strange])
    assert codes(answer) == [
        ("/participants/1/participant_id", "annex.twice"),
        ("/participants/2/participant_id", "annex.unknown_line"),
        ("/participants/0/base_year", "annex.base_year"),
        ("/participants/1/base_year", "annex.base_year"),
    ]


async def test_one_line_alone(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    (line,) = await desk.annex(made)
    path = f"contracts/{made['contract_id']}/participants/{line['participant_id']}"
    answer = await desk.patch(path, 2, own_days="18.50")
    assert (answer.json()["own_days"], answer.headers["etag"]) == ("18.50", '"3"')
    shown = await desk.client.get(f"{API}/{path}")
    assert shown.json()["planned_kg"] == "1500.00"
    gone = await desk.client.delete(f"{API}/{path}")
    assert gone.status_code == 204
    assert await desk.annex(made) == []
    assert (await desk.client.get(f"{API}/{path}")).status_code == 404
    assert (await desk.client.delete(f"{API}/{path}")).status_code == 404


async def test_removing_many(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line() for _ in range(3)])
    keys = [line["participant_id"] for line in await desk.annex(made)]
    address = f"{API}/contracts/{made['contract_id']}/participants:remove"
    answer = await desk.client.post(address, json={"participant_ids": [keys[0], str(uuid4())]})
    assert codes(answer) == [("/participant_ids/1", "annex.unknown_line")]
    answer = await desk.client.post(address, json={"participant_ids": keys[:2]})
    assert (answer.status_code, answer.json()["version"]) == (200, 3)
    assert [line["participant_id"] for line in await desk.annex(made)] == keys[2:]
    # The next line gets a number of its own; land that no line stands on any more counts for nothing.
    await desk.add(made, [await desk.line()])
    assert [line["line_no"] for line in await desk.annex(made)] == [3, 4]


async def test_the_annex_goes_on_by_its_cursor(desk: Desk) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line() for _ in range(3)])
    address = f"{API}/contracts/{made['contract_id']}/participants"
    first = (await desk.client.get(address, params={"limit": "2"})).json()
    rest = (await desk.client.get(address, params={"cursor": first["next_cursor"]})).json()
    assert [line["line_no"] for line in [*first["items"], *rest["items"]]] == [1, 2, 3]


async def test_a_signed_annex_takes_no_lines(desk: Desk) -> None:
    made = await desk.signed()
    answer = await desk.add(made, [await desk.line()], 409)
    assert answer.json()["code"] == "contract.state"
    (line,) = await desk.annex(made)
    address = f"{API}/contracts/{made['contract_id']}/participants/{line['participant_id']}"
    assert (await desk.client.delete(address)).status_code == 409


async def test_a_signed_line_is_corrected_with_a_reason(desk: Desk, touched: set[Touched]) -> None:
    made = await desk.signed()
    (line,) = await desk.annex(made)
    touched.clear()
    path = f"contracts/{made['contract_id']}/participants/{line['participant_id']}"
    answer = await desk.patch(path, made["version"], 422, area_mu="2.00", own_days="20.00")
    assert set(codes(answer)) == {
        ("/participants/0/area_mu", "annex.signed"),
        ("/participants/0/land_uses", "annex.land_area"),
        ("/participants/0/reason", "required"),
    }
    answer = await desk.patch(path, made["version"], own_days="20.00", reason="当时漏填，已问过本人")
    now = answer.json()
    assert (now["own_days"], now["version_no"], now["effective_on"]) == ("20.00", 1, "2022-03-01")
    assert {year for _, year in touched} == {2022}
    (finding,) = [f for f in (await desk.get(made))["findings"] if f["code"] == "annex.corrected"]
    assert finding["override_reason"] == "当时漏填，已问过本人"
    assert "— 改为 20.00 天" in finding["message"]


async def test_yield_far_from_the_reference(desk: Desk) -> None:
    await factories.reference_return(desk.work, crop_code=CHILI, yield_kg="1500.00", price_per_50kg="200.00")
    made = await desk.draft()
    lines = [await desk.line(planned_kg=kg) for kg in ("900.00", "2550.00", "899.99", "3000.00")]
    answer = await desk.add(made, lines, 422)
    assert codes(answer, "warnings") == [
        ("/participants/2/planned_kg", "annex.yield_unusual"),
        ("/participants/3/planned_kg", "annex.yield_unusual"),
    ]
    assert "3000.00 公斤，参照亩产 1500.00 公斤" in answer.json()["warnings"][1]["message"]
    assert await desk.annex(made) == []
    given = overridden(answer)
    lines[2]["overrides"] = given[:1]
    await desk.add(made, lines, overrides=given[1:])
    found = (await desk.get(made))["findings"]
    assert {f["override_reason"] for f in found} == {"已到现场核对"}
    assert [f["record_kind"] for f in found] == ["participant", "participant"]


async def test_yield_far_from_the_other_lines(desk: Desk) -> None:
    made = await desk.draft()
    kilos = ("1500.00", "1450.00", "1600.00", "1500.00", "3100.00")
    answer = await desk.add(made, [await desk.line(planned_kg=kg) for kg in kilos], 422)
    assert codes(answer, "warnings") == [("/participants/4/planned_kg", "annex.yield_unusual")]
    await desk.add(made, [await desk.line(planned_kg=kg) for kg in kilos[1:]])


async def test_what_a_line_lacks_for_its_gain(desk: Desk) -> None:
    made = await desk.draft()
    ended = await factories.household(desk.work, valid_to="2022-12-31", end_kind="moved")
    known = await factories.household(desk.work)
    history = {
        "household_id": known,
        "crop_code": CHILI,
        "year": 2020,
        "area_mu": "1.00",
        "cash_income": "900.00",
        "evidence": "示例",
    }
    await insert(desk.work, "own_history", **factories.placed(VILLAGE) | factories.BORN | history)
    bare: Json = {"area_mu": None, "land_uses": [], "planned_kg": None}
    lines = [
        await desk.line(**bare),
        await desk.line(**bare, method="own_history", base_year=2020),
        await desk.line(known, **{**bare, "area_mu": "1.00"}, method="own_history", base_year=2020),
        await desk.line(ended, **bare, method="price_premium"),
    ]
    answer = await desk.add(made, lines, 422)
    assert codes(answer, "warnings") == [
        ("/participants/0/area_mu", "annex.area_missing"),
        ("/participants/0/land_uses", "annex.land_use_missing"),
        ("/participants/1/area_mu", "annex.area_missing"),
        ("/participants/1/base_year", "annex.own_history_missing"),
        ("/participants/3/household", "household.ended"),
    ]
    await desk.add(made, lines, overrides=overridden(answer))


async def test_area_beyond_the_household_s_land(desk: Desk) -> None:
    made = await desk.draft()
    household = await factories.household(desk.work, contracted_mu="1.50")
    plain = await factories.household(desk.work, contracted_mu="1.50")
    lines = [
        await desk.line(household, area_mu="2.00"),
        await desk.line(plain, area_mu="2.00", land_uses=[], method="price_premium"),
    ]
    for line in lines:
        line["planned_kg"] = None
    answer = await desk.add(made, lines, 422)
    assert set(codes(answer, "warnings")) == {
        ("/participants/0/land_uses/0/area_mu", "land_use.beyond_household"),
        ("/participants/1/area_mu", "annex.area_beyond_land"),
    }
    rented = {"rented_in": True, "rent_paid": "300.00", "displaced_crops": [RICE], "area_mu": "0.50"}
    own = {"displaced_crops": [RICE], "area_mu": "1.50"}
    await desk.add(made, [{**lines[0], "land_uses": [own, rented]}])
    answer = await desk.add(made, lines[1:], 422)
    await desk.add(made, lines[1:], overrides=overridden(answer))


async def test_more_than_a_parcel_on_one_season(desk: Desk) -> None:
    parcel = uuid4()
    columns = {"parcel_id": parcel, "code": "H-0001", "area_mu": "3.0000"}
    await insert(desk.work, "parcel", **factories.placed(VILLAGE) | factories.BORN | columns)
    use = {"displaced_crops": [RICE], "parcel_code": "H-0001"}
    first = await desk.draft()
    await desk.add(first, [await desk.line(area_mu="2.00", planned_kg=None, land_uses=[use])])
    await desk.sign(first)
    second = await desk.draft(number="示例-002", title="示例西瓜合同")
    line = await desk.line(area_mu="1.20", planned_kg=None, land_uses=[use])
    answer = await desk.add(second, [line], 422)
    assert codes(answer, "warnings") == [("/participants/0/land_uses/0/area_mu", "land_use.beyond_parcel")]
    await desk.add(second, [line], overrides=overridden(answer))
    assert [f["record_kind"] for f in (await desk.get(second))["findings"]] == ["land_use"]
