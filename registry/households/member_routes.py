"""Members, headcounts and tags of a household over REST."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.households import members, tags
from registry.households.inputs import HeadcountIn, HouseholdTagIn, MemberIn, MemberPatch, TagEnd
from registry.households.model import HeadcountRow, HouseholdTagRow, PersonRow
from registry.kernel.http.web import AnyRequest, Page, require_if_match, versioned
from registry.kernel.work import Work


@get("/households/{household_id:uuid}/members")
async def list_members(reader: NamedDependency[Work], household_id: FromPath[UUID]) -> Page[PersonRow]:
    """The persons of a household, the head first, those who left last"""
    return Page(items=await members.members(reader, household_id))


@get("/households/{household_id:uuid}/members/{person_id:uuid}")
async def get_member(
    request: AnyRequest,
    reader: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Response[PersonRow]:
    """One person of a household"""
    found = await members.member(reader, household_id, person_id)
    return versioned(request, found, found.version)


@post("/households/{household_id:uuid}/members")
async def create_member(
    request: AnyRequest,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[MemberIn],
) -> Response[PersonRow]:
    """A person joins; as head it takes the place of the head so far"""
    made = await members.add_member(writer, household_id, data)
    return versioned(request, made, made.version, 201)


@patch("/households/{household_id:uuid}/members/{person_id:uuid}")
async def change_member(
    request: AnyRequest,
    *,
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[MemberPatch],
) -> Response[PersonRow]:
    """Change a person's name or relation, make it the head, or give its last day (needs If-Match)"""
    version = require_if_match(request)
    made = await members.change_member(writer, household_id, person_id, data, version=version)
    return versioned(request, made, made.version)


@get("/households/{household_id:uuid}/headcounts")
async def list_headcounts(reader: NamedDependency[Work], household_id: FromPath[UUID]) -> Page[HeadcountRow]:
    """Counts of a household's persons, latest day first, superseded ones included"""
    return Page(items=await tags.headcounts(reader, household_id))


@post("/households/{household_id:uuid}/headcounts")
async def create_headcount(
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[HeadcountIn],
) -> HeadcountRow:
    """Record a count; an earlier one of the same day is superseded, not overwritten"""
    return await tags.record_headcount(writer, household_id, data)


@get("/households/{household_id:uuid}/tags")
async def list_household_tags(
    reader: NamedDependency[Work], household_id: FromPath[UUID]
) -> Page[HouseholdTagRow]:
    """Tags of a household, superseded rows included"""
    return Page(items=await tags.tags(reader, household_id))


@post("/households/{household_id:uuid}/tags")
async def create_household_tag(
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    data: JSONBody[HouseholdTagIn],
) -> HouseholdTagRow:
    """Tag a household from a day on"""
    return await tags.add_tag(writer, household_id, data)


@post("/households/{household_id:uuid}/tags/{household_tag_id:uuid}/end", status_code=200)
async def end_household_tag(
    writer: NamedDependency[Work],
    household_id: FromPath[UUID],
    household_tag_id: FromPath[UUID],
    data: JSONBody[TagEnd],
) -> HouseholdTagRow:
    """Give a tag its last day; the row so far is superseded by a new one"""
    return await tags.end_tag(writer, household_id, household_tag_id, data)


handlers = [
    list_members,
    get_member,
    create_member,
    change_member,
    list_headcounts,
    create_headcount,
    list_household_tags,
    create_household_tag,
    end_household_tag,
]
