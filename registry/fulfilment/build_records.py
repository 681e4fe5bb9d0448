"""Builds the rows of amounts, costs, completions and own sales from the request, or lists all mistakes.
Pure."""

from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from registry.fulfilment import lines
from registry.fulfilment.books import Books
from registry.fulfilment.lines import Line, RecordReference
from registry.fulfilment.record_model import CompletionIn, CostRecordIn, EntryIn, OwnSaleIn
from registry.fulfilment.record_rows import NewCompletion, NewCostRecord, NewEntry, NewOwnSale
from registry.kernel.db.records import new_row
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.fill import fill
from registry.kernel.text.formats import day as said
from registry.kernel.types import new_id
from registry.kernel.work import Act
from registry.reference.model import Season

T = TypeVar("T")


class BuiltRecord(Struct, Generic[T], frozen=True, kw_only=True):
    """A row to store, its day, and the annex line it concerns (None: an organisation's amount)."""

    row: T
    day: date
    line: Line | None


def entry(sent: EntryIn, books: Books, act: Act) -> BuiltRecord[NewEntry]:
    """An amount of a household in the annex, or of an organisation that is a party."""
    _not_ahead(sent.day, act)
    line = None
    if sent.household_id is not None:
        line = lines.line_of(_named(sent, sent.household_id, sent.day), books)
        contract = line.contract
    else:
        contract = lines.contract_of(sent.contract_id, books)
        if books.party(sent.contract_id, sent.organization_id) is None:
            message = "这个组织不是这份合同的当事方，请从合同当事方中选取"
            raise _invalid("/organization_id", "entry.organization_foreign", message)
    season = None if line is None else line.season
    row = new_row(
        NewEntry,
        act,
        sent,
        entry_id=new_id(),
        county_code=contract.county_code,
        village_code=contract.village_code,
        component_id=sent.component_id if line is None else line.component.component_id,
        participant_id=None if line is None else line.participant_id,
        season_id=None if season is None else season.season_id,
    )
    return BuiltRecord(row=row, day=sent.day, line=line)


def cost_record(sent: CostRecordIn, books: Books, act: Act) -> BuiltRecord[NewCostRecord]:
    """What a household in the annex spent."""
    _not_ahead(sent.day, act)
    line = lines.line_of(_named(sent, sent.household_id, sent.day), books)
    season = _season(line)
    row = new_row(
        NewCostRecord, act, sent, line, line.contract, cost_record_id=new_id(), season_id=season.season_id
    )
    return BuiltRecord(row=row, day=sent.day, line=line)


def own_sale(sent: OwnSaleIn, books: Books, act: Act) -> BuiltRecord[NewOwnSale]:
    """What a household in the annex sold elsewhere: the contract's product or another of the same crop."""
    _not_ahead(sent.day, act)
    line = lines.line_of(_named(sent, sent.household_id, sent.day), books)
    season = _season(line)
    product_code = sent.product_code or season.product_code
    if books.crops.get(product_code) != books.crops[season.product_code]:
        message = "自行销售只记合同产品，或同一作物的其他产品，请从列表中选取"
        raise _invalid("/product_code", "own_sale.product_foreign", message)
    made = {"own_sale_id": new_id(), "product_code": product_code, "season_id": season.season_id}
    row = new_row(NewOwnSale, act, sent, line, line.contract, **made)
    return BuiltRecord(row=row, day=sent.day, line=line)


def completion(sent: CompletionIn, books: Books, act: Act) -> BuiltRecord[NewCompletion]:
    """What is said about a cost class of a line and season."""
    line = lines.line_of(_named(sent, sent.household_id, act.today), books)
    row = new_row(NewCompletion, act, sent, line, line.contract, season_id=_season(line).season_id)
    return BuiltRecord(row=row, day=act.today, line=line)


def _named(
    sent: EntryIn | CostRecordIn | OwnSaleIn | CompletionIn, household_id: UUID, day: date
) -> RecordReference:
    return fill(RecordReference, sent, household_id=household_id, day=day)


def _season(line: Line) -> Season:
    """Costs and own sales belong to a season."""
    if line.season is None:
        message = "这一项条款不按产季计算，不能登记成本或自行销售，请选择按产季的条款"
        raise _invalid("/component_id", "record.no_season", message)
    return line.season


def _not_ahead(day: date, act: Act) -> None:
    if day > act.today:
        raise _invalid("/day", "record.day_ahead", f"日期不能晚于今天（{said(act.today)}），请检查")


def _invalid(pointer: str, code: str, message: str) -> Invalid:
    return Invalid([Mistake(pointer=pointer, code=code, message=message)])
