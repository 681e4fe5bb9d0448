"""Reference rows pinned to a contract or an annex line, with the person and the reason (gains.md 1)."""

from uuid import UUID

from registry.contracts import queries, states, touching, writing
from registry.contracts.inputs import PinIn
from registry.contracts.lines import current_components
from registry.contracts.model import IN_FORCE, ContractRow
from registry.contracts.overview_model import PinRow
from registry.kernel.db import Conn
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.types import new_id
from registry.kernel.web import Act


async def pin(conn: Conn, act: Act, contract_id: UUID, request: PinIn, version: int | None = None) -> PinRow:
    """Fixes a row in the place of an earlier pin of the same crop and line. Invalid, Conflict, Stale."""
    contract = await queries.contract(conn, contract_id)
    await states.claim(conn, act, contract, ["draft", *IN_FORCE], version=version, what="指定参照数据")
    row = await queries.reference_row_for_pin(conn, request.reference_return_id)
    keys = {key.participant_id: key.household_id for key in await queries.annex_keys(conn, contract)}
    mistakes = []
    if row is None:
        mistakes.append(_mistake("/reference_return_id", "pin.unknown_row", "找不到这行参照数据，请重新选择"))
    elif contract.ends_on is not None and row.year > contract.ends_on.year:
        message = f"参照数据是 {row.year} 年的，晚于合同结束的 {contract.ends_on.year} 年，请选更早的一行"
        mistakes.append(_mistake("/reference_return_id", "pin.later_row", message))
    if request.participant_id is not None and request.participant_id not in keys:
        mistakes.append(_mistake("/participant_id", "annex.unknown_line", "附件里没有这一行，请刷新后重选"))
    if mistakes or row is None:
        raise Invalid(mistakes)
    made = writing.NewPin(
        county_code=contract.county_code,
        reference_pin_id=new_id(),
        village_code=contract.village_code,
        contract_id=contract.contract_id,
        participant_id=request.participant_id,
        crop_code=row.crop_code,
        reference_return_id=row.reference_return_id,
        reason=request.reason,
        recorded_at=act.now,
        created_by=act.actor,
    )
    await writing.add_pin(conn, made)
    await _touch(conn, contract, request.participant_id, keys)
    return next(
        one for one in await queries.pins(conn, contract) if one.reference_pin_id == made.reference_pin_id
    )


async def release(
    conn: Conn, act: Act, contract_id: UUID, reference_pin_id: UUID, version: int | None = None
) -> None:
    """Takes a pin off again: the row is looked up as for every other line. NotFound if there is none."""
    contract = await queries.contract(conn, contract_id)
    await states.claim(conn, act, contract, ["draft", *IN_FORCE], version=version, what="取消指定的参照数据")
    released = await writing.release_pin(conn, contract, reference_pin_id, act.now)
    keys = {key.participant_id: key.household_id for key in await queries.annex_keys(conn, contract)}
    await _touch(conn, contract, released.participant_id, keys)


async def _touch(
    conn: Conn, contract: ContractRow, participant_id: UUID | None, keys: dict[UUID, UUID]
) -> None:
    """The lines that used or will use the row, once the contract is in force."""
    if contract.status not in IN_FORCE:
        return
    households = set(keys.values()) if participant_id is None else {keys[participant_id]}
    await touching.touch(conn, contract, households, await current_components(conn, contract))


def _mistake(pointer: str, code: str, message: str) -> Mistake:
    return Mistake(pointer=pointer, code=code, message=message)
