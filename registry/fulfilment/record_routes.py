"""Entries, cost records, completed cost classes and own sales over REST. Deliveries are `routes.py`."""

from collections.abc import Mapping
from typing import Any, Generic
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody

from registry.fulfilment import service
from registry.fulfilment.model import VoidIn
from registry.fulfilment.record_model import (
    CompletionIn,
    CompletionRow,
    CostRecordIn,
    CostRecordRow,
    EntryIn,
    EntryRow,
    OwnSaleIn,
    OwnSaleRow,
    RecordQuery,
)
from registry.fulfilment.records import FactKind, New, Sent, Shown
from registry.kernel.http.signed import signed
from registry.kernel.http.web import AnyRequest, Page, after, cut, listed, row_limit, versioned
from registry.kernel.types import DivisionCode
from registry.kernel.work import Work

_PAGE: Any = Page


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What the documentation says of each operation; a further paragraph is its description."""

    listed: str
    got: str
    created: str
    voided: str


class FactRoutes(Generic[Sent, New, Shown]):
    """The four handlers of a kind of fact, called several (list_entries) and after its name.

    opt: Litestar's `opt` of the handler that creates one.
    """

    def __init__(
        self,
        kind: FactKind[Sent, New, Shown],
        several: str,
        new: type,
        out: type,
        texts: Texts,
        *,
        opt: Mapping[str, Any] | None = None,
    ) -> None:
        self.kind, self.several, self.new, self.out, self.texts = kind, several, new, out, texts
        self.opt = opt
        self.path, self.key = f"/{several.replace('_', '-')}", f"{kind.name}_id"

    @property
    def handlers(self) -> tuple[HTTPRouteHandler, ...]:
        """List, get, create, void."""
        return self.listing(), self.reading(), self.creating(), self.voiding()

    def listing(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, reader: Work, **given: Any) -> Response[Any]:
            division, seen, count = given.pop("division"), given.pop("cursor"), row_limit(given.pop("limit"))
            wanted, last = RecordQuery(**given), after(seen)[1]
            rows = await self.kind.listed(reader, wanted, division=division, after=last, limit=count + 1)
            return listed(request, cut(rows, count, lambda row: (None, self.kind.record_id(row))))

        query: dict[str, Any] = {"division": DivisionCode | None}
        query |= {one.name: one.type for one in msgspec.structs.fields(RecordQuery)}
        query |= {"cursor": str | None, "limit": int | None}
        name, out = f"list_{self.several}", _PAGE[self.out]
        return get(self.path)(signed(call, name, self.texts.listed, out, "reader", query=query))

    def reading(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, reader: Work, **key: UUID) -> Response[Any]:
            row = await self.kind.one(reader, key[self.key])
            return versioned(request, row, row.version)

        name = f"get_{self.kind.name}"
        handler = signed(call, name, self.texts.got, self.out, "reader", path={self.key: UUID})
        return get(f"{self.path}/{{{self.key}:uuid}}")(handler)

    def creating(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, writer: Work, data: Any) -> Response[Any]:
            [record_id] = await self.kind.add(writer, [data])
            row = await self.kind.one(writer, record_id)
            return versioned(request, row, row.version, 201)

        handler = signed(
            call, f"create_{self.kind.name}", self.texts.created, self.out, "writer", body=self.new
        )
        return post(self.path, opt=self.opt)(handler)

    def voiding(self) -> HTTPRouteHandler:
        async def call(request: AnyRequest, writer: Work, data: VoidIn, **key: UUID) -> Response[Any]:
            row = await self.kind.void(writer, key[self.key], data.reason)
            return versioned(request, row, row.version)

        path = {self.key: UUID}
        name = f"void_{self.kind.name}"
        handler = signed(call, name, self.texts.voided, self.out, "writer", path=path, body=VoidIn)
        return post(f"{self.path}/{{{self.key}:uuid}}/void", status_code=200)(handler)


@get("/cost-completions")
async def list_cost_completions(
    reader: NamedDependency[Work],
    contract: FromQuery[UUID | None] = None,
    household: FromQuery[UUID | None] = None,
    season: FromQuery[UUID | None] = None,
) -> Page[CompletionRow]:
    """Which cost classes of annex lines are said to be complete, the first 200"""
    rows = await service.completions(
        reader, contract_id=contract, household_id=household, season_id=season, limit=200
    )
    return Page(items=rows)


@post("/cost-completions", status_code=200)
async def complete_costs(writer: NamedDependency[Work], data: JSONBody[CompletionIn]) -> Page[CompletionRow]:
    """Say whether a household's records of a cost class are complete for a season

    Complete records replace the reference cost of that class. Answers all classes of household and season.
    """
    await service.complete_costs(writer, [data])
    rows = await service.completions(
        writer,
        contract_id=data.contract_id,
        household_id=data.household_id,
        season_id=data.season_id,
        limit=200,
    )
    return Page(items=rows)


_entries = FactRoutes(
    service.entries,
    "entries",
    EntryIn,
    EntryRow,
    Texts(
        listed="Dated amounts under contracts, newest first, voided ones included unless `voided=false`",
        got="A dated amount",
        created=(
            "Enter a dated amount: fee, input advance, deposit, penalty, indemnity\n\n"
            "An input advance is itself the cost record of its class."
        ),
        voided="Void an amount with a reason; it stays visible",
    ),
    opt={"idempotency": "required"},
)
_cost_records = FactRoutes(
    service.cost_records,
    "cost_records",
    CostRecordIn,
    CostRecordRow,
    Texts(
        listed="What households spent on their annex areas, newest first",
        got="A cost record",
        created="Record what a household spent; inputs advanced by the buyer are entries",
        voided="Void a cost record with a reason; it stays visible",
    ),
)
_own_sales = FactRoutes(
    service.own_sales,
    "own_sales",
    OwnSaleIn,
    OwnSaleRow,
    Texts(
        listed="What households sold elsewhere from their annex areas (self-declared), newest first",
        got="An own sale",
        created="Record what a household sold elsewhere; 0 kg says that nothing was sold",
        voided="Void an own sale with a reason; it stays visible",
    ),
)
handlers = (
    *_entries.handlers,
    *_cost_records.handlers,
    list_cost_completions,
    complete_costs,
    *_own_sales.handlers,
)
