"""Grants: who may act in which role, where and for how long. Only an administrator gives and revokes them."""

from uuid import UUID

from registry.access import account_queries as queries
from registry.access import sessions
from registry.access.account_model import GrantIn, place_mistakes
from registry.access.accounts import OwnAccount, require_another_administrator
from registry.access.model import GrantRow
from registry.audit import service as audit
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Work


async def add(work: Work, account_id: UUID, new: GrantIn) -> GrantRow:
    """Gives an account a role. Its place must exist on the first day and fit the role.

    NotFound, OwnAccount, Invalid, Conflict if it has the same grant already.
    """
    account = await queries.account(work, account_id)
    if work.act.actor == account.username:
        raise OwnAccount
    begins = new.valid_from or work.act.today
    mistakes = list(place_mistakes(new, await queries.place(work, new, begins)))
    if new.valid_to is not None and new.valid_to < begins:
        mistakes.append(
            Mistake("/valid_to", "order", "截止日期不能早于开始日期，请核对", "ends before it begins")
        )
    if mistakes:
        raise Invalid(mistakes)
    if any(_same(grant, new) and grant.live(begins) for grant in await queries.grants(work, [account_id])):
        raise Conflict("这个账户已经有同样的身份，不用再加。", code="grant.exists", pointer="/role")
    row = fill(
        GrantRow,
        new,
        account_grant_id=new_id(),
        account_id=account_id,
        valid_from=begins,
        created_at=work.act.now,
        created_by=work.act.actor,
    )
    await queries.add_grants(work, [row])
    await _audit(work, account.username, row, given=True)
    return await queries.grant(work, row.account_grant_id)


async def revoke(work: Work, account_grant_id: UUID, *, account_id: UUID | None = None) -> GrantRow:
    """Ends a grant now, with the sessions and tokens under it. NotFound (also if it is not `account_id`'s),
    Conflict if it is revoked already, OwnAccount, LastAdministrator."""
    row = await queries.grant(work, account_grant_id)
    if account_id not in (None, row.account_id):
        raise NotFound
    account = await queries.account(work, row.account_id)
    if work.act.actor == account.username:
        raise OwnAccount
    if row.role == "admin" and account.active and row.live(work.act.today):
        await require_another_administrator(work, account)
    if not await queries.revoke_grant(work, account_grant_id, work.act.now, work.act.actor):
        raise Conflict("这个身份已经撤销。", code="grant.revoked")
    await sessions.end_granted(work, account_grant_id, "grant", work.act.now)
    await queries.revoke_tokens(work, row.account_id, account_grant_id, work.act.now, work.act.actor)
    await _audit(work, account.username, row, given=False)
    return await queries.grant(work, account_grant_id)


async def of_account(work: Work, account_id: UUID) -> list[GrantRow]:
    """All grants of an account with the names of their places, revoked ones last."""
    return await queries.grants(work, [account_id])


async def organization_of(work: Work, credit_code: str, pointer: str) -> UUID:
    """The organisation of a credit code; Invalid at `pointer` if there is none."""
    try:
        return await queries.organization_of(work, credit_code)
    except NotFound:
        say = f"没有登记过统一社会信用代码是 {credit_code} 的组织，请核对"
        raise Invalid([Mistake(pointer, "organization.unknown", say, "no organisation has it")]) from None


def _same(grant: GrantRow, new: GrantIn) -> bool:
    return (grant.role, grant.division_code, grant.area_code, grant.organization_id) == (
        new.role,
        new.division_code,
        new.area_code,
        new.organization_id,
    )


async def _audit(work: Work, username: str, row: GrantRow, *, given: bool) -> None:
    place = row.division_code or row.area_code or row.organization_id
    values = {
        "username": username,
        "role": row.role,
        "place": None if place is None else str(place),
        "valid_from": str(row.valid_from),
        "valid_to": None if row.valid_to is None else str(row.valid_to),
    }
    event_changes: dict[str, list[str | None]] = {
        name: [None, value] if given else [value, None] for name, value in values.items() if value is not None
    }
    await audit.event(work, kind="grant", record_id=str(row.account_grant_id), changes=event_changes)
