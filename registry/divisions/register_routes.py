"""The routes of a register: list, get, create and change, the same for every one."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.handlers import HTTPRouteHandler

from registry.divisions.register import Register
from registry.kernel.db.constraint_names import TABLES
from registry.kernel.forms.form_inputs import titles
from registry.kernel.http.csv_answers import csv_answer
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.signed import signed
from registry.kernel.http.web import (
    AnyRequest,
    Page,
    listed,
    require_if_match,
    row_limit,
    versioned,
    wants_csv,
)
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work

_PAGE: Any = Page
CSV_ROWS: Final = 20_000


class Routes(msgspec.Struct, frozen=True, kw_only=True):
    """The handlers of one register; the router they are put into states whom they admit.

    new, patch: the bodies that create and change. listed, got, created, changed: what the documentation says
    of each operation; a further paragraph is its description. Without `listed` there is no list.

    several: as the list is called (list_crops). path: of the list. order: the fields it is ordered by, with
    their types; the key unless given. query: what it is narrowed by. out: what is shown of a row, made by
    `shown`; the row itself unless given.
    """

    register: Register[Any, Any]
    new: type[msgspec.Struct]
    patch: type[msgspec.Struct]
    listed: str = ""
    got: str
    created: str
    changed: str
    several: str = ""
    path: str = ""
    order: Mapping[str, Any] = {}
    query: type[msgspec.Struct] = msgspec.Struct
    out: type[msgspec.Struct] | None = None
    shown: Callable[[Any], Any] = lambda row: row

    @property
    def handlers(self) -> tuple[HTTPRouteHandler, ...]:
        """List (where there is one), get, create, change."""
        single = (self.reading(), self.creating(), self.changing())
        return (self.listing(), *single) if self.listed else single

    def listing(self) -> HTTPRouteHandler:
        register = self.register
        order = self.order_of
        key: Any = tuple[tuple(order.values())]  # type: ignore[misc]

        async def call(request: AnyRequest, reader: Work, **given: Any) -> Response[Any]:
            limit, division = given.pop("limit"), given.pop("division", None)
            count = CSV_ROWS if wants_csv(request) else row_limit(limit)
            after = after_keys(given.pop("cursor"), key)
            # An empty text narrows nothing.
            wanted = self.query(**{name: None if value == "" else value for name, value in given.items()})
            rows = await register.listed(reader, wanted, division=division, after=after, limit=count + 1)
            page = cut_keys(rows, count, lambda row: tuple(getattr(row, name) for name in order))
            shown = [self.shown(row) for row in page.items]
            if wants_csv(request):
                return csv_answer(TABLES[register.kind], self.columns, shown)
            return listed(request, Page(items=shown, next_cursor=page.next_cursor))

        asked: dict[str, Any] = {"division": PlaceCode | None} if register.placed else {}
        asked |= {one.name: one.type for one in msgspec.structs.fields(self.query)}
        asked |= {"cursor": str | None, "limit": int | None}
        page_of = _PAGE[self.out_type]
        said = f"{self.listed}\n\nAs CSV up to {CSV_ROWS:,} rows without pages."
        handler = signed(call, f"list_{self.plural}", said, page_of, "reader", query=asked, table=True)
        return get(self.list_path)(handler)

    def reading(self) -> HTTPRouteHandler:
        register = self.register

        async def call(request: AnyRequest, reader: Work, **key: Any) -> Response[Any]:
            found = await register.one(reader, *(key[name] for name in register.key))
            return versioned(request, self.shown(found), found.version)

        name, path = f"get_{register.kind}", register.key
        return get(self.item_path)(signed(call, name, self.got, self.out_type, "reader", path=path))

    def creating(self) -> HTTPRouteHandler:
        register = self.register

        async def call(request: AnyRequest, writer: Work, data: Any, **parents: Any) -> Response[Any]:
            made = await register.create(writer, data, **parents)
            return versioned(request, self.shown(made), made.version, 201)

        name, path = f"create_{register.kind}", self.parents
        handler = signed(call, name, self.created, self.out_type, "writer", path=path, body=self.new)
        return post(self.list_path)(handler)

    def changing(self) -> HTTPRouteHandler:
        register = self.register

        async def call(request: AnyRequest, writer: Work, data: Any, **key: Any) -> Response[Any]:
            named, version = [key[name] for name in register.key], require_if_match(request)
            made = await register.change(writer, named, data, version)
            return versioned(request, self.shown(made), made.version)

        name, path = f"change_{register.kind}", register.key
        handler = signed(call, name, self.changed, self.out_type, "writer", path=path, body=self.patch)
        return patch(self.item_path)(handler)

    @property
    def columns(self) -> dict[str, str]:
        """Columns of the list as CSV: the key, what is sent of a new row, its version."""
        shown = set(self.out_type.__struct_fields__)
        sent = {name: title for name, title in titles(self.new).items() if name in shown}
        keys = {name: "编号" for name in self.register.key if name not in sent}
        return {**keys, **sent, "version": "版本", "updated_at": "更新时间"}

    @property
    def plural(self) -> str:
        return self.several or f"{self.register.kind}s"

    @property
    def order_of(self) -> dict[str, Any]:
        """The fields the list is ordered by, with their types."""
        return dict(self.order) or {name: _plain(kind) for name, kind in self.register.key.items()}

    @property
    def out_type(self) -> Any:
        return self.out or self.register.row

    @property
    def list_path(self) -> str:
        return self.path or f"/{self.plural.replace('_', '-')}"

    @property
    def parents(self) -> dict[str, Any]:
        """The part of the key that the list's address has."""
        return {name: kind for name, kind in self.register.key.items() if f"{{{name}:" in self.path}

    @property
    def item_path(self) -> str:
        """The address of one row."""
        own = (one for one in self.register.key.items() if one[0] not in self.parents)
        return self.list_path + "".join(f"/{{{name}:{self.path_type(kind)}}}" for name, kind in own)

    @staticmethod
    def path_type(kind: Any) -> str:
        """The type of a key's field as an address states it."""
        return {int: "int", UUID: "uuid"}.get(_plain(kind), "str")


def _plain(kind: Any) -> Any:
    """The type of a key's field without names and bounds."""
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return type(get_args(kind)[0]) if get_origin(kind) is Literal else kind
