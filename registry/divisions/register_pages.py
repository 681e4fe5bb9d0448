"""The pages of a register: its list with the form of a new row, and the form of a change; the same for every
one. They post the bodies of its routes (`register_routes.py`) and name what a code stands for."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from msgspec.structs import replace

from registry.divisions import queries, service
from registry.divisions.register_routes import Routes
from registry.kernel.db.transactions import Scope
from registry.kernel.feature import RegisterEntry
from registry.kernel.fill import fill
from registry.kernel.forms.form_inputs import Input, inputs_of, typed
from registry.kernel.forms.form_state import FormState
from registry.kernel.http.callers import EVERYBODY, Role, admits
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.frames import frame
from registry.kernel.http.pages import attempt, parse_query, show
from registry.kernel.http.signed import signed
from registry.kernel.http.templates import Link
from registry.kernel.http.web import AnyRequest, Page, caller_of
from registry.kernel.types import Version
from registry.kernel.work import Work

INDEX: Final = "/registers"
PAGE: Final = 50
FILTERS: Final[Mapping[str, str]] = {
    "division": "地点",
    "kind": "类型",
    "crop": "作物",
    "product": "产品",
    "year": "年份",
    "q": "名称里有",
}
"""What lists can be narrowed by on a page, where their query has it."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A field that holds a code. label: what it stands for; options: what may be chosen, code and name; seen:
    what a list can be narrowed to; names: what codes are called."""

    label: str
    options: Callable[[Work], Awaitable[Sequence[tuple[str, str]]]]
    seen: Callable[[Work], Awaitable[Sequence[tuple[str, str]]]]
    names: Callable[[Work, Collection[str]], Awaitable[Mapping[str, str]]]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list: a text for each column. href: where it is changed, "" if the caller may not."""

    texts: Sequence[str]
    href: str


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """A register's list and the form of a new row."""

    title: str
    one: str
    lede: str
    action: str
    columns: Sequence[Input]
    rows: Sequence[Shown]
    filters: Sequence[Input]
    asked: Mapping[str, str]
    form: FormState
    inputs: Sequence[Input]
    may: bool
    next_href: str
    first_href: str
    key: str


class ChangePage(msgspec.Struct, frozen=True, kw_only=True):
    """A row with the form to change it. facts: what stays."""

    title: str
    one: str
    list_href: str
    action: str
    facts: Sequence[tuple[str, str]]
    kind: str
    record_id: str
    version: int
    form: FormState
    inputs: Sequence[Input]
    key: str


