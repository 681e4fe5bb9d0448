"""Households over REST. Members, counts and tags are `member_routes.py`, land `land_routes.py`, figures by
year `yearly_routes.py`."""

from datetime import date, datetime
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.households import (
    consents_routes,
    erasure_routes,
    identifiers,
    identifiers_routes,
    land_routes,
    member_routes,
    service,
    yearly_routes,
)
from registry.households.inputs import (
    CountedFields,
    HouseholdEnd,
    HouseholdIn,
    HouseholdPatch,
)
from registry.households.model import Household, HouseholdFilter, HouseholdItem
from registry.households.personal_numbers import Sought, free_of_numbers, whole_number
from registry.kernel.crypto.vault import Vault
from registry.kernel.errors import Invalid
from registry.kernel.forms.form_inputs import headings
from registry.kernel.http.callers import REGISTRARS, VIEWERS, admits
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
from registry.kernel.types import CodeWord, PlaceCode
from registry.kernel.work import Work

CSV_ROWS = 20_000
_FIELDS = headings(CountedFields)
COLUMNS = {
    "household_id": "编号",
    "version": "版本",
    "village_code": "村代码",
    "number": "户号",
    "group_name": _FIELDS.pop("group_name"),
    "head_name": "户主姓名",
    **{name: heading for name, heading in _FIELDS.items() if name != "counted_on"},
    "tags": "标签",
    "valid_from": "登记日期",
    "valid_to": "终止日期",
    "updated_at": "更新时间",
}


@get("/households")
async def list_households(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    vault: NamedDependency[Vault],
    division: FromQuery[PlaceCode | None] = None,
    q: FromQuery[Sought | None] = None,
    tag: FromQuery[CodeWord | None] = None,
    on: FromQuery[date | None] = None,
    updated_since: FromQuery[datetime | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Response[Page[HouseholdItem]] | Response[bytes]:
    """Households by village and number

    `division`: the subtree of a division or area. `q`: part of a member's name, its pinyin (initials or in
    full), the start of the number, or the last four characters of a member's ID. `tag`: bears it today.
    `on`: exists that day; without it ended households are included. As CSV up to 20,000 rows without pages.
    """
    count = CSV_ROWS if wants_csv(request) else row_limit(limit)
    if q and not free_of_numbers(q):
        raise Invalid([whole_number("/q")])
    wanted = HouseholdFilter(
        day=on or reader.act.today,
        division=division,
        search=q,
        tails=identifiers.tails(vault, q),
        tag=tag,
        valid_on=on,
        updated_since=updated_since,
    )
    rows = await service.listed(reader, wanted, after_keys(cursor, tuple[str, str, UUID]), count + 1)
    if wants_csv(request):
        return csv_answer("农户名册", COLUMNS, rows[:count])
    return listed(
        request, cut_keys(rows, count, lambda row: (row.village_code, row.number, row.household_id))
    )


@get("/households/{household_id:uuid}")
async def get_household(
    request: AnyRequest,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    on: FromQuery[date | None] = None,
) -> Response[Household]:
    """A household with its head, members, latest count and tags

    `on`: count and tags as of that day (today).
    """
    found = await service.detail(reader, household_id, on or reader.act.today)
    return versioned(request, found, found.version)


@post("/households")
async def create_household(
    request: AnyRequest,
    writer: NamedDependency[Work],
    data: JSONBody[HouseholdIn],
) -> Response[Household]:
    """Register a household with its members, count, tags and land in one body

    Areas that exceed the household's land or a parcel, and a head of the same name in the village, answer 422
    with warnings and write nothing, until `overrides` gives a reason for each.
    """
    made = await service.create(writer, data)
    return versioned(request, made, made.version, 201)


@patch("/households/{household_id:uuid}")
async def change_household(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[HouseholdPatch],
) -> Response[Household]:
    """Change a household's own columns; fields that are not sent stay (needs If-Match)"""
    made = await service.change(writer, household_id, data, require_if_match(request))
    return versioned(request, made, made.version)


@post("/households/{household_id:uuid}/end", status_code=200)
async def end_household(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[HouseholdEnd],
) -> Response[Household]:
    """Give a household its last day (needs If-Match)"""
    made = await service.end(writer, household_id, data, require_if_match(request))
    return versioned(request, made, made.version)


router = Router(
    path="/api/v1",
    opt=admits(read=VIEWERS, write=REGISTRARS),
    route_handlers=[
        list_households,
        get_household,
        create_household,
        change_household,
        end_household,
        *member_routes.handlers,
        *identifiers_routes.handlers,
        *consents_routes.handlers,
        *erasure_routes.handlers,
        *land_routes.handlers,
        *yearly_routes.handlers,
    ],
)
