"""The page that registers a household. JSON is `routes.py`."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.divisions import service as divisions
from registry.households import page_queries, service
from registry.households.inputs import (
    HeadcountIn,
    HouseholdIn,
    HouseholdTagIn,
    MemberIn,
    People,
    count_mistakes,
)
from registry.households.model import Household, HouseholdNumber, PersonName
from registry.households.page_queries import Township
from registry.kernel.errors import Invalid, Mistake, Warned, Warning_
from registry.kernel.findings import Override
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, pairs, parse_query, show
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest
from registry.kernel.types import CodeWord, DivisionCode, Mu, PlaceCode, ShortText
from registry.kernel.work import Work

Pointed = TypeVar("Pointed", Warning_, Override)
HEAD: Final = "/members/0/name"
HEAD_FIELD: Final = "/head_name"
"""The head's name in the request and in the form."""
MEMBERS: Final = 5
"""Rows for further members."""
SIGNED: Final = (("true", "已签延包"), ("false", "还没有签"))


class MemberRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further member; an empty row is passed over."""

    name: PersonName
    relation: Annotated[ShortText, Meta(title="与户主关系")] | None = None


class NewForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A household as its paper has it: head, further members, counts, land."""

    village_code: Annotated[DivisionCode, Meta(title="村", extra={"say": "请从列表中选择"})]
    number: HouseholdNumber
    group_name: Annotated[ShortText, Meta(title="村民小组")] | None = None
    head_name: Annotated[PersonName, Meta(title="户主姓名")]
    members: Annotated[tuple[MemberRow, ...], Meta(max_length=60, title="其他成员")] = ()
    registered: Annotated[People, Meta(title="户籍人口")] | None = None
    resident: Annotated[People, Meta(title="常住人口")] | None = None
    labour: Annotated[People, Meta(title="劳动力")] | None = None
    counted_on: Annotated[date, Meta(title="统计日期")] | None = None
    contracted_mu: Annotated[Mu, Meta(title="承包地面积")] | None = None
    contracted_until: Annotated[date, Meta(title="承包期至")] | None = None
    extension_signed: Annotated[bool, Meta(title="延包")] | None = None
    tags: Annotated[tuple[CodeWord, ...], Meta(max_length=30, title="身份")] = ()
    overrides: Annotated[tuple[Override, ...], Meta(max_length=10)] = ()

    @property
    def counted(self) -> bool:
        return any(one is not None for one in (self.registered, self.resident, self.labour))

    def mistakes(self) -> Iterator[Mistake]:
        if self.counted:
            yield from count_mistakes(self.registered, self.resident, self.labour)

    def new(self, today: date) -> HouseholdIn:
        """Counts and tags are of the counting day, today if none is given."""
        day = self.counted_on or today
        count = HeadcountIn(
            counted_on=day, registered=self.registered, resident=self.resident, labour=self.labour
        )
        return HouseholdIn(
            village_code=self.village_code,
            number=self.number,
            group_name=self.group_name,
            contracted_mu=self.contracted_mu,
            contracted_until=self.contracted_until,
            extension_signed=self.extension_signed,
            members=(
                MemberIn(name=self.head_name, is_head=True),
                *(MemberIn(name=one.name, relation=one.relation) for one in self.members),
            ),
            headcount=count if self.counted else None,
            tags=tuple(HouseholdTagIn(tag_code=code, valid_from=day) for code in self.tags),
            overrides=tuple(_moved(one, HEAD_FIELD, HEAD) for one in self.overrides),
        )


class NewQuery(Struct, frozen=True, kw_only=True):
    """Where the household shall be; the one registered just before."""

    division: PlaceCode | None = None
    saved: UUID | None = None


class NewPage(Struct, frozen=True, kw_only=True):
    form: FormState
    townships: Sequence[Township]
    village: str
    tags: Sequence[tuple[str, str]]
    signed: Sequence[tuple[str, str]]
    rows: Sequence[int]
    today: date
    back: str
    key: str


@get("/households/new", include_in_schema=False)
async def new_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """An empty form."""
    query = parse_query(request, NewQuery)
    notice = ""
    if query.saved:
        before = await service.detail(reader, query.saved, reader.act.today)
        notice = f"已登记 {before.number} {before.head_name}。请接着登记下一户。"
    return await _page(request, reader, FormState(), village=query.division or "", notice=notice)


@post("/households/new", include_in_schema=False)
async def register(request: AnyRequest, writer: NamedDependency[Work]) -> Redirect:
    """Registers the household, or shows all mistakes and warnings at once."""

    async def effect(data: NewForm) -> Household:
        try:
            return await service.create(writer, data.new(writer.act.today))
        except Invalid as error:
            raise Invalid([_at_field(one) for one in error.mistakes]) from error
        except Warned as warned:
            raise Warned([_moved(one, HEAD, HEAD_FIELD) for one in warned.warnings]) from warned

    async def shown(form: FormState) -> Response[Any]:
        return await _page(request, writer, form, village=form.value("village_code"))

    made = await attempt(request, writer, NewForm, effect, shown)
    if dict(await pairs(request)).get("_next"):
        following = f"/households/new?division={made.village_code}&saved={made.household_id}"
        return Redirect(following, status_code=303)
    return Redirect(f"/households/{made.household_id}", status_code=303)


def _moved(one: Pointed, before: str, after: str) -> Pointed:
    """The same warning, or reason for it, at its place in the form or in the request."""
    return replace(one, pointer=after) if one.pointer == before else one


def _at_field(one: Mistake) -> Mistake:
    """A tag's mistake points at the group of boxes."""
    return replace(one, pointer="/tags") if one.pointer.startswith("/tags/") else one


async def _page(
    request: AnyRequest, work: Work, form: FormState, *, village: str, notice: str = ""
) -> Response[str]:
    names = await divisions.names(work, [village])
    page = NewPage(
        form=form,
        townships=await page_queries.villages_to_offer(work, work.act.today),
        village=village,
        tags=await page_queries.tags_to_offer(work, work.act.today),
        signed=SIGNED,
        rows=range(MEMBERS),
        today=work.act.today,
        back=f"/households?division={village}" if village in names else "/households",
        key=str(uuid4()),
    )
    crumbs = [Link(name, f"/divisions/{code}") for code, name in names.items()]
    return show("households/new.html", page, frame(request, *crumbs, Link("农户", page.back), notice=notice))


handlers = (new_page, register)
