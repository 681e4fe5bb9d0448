"""The routes of a register: list, get, create and change, the same for every one."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.handlers import HTTPRouteHandler

from registry.divisions.register import New, Register, Row
from registry.kernel.http.cursors import after_keys, cut_keys
from registry.kernel.http.signed import signed
from registry.kernel.http.web import AnyRequest, Page, listed, require_if_match, row_limit, versioned
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work

_PAGE: Any = Page


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What the documentation says of each operation; a further paragraph is its description."""

    listed: str = ""
    got: str
    created: str
    changed: str


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What a register is called and the types it is used with.

    one, several: as operations call it (create_crop, list_crops). path: of the list. key: the fields of an
    address with their types, the parent's first. order: the fields a list is ordered by, with their types.
    query: what it is narrowed by. Without an order there is no list. out: what is shown of a row, made by
    `shown`.
    """

    one: str
    several: str
    path: str
    key: Mapping[str, Any]
    new: type[msgspec.Struct]
    patch: type[msgspec.Struct]
    out: Any
    query: type[msgspec.Struct] = msgspec.Struct
    order: Mapping[str, type] = {}
    shown: Callable[[Any], Any] = lambda row: row

    @property
    def parents(self) -> dict[str, Any]:
        """The part of the key that the list's address has."""
        return {name: kind for name, kind in self.key.items() if f"{{{name}:" in self.path}

    @property
    def item_path(self) -> str:
        """The address of one row."""
        own = (one for one in self.key.items() if one[0] not in self.parents)
        return self.path + "".join(f"/{{{name}:{_path_type(kind)}}}" for name, kind in own)


class Routes(Generic[Row, New]):
    """The handlers of one register; the router they are put into states whom they admit."""

    def __init__(self, register: Register[Row, New], shape: Shape, texts: Texts) -> None:
        self.register, self.shape, self.texts = register, shape, texts

    @property
    def handlers(self) -> tuple[HTTPRouteHandler, ...]:
        """List (where there is one), get, create, change."""
        single = (self.reading(), self.creating(), self.changing())
        return (self.listing(), *single) if self.shape.order else single

    def listing(self) -> HTTPRouteHandler:
        register, shape = self.register, self.shape
        key: Any = tuple[tuple(shape.order.values())]  # type: ignore[misc]

        async def call(request: AnyRequest, reader: Work, **given: Any) -> Response[Any]:
            count, division = row_limit(given.pop("limit")), given.pop("division", None)
            after = after_keys(given.pop("cursor"), key)
            # An empty text narrows nothing.
            wanted = shape.query(**{name: None if value == "" else value for name, value in given.items()})
            rows = await register.listed(reader, wanted, division=division, after=after, limit=count + 1)
            page = cut_keys(rows, count, lambda row: tuple(getattr(row, name) for name in shape.order))
            shown = [shape.shown(row) for row in page.items]
            return listed(request, Page(items=shown, next_cursor=page.next_cursor))

        asked: dict[str, Any] = {"division": PlaceCode | None} if register.placed else {}
        asked |= {one.name: one.type for one in msgspec.structs.fields(shape.query)}
        asked |= {"cursor": str | None, "limit": int | None}
        page_of = _PAGE[shape.out]
        name, text = f"list_{shape.several}", self.texts.listed
        handler = signed(call, name, text, page_of, "reader", query=asked)
        return get(shape.path)(handler)

    def reading(self) -> HTTPRouteHandler:
        shape = self.shape

        async def call(request: AnyRequest, reader: Work, **key: Any) -> Response[Any]:
            found = await self.register.one(reader, *(key[name] for name in shape.key))
            return versioned(request, shape.shown(found), found.version)

        handler = signed(call, f"get_{shape.one}", self.texts.got, shape.out, "reader", path=shape.key)
        return get(shape.item_path)(handler)

    def creating(self) -> HTTPRouteHandler:
        shape = self.shape

        async def call(request: AnyRequest, writer: Work, data: Any, **parents: Any) -> Response[Any]:
            made = await self.register.create(writer, data, **parents)
            return versioned(request, shape.shown(made), made.version, 201)

        name, text = f"create_{shape.one}", self.texts.created
        handler = signed(call, name, text, shape.out, "writer", path=shape.parents, body=shape.new)
        return post(shape.path)(handler)

    def changing(self) -> HTTPRouteHandler:
        shape = self.shape

        async def call(request: AnyRequest, writer: Work, data: Any, **key: Any) -> Response[Any]:
            named, version = [key[name] for name in shape.key], require_if_match(request)
            made = await self.register.change(writer, named, data, version)
            return versioned(request, shape.shown(made), made.version)

        name, text = f"change_{shape.one}", self.texts.changed
        handler = signed(call, name, text, shape.out, "writer", path=shape.key, body=shape.patch)
        return patch(shape.item_path)(handler)


def _path_type(kind: Any) -> str:
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return {int: "int", UUID: "uuid"}.get(plain, "str")
