"""Reference rows pinned to a contract or an annex line, with the person and the reason (gains.md 1)."""

from uuid import UUID

from registry.contracts import guarded_updates, queries, recompute_triggers, write_queries
from registry.contracts.annex_lines import current_components
from registry.contracts.inputs import PinIn
from registry.contracts.model import IN_FORCE, ContractRow
from registry.contracts.overview_model import PinRow
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work


async def pin(work: Work, contract_id: UUID, request: PinIn, version: int | None = None) -> PinRow:
    """Fixes a row in the place of an earlier pin of the same crop and line. Invalid, Conflict, Stale."""
    contract = await queries.contract(work, contract_id)
    await guarded_updates.claim(work, contract, ["draft", *IN_FORCE], version=version, what="指定参照数据")
    row = await queries.reference_row_for_pin(work, request.reference_return_id)
    keys = {key.participant_id: key.household_id for key in await queries.annex_keys(work, contract.key)}
    mistakes = []
    if row is None:
        mistakes.append(Mistake("/reference_return_id", "pin.unknown_row", "找不到这行参照数据，请重新选择"))
    elif contract.ends_on is not None and row.year > contract.ends_on.year:
        message = f"参照数据是 {row.year} 年的，晚于合同结束的 {contract.ends_on.year} 年，请选更早的一行"
        mistakes.append(Mistake("/reference_return_id", "pin.later_row", message))
    if request.participant_id is not None and request.participant_id not in keys:
        mistakes.append(Mistake("/participant_id", "annex.unknown_line", "附件里没有这一行，请刷新后重选"))
    if mistakes or row is None:
        raise Invalid(mistakes)
    made = fill(
        write_queries.NewPin,
        contract,
        row,
        request,
        reference_pin_id=new_id(),
        recorded_at=work.act.now,
        created_by=work.act.actor,
    )
    await write_queries.add_pin(work, made)
    await _touch(work, contract, request.participant_id, keys)
    return next(
        one for one in await queries.pins(work, contract.key) if one.reference_pin_id == made.reference_pin_id
    )


async def release(work: Work, contract_id: UUID, reference_pin_id: UUID, version: int | None = None) -> None:
    """Removes a pin: the row is looked up as for every other line. NotFound if it does not exist."""
    contract = await queries.contract(work, contract_id)
    await guarded_updates.claim(
        work, contract, ["draft", *IN_FORCE], version=version, what="取消指定的参照数据"
    )
    released = await write_queries.release_pin(work, contract.key, reference_pin_id, work.act.now)
    keys = {key.participant_id: key.household_id for key in await queries.annex_keys(work, contract.key)}
    await _touch(work, contract, released.participant_id, keys)


async def _touch(
    work: Work, contract: ContractRow, participant_id: UUID | None, keys: dict[UUID, UUID]
) -> None:
    """The lines that used or will use the row, once the contract is in force."""
    if contract.status not in IN_FORCE:
        return
    households = set(keys.values()) if participant_id is None else {keys[participant_id]}
    await recompute_triggers.touch(work, contract, households, await current_components(work, contract))
