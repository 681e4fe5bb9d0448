"""Who asks in the route matrix: an account of each role, with its token and session."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.access import secrets, sessions
from registry.kernel.crypto.masking import mask
from registry.kernel.db.transactions import Conn, Scope
from registry.kernel.http.callers import Role
from tests.access import people
from tests.factories import BORN, COUNTY, CREATED, SIBLING, TOWNSHIP, VILLAGE, division, insert
from tests.invariants.populated import FAR, Matrix
from tests.invariants.rls_probes import SYSTEM
from tests.serving import NOW

AREA = "Q7"
IDS = """select account_id, $2::uuid as account_grant_id, api_token_id, $3::uuid as session_id
from api_token where account_id = $1"""


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """A caller. token, session: headers for the API and for pages. read, write: what its grant reaches, said
    here and not asked there. account: the ids it goes by."""

    name: str
    role: Role | None
    read: Scope = Scope.EMPTY
    write: Scope = Scope.EMPTY
    token: dict[str, str] = {}
    session: dict[str, str] = {}
    account: dict[str, str] = {}

    @property
    def tries(self) -> tuple[str, ...]:
        """The objects asked for. Another county matters to whom something there may be the caller's."""
        near = ("own", "sibling", "stranger", "missing")
        return (*near, "far") if self.name in ("officer", "partner") else near


async def callers(matrix: Matrix) -> list[Who]:
    """One account per role, and the county's by area; nobody. Rows of the superuser, committed."""
    conn = matrix.admin
    await _places(conn)
    organization = await conn.fetchval("select buyer_id from contract where village_code = $1", VILLAGE)
    for contract in matrix.partner.read.contracts:
        await insert(conn, "partner_contract", organization_id=organization, contract_id=contract)
    village, township, county = (Scope.of_division(code) for code in (VILLAGE, TOWNSHIP, COUNTY))
    area, contracts = Scope(villages=(SIBLING, FAR)), matrix.partner.read
    grants: list[tuple[str, Role, dict[str, Any], Scope, Scope]] = [
        ("cadre", "cadre", {"division": VILLAGE}, village, village),
        ("clerk", "clerk", {"division": TOWNSHIP}, township, township),
        ("county", "county", {"division": COUNTY}, county, county),
        ("officer", "county", {"area": AREA}, area, area),
        ("partner", "partner", {"organization": organization}, contracts, Scope.EMPTY),
        ("auditor", "auditor", {"division": COUNTY}, county, Scope.EMPTY),
        ("admin", "admin", {}, Scope(villages=(SYSTEM,)), Scope.EMPTY),
    ]
    found = [Who(name="anonymous", role=None)]
    for name, role, place, read, write in grants:
        account = await people.person(conn, role, username=f"matrix.{name}", **place)
        token = await people.token(conn, account)
        session, key = await _session(conn, account)
        ids = await conn.fetchrow(IDS, account.account_id, account.account_grant_id, key)
        found.append(
            Who(
                name=name,
                role=role,
                read=read,
                write=write,
                token=people.bearer(token),
                session={"cookie": f"session={session}", "x-csrf-token": mask(sessions.csrf(session))},
                account={one: str(value) for one, value in dict(ids or {}).items()},
            )
        )
    return found


async def _places(conn: Conn) -> None:
    for code, level, parent in (
        ("421321000000", "county", "421300000000"),
        ("421321100000", "township", "421321000000"),
        (FAR, "village", "421321100000"),
    ):
        await division(conn, code, level=level, parent_code=parent)
    await insert(conn, "area", area_code=AREA, name="示例片区", valid_from=date(2020, 1, 1), **BORN)
    for code in (SIBLING, FAR):
        at = {"area_code": AREA, "division_code": code, "valid_from": date(2020, 1, 1)}
        await insert(conn, "area_division", **CREATED | at)


async def _session(conn: Conn, who: people.Person) -> tuple[str, UUID]:
    """A running session of an account: its token and its id."""
    session, (text, token_hash) = uuid4(), secrets.new_token()
    await insert(
        conn,
        "session",
        session_id=session,
        account_id=who.account_id,
        account_grant_id=who.account_grant_id,
        token_hash=f"\\x{token_hash.hex()}",
        created_at=NOW,
        seen_at=NOW,
        expires_at=date(2030, 1, 1),
        address="127.0.0.1",
        agent="示例浏览器",
    )
    return text, session
