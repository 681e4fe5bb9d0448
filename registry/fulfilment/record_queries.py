"""Typed functions over sql/queries/fulfilment_records.sql: one statement each."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from registry.fulfilment.queries import Subtree
from registry.fulfilment.record_model import (
    CompletionRow,
    CostRecordRow,
    EntryRow,
    OwnSaleRow,
    RecordQuery,
)
from registry.fulfilment.record_rows import NewCompletion, NewCostRecord, NewEntry, NewOwnSale
from registry.kernel.db.statements import Queries

q = Queries("fulfilment_records")
add_entries = q("add_entries", Iterable[NewEntry]).run()
add_cost_records = q("add_cost_records", Iterable[NewCostRecord]).run()
add_own_sales = q("add_own_sales", Iterable[NewOwnSale]).run()
entries = q("entries", Subtree, RecordQuery, UUID | None, UUID | None, int).many(EntryRow)
"""Of a subtree and what the list is narrowed by: those after an id, or the one of an id."""
cost_records = q("cost_records", Subtree, RecordQuery, UUID | None, UUID | None, int).many(CostRecordRow)
own_sales = q("own_sales", Subtree, RecordQuery, UUID | None, UUID | None, int).many(OwnSaleRow)
void_entry = q("void_entry", str, UUID, datetime, str, str).run()
"""How many it voided: none if another call was first."""
void_cost_record = q("void_cost_record", str, UUID, datetime, str, str).run()
void_own_sale = q("void_own_sale", str, UUID, datetime, str, str).run()
hold_participants = q("hold_participants", str, Collection[UUID]).run()
save_cost_completions = q("save_cost_completions", Iterable[NewCompletion]).run()
cost_completions = q("cost_completions", UUID | None, UUID | None, UUID | None, int).many(CompletionRow)
"""By contract, household and season, where given."""
