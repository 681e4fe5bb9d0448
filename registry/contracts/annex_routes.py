"""The annex of a contract over REST: lines many at once or one, and amendments of signed contracts."""

from datetime import date
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec.structs import asdict

from registry.contracts import amendments, annex, columns, views
from registry.contracts.amendments import Amended
from registry.contracts.annex import Changed
from registry.contracts.annex_inputs import (
    AmendmentIn,
    ParticipantChange,
    ParticipantPatch,
    ParticipantsIn,
    ParticipantsPatch,
    ParticipantsRemoved,
)
from registry.contracts.if_match import if_match
from registry.contracts.model import ParticipantRow
from registry.contracts.overview_model import VersionRow
from registry.contracts.queries import EVERY_LINE
from registry.kernel.http.csv_answers import csv_answer
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.web import (
    AnyRequest,
    Page,
    listed,
    require_if_match,
    row_limit,
    versioned,
    wants_csv,
)
from registry.kernel.work import Work


@get("/contracts/{contract_id:uuid}/participants")
async def list_participants(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    contract_id: FromPath[UUID],
    day: FromQuery[date | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[ParticipantRow]] | Response[bytes]:
    """The annex of a contract, in the order of its lines

    `day`: as it stands that day (default: today); lines withdrawn by then are marked. As CSV all lines.
    """
    count = EVERY_LINE if wants_csv(request) else row_limit(limit)
    (line,) = after_keys(cursor, tuple[int]) or (0,)
    rows = await views.participants(
        reader, contract_id, day or reader.act.today, after_line=line, limit=count + 1
    )
    if wants_csv(request):
        return csv_answer("参与明细", columns.PARTICIPANTS, rows)
    return listed(request, cut_keys(rows, count, lambda row: (row.line_no,)))


@get("/contracts/{contract_id:uuid}/participants/{participant_id:uuid}")
async def get_participant(
    reader: NamedDependency[Work],
    contract_id: FromPath[UUID],
    participant_id: FromPath[UUID],
    day: FromQuery[date | None] = None,
) -> ParticipantRow:
    """One annex line as it stands on a day (default: today)"""
    return await views.participant(reader, contract_id, participant_id, day or reader.act.today)


@post("/contracts/{contract_id:uuid}/participants")
async def add_participants(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[ParticipantsIn],
) -> Response[Changed]:
    """Add lines to the annex of a draft, picked or pasted

    Households by id, number or the head's name. All lines are written or none; every mistake and warning of
    every line is named at once. Land uses that are new are recorded with the household.
    """
    made = await annex.add(writer, contract_id, data, if_match(request))
    return versioned(request, made, made.version, 201)


@patch("/contracts/{contract_id:uuid}/participants")
async def change_participants(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[ParticipantsPatch],
) -> Response[Changed]:
    """Change lines together (needs If-Match, the contract's)

    Of a signed contract only `planned_kg` and `own_days`, with a reason; what was said before is kept.
    """
    made = await annex.change(writer, contract_id, data, require_if_match(request))
    return versioned(request, made, made.version)


@patch("/contracts/{contract_id:uuid}/participants/{participant_id:uuid}")
async def change_participant(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    participant_id: FromPath[UUID],
    data: JSONBody[ParticipantPatch],
) -> Response[ParticipantRow]:
    """Change one line (needs If-Match, the contract's); mistakes are those of `/participants/0`"""
    one = ParticipantChange(participant_id=participant_id, **asdict(data))
    made = await annex.change(
        writer, contract_id, ParticipantsPatch(participants=[one]), require_if_match(request)
    )
    row = await views.participant(writer, contract_id, participant_id, date.max)
    return versioned(request, row, made.version)


@delete("/contracts/{contract_id:uuid}/participants/{participant_id:uuid}")
async def remove_participant(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    participant_id: FromPath[UUID],
) -> None:
    """Take one line off the annex of a draft"""
    await views.participant(writer, contract_id, participant_id, date.max)
    await annex.remove(writer, contract_id, [participant_id], if_match(request))


@post("/contracts/{contract_id:uuid}/participants:remove", status_code=200)
async def remove_participants(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[ParticipantsRemoved],
) -> Response[Changed]:
    """Take lines off the annex of a draft"""
    made = await annex.remove(writer, contract_id, data.participant_ids, if_match(request))
    return versioned(request, made, made.version)


@get("/contracts/{contract_id:uuid}/amendments")
async def list_amendments(reader: NamedDependency[Work], contract_id: FromPath[UUID]) -> Page[VersionRow]:
    """The versions of a contract: 1 as first signed, then its amendments"""
    found = await views.contract_view(reader, contract_id, reader.act.today)
    return Page(items=found.versions)


@post("/contracts/{contract_id:uuid}/amendments")
async def amend_contract(
    request: AnyRequest,
    writer: NamedDependency[Work],
    contract_id: FromPath[UUID],
    data: JSONBody[AmendmentIn],
) -> Response[Amended]:
    """Amend a signed contract from a day on: new terms, lines added, changed or withdrawn

    What was signed before stays as it is; prices and areas are those of the business day.
    """
    made = await amendments.amend(writer, contract_id, data, if_match(request))
    return versioned(request, made, made.version, 201)


handlers = [
    list_participants,
    get_participant,
    add_participants,
    change_participants,
    change_participant,
    remove_participant,
    remove_participants,
    list_amendments,
    amend_contract,
]
