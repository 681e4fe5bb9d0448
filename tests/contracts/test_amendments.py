"""Amendments: a further version from a day on; what was signed before stays as it was."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from registry.contracts import service
from registry.kernel.work import Cause, Work
from tests import factories
from tests.contracts.desk import Desk, Json, Touched, codes, component, order, overridden
from tests.factories import CHILI, RICE

PAPER = {"effective_on": "2022-07-01", "signed_on": "2022-06-25", "reason": "行情上涨，协商调价"}


@pytest.fixture
def causes(monkeypatch: pytest.MonkeyPatch) -> list[Cause]:
    seen: list[Cause] = []
    monkeypatch.setattr(Work, "mark_stale", lambda _, cause: seen.append(cause))
    return seen


async def amend(desk: Desk, contract: Json, status: int = 201, **body: object) -> Json:
    answer = await desk.act(contract, "amendments", status, **{**PAPER, **body})
    return dict(answer.json())


async def test_terms_and_annex_change_from_a_day(
    desk: Desk, causes: list[Cause], touched: set[Touched]
) -> None:
    made = await desk.signed(lines=3)
    stays, changes_, leaves = await desk.annex(made)
    touched.clear()
    done = await amend(
        desk,
        made,
        terms=[{"number": 1, "terms": order("4.50")}],
        add=[await desk.line()],
        change=[{"participant_id": changes_["participant_id"], "planned_kg": "1800.00"}],
        withdraw=[leaves["participant_id"]],
    )
    assert done == {"version_no": 2, "version": made["version"] + 1}
    before, after = [await desk.get(made, day=day) for day in ("2022-06-30", "2022-07-01")]
    assert [c["sentence"] for c in before["components"]] == ["固定价每公斤 4.00 元"]
    assert [c["sentence"] for c in after["components"]] == ["固定价每公斤 4.50 元"]
    assert [c["annex"]["participants"] for c in (*before["components"], *after["components"])] == [3, 3]
    old, new = [await desk.annex(made, day=day) for day in ("2022-06-30", "2022-07-01")]
    assert [line["planned_kg"] for line in old] == ["1500.00"] * 3
    assert [line["planned_kg"] for line in new] == ["1500.00", "1800.00", "1500.00", "1500.00"]
    assert [line["withdrawn"] for line in new] == [False, False, True, False]
    assert new[0] == stays
    assert len(touched) == 3
    (cause,) = causes
    assert (str(cause.contract_id), cause.first_day) == (made["contract_id"], date(2022, 7, 1))
    versions = (await desk.client.get(f"/api/v1/contracts/{made['contract_id']}/amendments")).json()
    assert [(v["version_no"], v["reason"]) for v in versions["items"]] == [(1, None), (2, PAPER["reason"])]


async def test_what_others_read_follows_the_business_day(desk: Desk, causes: list[Cause]) -> None:
    made = await desk.signed(**desk.chain())
    await amend(desk, made, terms=[{"number": 2, "terms": order("4.10")}], add=[await desk.line()])
    key = UUID(made["contract_id"])
    for day, price, members in ((date(2022, 5, 1), "4.0000", 1), (date(2022, 8, 1), "4.1000", 2)):
        first, second = await service.pricing_components(desk.work, [key], day)
        assert str(first.terms.price.price) == "4.2000"  # type: ignore[union-attr]
        assert str(second.terms.price.price) == price  # type: ignore[union-attr]
        assert (second.payer_role, second.payee_role) == ("organiser", "household")
        assert second.active_on(day)
        assert not second.active_on(date(2023, 1, 1))
        assert len(await service.annex(desk.work, key, day)) == members
    versions = await service.component_versions(desk.work, [key], "421303")
    assert [(one.number, one.version_no) for one in versions] == [(1, 1), (2, 1), (2, 2)]
    assert (await service.contract(desk.work, key)).active_on(date(2022, 5, 1))
    assert causes


async def test_land_of_other_seasons_stays(desk: Desk) -> None:
    autumn = await factories.season(
        desk.work, name="秋延", starts_on=date(2022, 8, 1), ends_on=date(2022, 12, 20)
    )
    made = await desk.draft()
    both = [{"season_id": str(key), "idle": True} for key in (desk.world.season, autumn)]
    await desk.add(made, [await desk.line(land_uses=both, planned_kg=None)])
    signed = dict((await desk.sign(made)).json())
    (line,) = await desk.annex(made)
    change: Json = {"participant_id": line["participant_id"], "area_mu": "2.00"}
    refused = await desk.act(signed, "amendments", 422, **PAPER, change=[change])
    assert set(codes(refused)) == {("/change/0/land_uses", "annex.land_area")}
    change["land_uses"] = [{"season_id": str(autumn), "displaced_crops": [RICE]}]
    await amend(desk, signed, change=[change])
    (now,) = await desk.annex(made, day="2022-08-01")
    areas = {use["season_id"]: use["area_mu"] for use in now["land_uses"]}
    assert areas == {str(desk.world.season): "1.00", str(autumn): "2.00"}
    # A later correction of the planned quantity does not ask for the land again.
    path = f"contracts/{made['contract_id']}/participants/{line['participant_id']}"
    version = (await desk.get(made))["version"]
    await desk.patch(path, version, planned_kg="2000.00", reason="按实际面积更正")


async def test_every_mistake_of_an_amendment(desk: Desk) -> None:
    made = await desk.signed()
    (line,) = await desk.annex(made)
    key = line["participant_id"]
    other = order("4.00")
    other["product_code"] = RICE
    capped = order({"clause": "market_plus", "floor": "9.00", "cap": "8.00"})
    refused = await desk.act(
        made,
        "amendments",
        422,
        effective_on="2023-01-15",
        signed_on="2023-02-01",
        reason="示例原因",
        terms=[
            {"number": 1, "terms": other},
            {"number": 1, "terms": capped},
            {"number": 7, "terms": order("1")},
        ],
        add=[await desk.line(UUID(line["household_id"]))],
        change=[{"participant_id": key, "planned_kg": "1.00"}, {"participant_id": str(uuid4())}],
        withdraw=[key, str(uuid4())],
    )
    assert set(codes(refused)) == {
        ("/effective_on", "amendment.outside"),
        ("/signed_on", "contract.signed_later"),
        ("/terms/0/terms/product_code", "amendment.product"),
        ("/terms/1/number", "component.number_twice"),
        ("/terms/1/terms/price/floor", "terms.floor_above_cap"),
        ("/terms/2/number", "amendment.component"),
        ("/add/0", "annex.twice"),
        ("/change/1/participant_id", "annex.unknown_line"),
        ("/withdraw/0", "annex.twice"),
        ("/withdraw/1", "annex.unknown_line"),
    }
    empty = await desk.act(made, "amendments", 422, **PAPER)
    assert codes(empty) == [("", "amendment.empty")]


async def test_versions_follow_each_other(desk: Desk, causes: list[Cause]) -> None:
    made = await desk.signed()
    (line,) = await desk.annex(made)
    await amend(desk, made, withdraw=[line["participant_id"]])
    refused = await desk.act(
        made, "amendments", 422, **{**PAPER, "effective_on": "2022-06-01"}, withdraw=[line["participant_id"]]
    )
    assert codes(refused) == [("/effective_on", "amendment.before"), ("/withdraw/0", "annex.twice")]
    await amend(desk, made, effective_on="2022-09-01", terms=[{"number": 1, "terms": order("5.00")}])
    shown = await desk.get(made, day="2022-09-01")
    assert [c["version_no"] for c in shown["components"]] == [3]
    assert len(causes) == 1


async def test_warnings_of_an_amendment(desk: Desk, causes: list[Cause]) -> None:
    await factories.reference_return(desk.work, crop_code=CHILI, yield_kg="1500.00", price_per_50kg="200.00")
    made = await desk.signed()
    (line,) = await desk.annex(made)
    body: Json = {
        "terms": [{"number": 1, "terms": order("8.00")}],
        "add": [await desk.line(planned_kg="3000.00")],
        "change": [{"participant_id": line["participant_id"], "planned_kg": "3000.00"}],
    }
    refused = await desk.act(made, "amendments", 422, **PAPER, **body)
    assert set(codes(refused, "warnings")) == {
        ("/terms/0/terms/price/price", "terms.price_unusual"),
        ("/add/0/planned_kg", "annex.yield_unusual"),
        ("/change/0/planned_kg", "annex.yield_unusual"),
    }
    await amend(desk, made, **body, overrides=overridden(refused))
    assert len((await desk.get(made))["findings"]) == 3
    assert causes


async def test_only_signed_contracts_are_amended(desk: Desk) -> None:
    made = await desk.draft(components=[component("4.00")])
    answer = await desk.act(made, "amendments", 409, **PAPER, withdraw=[str(uuid4())])
    assert answer.json()["code"] == "contract.state"
