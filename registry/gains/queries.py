"""Typed functions over sql/queries/gains.sql: facts in, lines out. What is shown: `listing_queries.py`."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from registry.divisions.model import Places
from registry.gains.rows import (
    AnnexLineRow,
    AnnexVersionRow,
    BaselineRow,
    CompletionRow,
    CostRow,
    CurrentLineRow,
    DeliveryRow,
    EntryRow,
    HistoryRow,
    HouseholdRow,
    IncomeRow,
    IndexRow,
    LandUseRow,
    NewBaselineRow,
    NewLineRow,
    NewPartRow,
    OwnSaleRow,
    PartRow,
    PinRow,
    QuoteRow,
    ResidentsRow,
    RuralIncomeRow,
    SeasonRow,
    TermsRow,
)
from registry.kernel import db, sql
from registry.kernel.statements import Queries
from registry.kernel.work import Cause, Touched, Village, Work
from registry.reference.returns import LabourPrice, ReferenceRow

q = Queries("gains")
Q = sql.queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


annex_lines_of_households = q("annex_lines_of_households", str, Ids).many(AnnexLineRow)
annex_versions_of_participants = q("annex_versions_of_participants", str, Ids).many(AnnexVersionRow)
first_terms_of_components = q("first_terms_of_components", str, Ids).many(TermsRow)
seasons_of_products = q("seasons_of_products", Codes, Codes, int).many(SeasonRow)
reference_rows_of_crops = q("reference_rows_of_crops", Codes, Codes, Ids).many(ReferenceRow)
labour_prices_until = q("labour_prices_until", int).many(LabourPrice)
rural_cpi_of_divisions = q("rural_cpi_of_divisions", Codes, int).many(IndexRow)
market_quotes = q("market_quotes", Codes, Codes, date, date).many(QuoteRow)
rural_incomes_of_divisions = q("rural_incomes_of_divisions", Codes, int).many(RuralIncomeRow)
deliveries_of_households = q("deliveries_of_households", str, Ids, Ids).many(DeliveryRow)
entries_of_households = q("entries_of_households", str, Ids, Ids).many(EntryRow)
cost_records_of_participants = q("cost_records_of_participants", str, Ids, Ids).many(CostRow)
cost_completions_of_participants = q("cost_completions_of_participants", str, Ids, Ids).many(CompletionRow)
own_sales_of_participants = q("own_sales_of_participants", str, Ids, Ids).many(OwnSaleRow)
land_uses_of_participants = q("land_uses_of_participants", str, Ids).many(LandUseRow)
own_history_of_households = q("own_history_of_households", str, Ids).many(HistoryRow)
pins_of_contracts = q("pins_of_contracts", str, Ids).many(PinRow)
incomes_of_households = q("incomes_of_households", str, Ids).many(IncomeRow)
residents_of_households = q("residents_of_households", str, Ids).many(ResidentsRow)
current_lines_of_households = q("current_lines_of_households", str, Ids, int, Ids).many(CurrentLineRow)
parts_of_lines = q("parts_of_lines", str, Ids).many(PartRow)
supersede_lines = q("supersede_lines", str, Ids, datetime).run()
clear_stale_marks = q("clear_stale_marks", str, Ids).run()
add_lines = q("add_lines", Iterable[NewLineRow]).run()
add_parts = q("add_parts", Iterable[NewPartRow]).run()
current_baselines = q("current_baselines", str, Ids, int).many(BaselineRow)
supersede_baselines = q("supersede_baselines", str, Ids, datetime).run()
add_baselines = q("add_baselines", Iterable[NewBaselineRow]).run()


async def mark_stale(work: Work, cause: Cause, now: datetime) -> list[Village]:
    return await db.many(
        work,
        Village,
        Q["mark_stale"],
        now,
        cause.kind,
        cause.first,
        cause.last,
        cause.contract_id,
        cause.product_code,
        cause.crop_code,
        cause.year,
        cause.first_day,
        cause.last_day,
    )


stale_households = q("stale_households", str, str).many(Touched)
years_with_lines = q("years_with_lines", str, Ids).many(Touched)
households_without_lines = q("households_without_lines", str, str, Codes).many(Touched)


async def villages_with_annexes(work: Work, cause: Cause) -> list[Village]:
    return await db.many(
        work, Village, Q["villages_with_annexes"], cause.first, cause.last, cause.product_code
    )


async def households_in_annexes(work: Work, place: Places) -> list[HouseholdRow]:
    return await db.many(
        work, HouseholdRow, Q["households_in_annexes"], place.counties, place.firsts, place.lasts
    )
