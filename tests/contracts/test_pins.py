"""Reference rows pinned to a contract or an annex line."""

from uuid import UUID, uuid4

from tests import factories
from tests.contracts.desk import API, Desk, Json, Touched, codes


async def pin(desk: Desk, contract: Json, status: int = 201, **body: object) -> Json:
    standard = {"reference_return_id": str(desk.world.reference_return), "reason": "按镇里测产"}
    answer = await desk.act(contract, "reference-pins", status, **{**standard, **body})
    return dict(answer.json())


async def test_a_pin_is_kept_with_person_and_reason(desk: Desk, touched: set[Touched]) -> None:
    made = await desk.signed(lines=2)
    touched.clear()
    first = await pin(desk, made)
    assert (first["crop_code"], first["year"], first["participant_id"]) == (factories.RICE, 2022, None)
    assert len(touched) == 2
    line = (await desk.annex(made))[0]
    touched.clear()
    await pin(desk, made, participant_id=line["participant_id"], reason="这一户单独测产")
    assert touched == {(UUID(line["household_id"]), 2022)}
    again = await pin(desk, made, reason="改用镇里的数")
    shown = (await desk.get(made))["reference_pins"]
    assert [one["reason"] for one in shown] == ["改用镇里的数", "这一户单独测产"]
    assert (shown[0]["reference_pin_id"], shown[0]["created_by"]) == (again["reference_pin_id"], "local")
    stored = await desk.work.conn.fetchval("select count(*) from reference_pin")
    assert stored == 3


async def test_a_pin_is_taken_off(desk: Desk, touched: set[Touched]) -> None:
    made = await desk.draft()
    await desk.add(made, [await desk.line()])
    done = await pin(desk, made)
    address = f"{API}/contracts/{made['contract_id']}/reference-pins/{done['reference_pin_id']}"
    assert (await desk.client.delete(address)).status_code == 204
    assert (await desk.client.delete(address)).status_code == 404
    assert (await desk.get(made))["reference_pins"] == []
    assert touched == set(), "a draft has no lines yet"


async def test_what_cannot_be_pinned(desk: Desk) -> None:
    made = await desk.draft()
    later = await factories.reference_return(desk.work, year=2023)
    answer = await desk.act(
        made,
        "reference-pins",
        422,
        reference_return_id=str(later),
        participant_id=str(uuid4()),
        reason="示例",
    )
    assert codes(answer) == [
        ("/reference_return_id", "pin.later_row"),
        ("/participant_id", "annex.unknown_line"),
    ]
    answer = await desk.act(made, "reference-pins", 422, reference_return_id=str(uuid4()), reason="示例")
    assert codes(answer) == [("/reference_return_id", "pin.unknown_row")]
