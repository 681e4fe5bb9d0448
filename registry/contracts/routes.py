"""Contracts over REST: registering, reading, the life cycle, filing, pins. The annex is `annex_routes.py`,
frameworks are `framework_routes.py`."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from registry.contracts import (
    annex_routes,
    columns,
    disclosure_routes,
    drafts,
    framework_routes,
    lifecycle,
    pins,
    views,
)
from registry.contracts.if_match import if_match
from registry.contracts.inputs import (
    CancelIn,
    CompleteIn,
    ContractIn,
    ContractPatch,
    FilingIn,
    PinIn,
    SignIn,
    TerminateIn,
)
from registry.contracts.model import Status
from registry.contracts.overview_model import PinRow
from registry.contracts.queries import Filter
from registry.contracts.views import ContractView, Listed
from registry.kernel.http.callers import LINKED, REGISTRARS, TOWNSHIP, admits
from registry.kernel.http.csv_answers import csv_answer
from registry.kernel.http.web import (
    AnyRequest,
    Page,
    after,
    cut,
    listed,
    require_if_match,
    row_limit,
    versioned,
    wants_csv,
)
from registry.kernel.types import CodeWord, PlaceCode
from registry.kernel.work import Work

CSV_ROWS: Final = 20_000
RoleFilter = Annotated[str, Meta(pattern="^[a-z_]{1,30}$", title="角色")]


@get("/contracts")
async def list_contracts(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    division: FromQuery[PlaceCode | None] = None,
    status: FromQuery[Status | None] = None,
    organization: FromQuery[UUID | None] = None,
    role: FromQuery[RoleFilter | None] = None,
    product: FromQuery[CodeWord | None] = None,
    active_on: FromQuery[date | None] = None,
    framework: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[Listed]] | Response[bytes]:
    """Contracts, newest first

    `division`: the subtree of a division or area. `organization` is a party (in that `role`, if given);
    `household` stands in the annex. `active_on`: active that day. Sums are those of the latest annex.
    As CSV up to 20,000 rows without pages.
    """
    count = CSV_ROWS if wants_csv(request) else row_limit(limit)
    wanted = Filter(
        status=status,
        organization_id=organization,
        role=role,
        product_code=product,
        active_on=active_on,
        framework_id=framework,
        household_id=household,
        updated_since=updated_since,
        before=after(cursor)[1],
        limit=count + 1,
    )
    rows = await views.listed(reader, wanted, division=division, today=reader.act.today)
    if wants_csv(request):
        return csv_answer("合同", columns.CONTRACTS, rows[:count])
    return listed(request, cut(rows, count, lambda row: (None, row.contract_id)))


@get("/contracts/{contract_id:uuid}")
async def get_contract(
    request: AnyRequest,
    reader: NamedDependency[Work],
    contract_id: FromPath[UUID],
    day: FromQuery[date | None] = None,
) -> Response[ContractView]:
    """A contract with its parties, components, annex totals, versions, filing and findings

    `day`: the business day whose terms, annex and state are shown (default: today).
    """
    found = await views.contract_view(reader, contract_id, day or reader.act.today)
    return versioned(request, found, found.version)


@post("/contracts")
async def create_contract(
    request: AnyRequest, writer: NamedDependency[Work], data: JSONBody[ContractIn]
) -> Response[ContractView]:
    """Register a contract as a draft, possibly incomplete

    Under a framework its term, buyer and components are copied where the body names none. Prices are per the
    `price_unit` of the terms.
    """
    made = await drafts.create(writer, data)
    found = await views.contract_view(writer, made.contract_id, writer.act.today)
    return versioned(request, found, found.version, 201)


@patch("/contracts/{contract_id:uuid}")
async def change_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[ContractPatch],
) -> Response[ContractView]:
    """Change a draft (needs If-Match); of a signed contract only number and note

    Lists take the place of the lists there; a component keeps its annex by its number.
    """
    await drafts.change(writer, contract_id, data, require_if_match(request))
    found = await views.contract_view(writer, contract_id, writer.act.today)
    return versioned(request, found, found.version)


@post("/contracts/{contract_id:uuid}/sign", status_code=200)
async def sign_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[SignIn],
) -> Response[ContractView]:
    """Sign a draft: everything missing is named at once, everything unlikely needs a reason

    If-Match is optional here; of two who sign at once one gets 409.
    """
    await lifecycle.sign(writer, contract_id, data, if_match(request))
    found = await views.contract_view(writer, contract_id, writer.act.today)
    return versioned(request, found, found.version)


@post("/contracts/{contract_id:uuid}/complete", status_code=200)
async def complete_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[CompleteIn],
) -> Response[ContractView]:
    """Complete a signed contract: it was fulfilled"""
    checked = await lifecycle.check_completion(writer, contract_id, data, if_match(request))
    await lifecycle.write_end(writer, checked)
    found = await views.contract_view(writer, contract_id, writer.act.today)
    return versioned(request, found, found.version)


@post("/contracts/{contract_id:uuid}/terminate", status_code=200)
async def terminate_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[TerminateIn],
) -> Response[ContractView]:
    """Terminate a signed contract before its time, with the reason"""
    checked = await lifecycle.check_termination(writer, contract_id, data, if_match(request))
    await lifecycle.write_end(writer, checked)
    found = await views.contract_view(writer, contract_id, writer.act.today)
    return versioned(request, found, found.version)


@post("/contracts/{contract_id:uuid}/cancel", status_code=200)
async def cancel_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[CancelIn],
) -> Response[ContractView]:
    """Cancel a draft or signed contract under which nothing was delivered, with the reason"""
    checked = await lifecycle.check_cancellation(writer, contract_id, data, if_match(request))
    await lifecycle.write_end(writer, checked)
    found = await views.contract_view(writer, contract_id, writer.act.today)
    return versioned(request, found, found.version)


@post("/contracts/{contract_id:uuid}/filings", status_code=200)
async def file_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[FilingIn],
) -> Response[ContractView]:
    """Move the filing (备案) to its next state; the contract's own state is another matter"""
    checked = await lifecycle.check_filing(writer, contract_id, data, if_match(request))
    await lifecycle.write_filing(writer, checked)
    found = await views.contract_view(writer, contract_id, writer.act.today)
    return versioned(request, found, found.version)


@post("/contracts/{contract_id:uuid}/reference-pins")
async def pin_reference_row(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[PinIn],
) -> PinRow:
    """Pin a reference row for the contract or one annex line, with the reason"""
    return await pins.pin(writer, contract_id, data, if_match(request))


@delete("/contracts/{contract_id:uuid}/reference-pins/{reference_pin_id:uuid}")
async def release_reference_row(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    reference_pin_id: FromPath[UUID],
) -> None:
    """Take a pinned reference row off again"""
    await pins.release(writer, contract_id, reference_pin_id, if_match(request))


router = Router(
    path="/api/v1",
    opt=admits(read=LINKED, write=REGISTRARS),
    route_handlers=[
        list_contracts,
        get_contract,
        create_contract,
        change_contract,
        sign_contract,
        complete_contract,
        terminate_contract,
        cancel_contract,
        file_contract,
        pin_reference_row,
        release_reference_row,
        *annex_routes.handlers,
        *disclosure_routes.handlers,
        Router(path="/", opt=admits(write=TOWNSHIP), route_handlers=framework_routes.handlers),
    ],
)