class Pages(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The pages of one register.

    of: its routes, whose bodies they post. title: as the list is called, one: a row of it, lede: what it is
    for. choices: the fields that hold codes. write: who changes it.
    """

    of: Routes
    title: str
    one: str
    lede: str
    choices: Mapping[str, Choice] = {}
    write: tuple[Role, ...]

    @property
    def href(self) -> str:
        return f"{INDEX}/{self.of.plural.replace('_', '-')}"

    @property
    def entry(self) -> RegisterEntry:
        """Its line of the list of all registers."""
        return RegisterEntry(title=self.title, lede=self.lede, href=self.href, write=self.write)

    @property
    def handlers(self) -> tuple[HTTPRouteHandler, ...]:
        """List, create, show for a change, change."""
        return (self.listing(), self.creating(), self.editing(), self.changing())

    def listing(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, reader: Work) -> Response[Any]:
            return await self._list(request, reader, FormState())

        handler = signed(call, f"{self.of.plural}_page", self.title, str, "reader")
        return get(self.href)(handler)

    def creating(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, writer: Work) -> Response[Any]:
            async def effect(data: Any) -> Any:
                parents = {name: getattr(data, name) for name in self.of.parents}
                return await self.of.register.create(writer, fill(self.of.new, data), **parents)

            async def shown(form: FormState) -> Response[Any]:
                return await self._list(request, writer, form)

            await attempt(request, writer, self.new_form, effect, shown)
            return Redirect(f"{self.href}?saved=1", status_code=303)

        name = f"enter_{self.of.register.kind}"
        handler = signed(call, name, f"Enters a row: {self.one}", str, "writer")
        return post(self.href, opt=admits(write=self.write))(handler)

    def editing(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, reader: Work, **key: Any) -> Response[Any]:
            return await self._change(request, reader, key, None)

        name, path = f"edit_{self.of.register.kind}_page", self.of.register.key
        handler = signed(call, name, f"A row to change: {self.one}", str, "reader", path=path)
        return get(self._path, opt=admits(read=self.write))(handler)

    def changing(self) -> HTTPRouteHandler:
        register = self.of.register

        async def call(request: AnyRequest, writer: Work, **key: Any) -> Response[Any]:
            async def effect(data: Any) -> Any:
                given = {one.name: getattr(data, one.name) for one in msgspec.structs.fields(self.of.patch)}
                named = [key[name] for name in register.key]
                return await register.change(writer, named, self.of.patch(**given), data.version)

            async def shown(form: FormState) -> Response[Any]:
                return await self._change(request, writer, key, form)

            await attempt(request, writer, self.change_form, effect, shown)
            return Redirect(f"{self.href}?saved=1", status_code=303)

        name, path = f"edit_{register.kind}", register.key
        handler = signed(call, name, f"Changes a row: {self.one}", str, "writer", path=path)
        return post(self._path, opt=admits(write=self.write))(handler)

    @property
    def _path(self) -> str:
        kinds = self.of.register.key.items()
        return self.href + "".join(f"/{{{name}:{self.of.path_type(kind)}}}" for name, kind in kinds) + "/edit"

    @cached_property
    def new_form(self) -> type[msgspec.Struct]:
        """The body of a new row, with the part of the key that its address names for a program."""
        if not self.of.parents:
            return self.of.new
        return msgspec.defstruct(
            f"{self.of.new.__name__}Form",
            list(self.of.parents.items()),
            bases=(self.of.new,),
            frozen=True,
            kw_only=True,
            forbid_unknown_fields=True,
        )

    @cached_property
    def change_form(self) -> type[msgspec.Struct]:
        """What may be changed of a row, each as for a new one, and the version the page showed."""
        changeable = {one.name for one in msgspec.structs.fields(self.of.patch)}
        fields = [
            (one.name, one.type) if one.required else (one.name, one.type, one.default)
            for one in msgspec.structs.fields(self.of.new)
            if one.name in changeable
        ]
        return msgspec.defstruct(
            f"{self.of.new.__name__}Change",
            [*fields, ("version", Version)],
            frozen=True,
            kw_only=True,
            forbid_unknown_fields=True,
        )

    @cached_property
    def _query(self) -> type[msgspec.Struct]:
        known = {one.name: one.type for one in msgspec.structs.fields(self.of.query)}
        known |= {"division": str | None} if self.of.register.placed else {}
        fields = [(name, known[name], None) for name in FILTERS if name in known]
        return msgspec.defstruct(
            f"{self.of.plural}Query", [*fields, ("cursor", str | None, None)], frozen=True, kw_only=True
        )

    def _columns(self, kind: type[msgspec.Struct]) -> list[Input]:
        """What is shown or typed of a row; a field that holds a code is named by what it stands for."""
        made = [one for one in inputs_of(kind) if one.name != "version"]
        return [
            replace(one, kind="choice", label=self.choices[one.name].label)
            if one.name in self.choices
            else one
            for one in made
        ]

    async def _inputs(self, work: Work, kind: type[msgspec.Struct]) -> list[Input]:
        """The inputs of a form; one that holds a code offers the names."""
        return [
            replace(
                one,
                label=one.label if one.required else f"{one.label}（可不填）",
                options=await self.choices[one.name].options(work)
                if one.name in self.choices
                else one.options,
            )
            for one in self._columns(kind)
        ]

    async def _list(self, request: AnyRequest, work: Work, form: FormState) -> Response[str]:
        query: Any = parse_query(request, self._query) if request.method == "GET" else self._query()
        asked = {name: getattr(query, name) for name in query.__struct_fields__ if name in FILTERS}
        kept = {name: str(value) for name, value in asked.items() if value is not None}
        cut = await self._page(work, asked, query.cursor)
        caller = caller_of(request)
        may = caller is not None and caller.role in self.write
        columns = [one for one in self._columns(self.new_form) if one.name != "source_date"]
        following = f"{self.href}?{urlencode(kept | {'cursor': cut.next_cursor})}"
        page = ListPage(
            title=self.title,
            one=self.one,
            lede=self.lede,
            action=self.href,
            columns=columns,
            rows=await self._rows(work, columns, cut.items, may=may),
            filters=await self._filters(work),
            asked=kept,
            form=form,
            inputs=await self._inputs(work, self.new_form) if may else (),
            may=may,
            next_href=following if cut.next_cursor else "",
            first_href=f"{self.href}?{urlencode(kept)}" if query.cursor else "",
            key=str(uuid4()),
        )
        notice = "已保存。" if "saved" in request.query_params else ""
        return show("registers/list.html", page, frame(request, Link("基础数据", INDEX), notice=notice))

    async def _page(self, work: Work, asked: Mapping[str, Any], cursor: str | None) -> Page[Any]:
        order = self.of.order_of
        key: Any = tuple[tuple(order.values())]  # type: ignore[misc]
        wanted = self.of.query(**{name: value for name, value in asked.items() if name != "division"})
        found = await self.of.register.listed(
            work, wanted, division=asked.get("division"), after=after_keys(cursor, key), limit=PAGE + 1
        )
        return cut_keys(found, PAGE, lambda row: tuple(getattr(row, name) for name in order))

    async def _rows(
        self, work: Work, columns: Sequence[Input], rows: Sequence[Any], *, may: bool
    ) -> list[Shown]:
        names = {
            name: await choice.names(work, {getattr(row, name) for row in rows})
            for name, choice in self.choices.items()
        }
        scope = await queries.write_scope(work)
        return [
            Shown(
                texts=[_text(one, row, names) for one in columns],
                href=self._address(row) if may and _inside(scope, row) else "",
            )
            for row in rows
        ]

    async def _filters(self, work: Work) -> list[Input]:
        return [await self._filter(work, name) for name in self._query.__struct_fields__ if name in FILTERS]

    async def _filter(self, work: Work, name: str) -> Input:
        if choice := self.choices.get(f"{name}_code"):
            return Input(name=name, label=FILTERS[name], kind="choice", options=await choice.seen(work))
        offered = next(
            (one for one in self._columns(self.new_form) if one.name == name and one.options), None
        )
        if offered:
            return replace(offered, label=FILTERS[name])
        return Input(name=name, label=FILTERS[name], kind="short")

    def _address(self, row: Any) -> str:
        return f"{self.href}/{'/'.join(str(getattr(row, name)) for name in self.of.register.key)}/edit"

    async def _change(
        self, request: AnyRequest, work: Work, key: Mapping[str, Any], form: FormState | None
    ) -> Response[str]:
        row = await self.of.register.one(work, *(key[name] for name in self.of.register.key))
        inputs = await self._inputs(work, self.change_form)
        changeable = {one.name for one in inputs}
        columns = [one for one in self._columns(self.new_form) if one.name not in changeable]
        (shown,) = await self._rows(work, columns, [row], may=True)
        page = ChangePage(
            title=self.title,
            one=self.one,
            list_href=self.href,
            action=self._address(row),
            facts=[(one.label, text) for one, text in zip(columns, shown.texts, strict=True)],
            kind=self.of.register.kind,
            record_id=self.of.register.name(row),
            version=row.version,
            form=form or FormState(values={one.name: typed(getattr(row, one.name)) for one in inputs}),
            inputs=inputs,
            key=str(uuid4()),
        )
        crumbs = (Link("基础数据", INDEX), Link(self.title, self.href))
        return show("registers/change.html", page, frame(request, *crumbs))


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A register in the list of all. may: whether the caller changes it."""

    title: str
    lede: str
    href: str
    may: bool


class IndexPage(msgspec.Struct, frozen=True, kw_only=True):
    """All registers."""

    registers: Sequence[Entry]


@get(INDEX, include_in_schema=False, opt=admits(read=EVERYBODY))
async def registers_page(request: AnyRequest, reader: NamedDependency[Work]) -> Response[str]:
    """Every register of the product, and which of them the caller changes."""
    del reader  # decides who is admitted
    caller = caller_of(request)
    role = caller.role if caller else None
    listed: Sequence[RegisterEntry] = request.app.state["registers"]
    page = IndexPage(registers=[fill(Entry, one, may=role in one.write) for one in listed])
    return show("registers/index.html", page, frame(request))


async def _writable(work: Work) -> list[tuple[str, str]]:
    return [(one.division_code, one.name) for one in await queries.writable_places(work, work.act.today)]


async def _readable(work: Work) -> list[tuple[str, str]]:
    return [(one.division_code, one.name) for one in await queries.readable_places(work, work.act.today)]


DIVISIONS: Final = Choice(label="地点", options=_writable, seen=_readable, names=service.names)
"""Divisions, as a field holds them."""


def _inside(scope: Scope, row: Any) -> bool:
    """Whether the caller may change it: rows without a place are everybody's of the role."""
    place = getattr(row, "division_code", None)
    return place is None or scope.covers(place)


def _text(one: Input, row: Any, names: Mapping[str, Mapping[str, str]]) -> str:
    """A value as people read it: what a code stands for, the label of a choice, "—" for none."""
    value = getattr(row, one.name)
    if one.name in names:
        return names[one.name].get(value, str(value))
    return dict(one.options).get(value) or typed(value) or "—"


def register_router(pages: Sequence[Pages]) -> Router:
    """The routes of several registers' pages: everybody reads them."""
    handlers = [handler for one in pages for handler in one.handlers]
    return Router(path="/", opt=admits(read=EVERYBODY), route_handlers=handlers, include_in_schema=False)
