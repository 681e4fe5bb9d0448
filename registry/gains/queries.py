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
from registry.kernel.changes import Cause, Touched, Village
from registry.kernel.db import Conn
from registry.reference.returns import LabourPrice, ReferenceRow

Q = sql.queries("gains")
Ids = Sequence[UUID]
Codes = Sequence[str]


async def annex_lines_of_households(conn: Conn, county_code: str, households: Ids) -> list[AnnexLineRow]:
    return await db.many(conn, AnnexLineRow, Q["annex_lines_of_households"], county_code, households)


async def annex_versions_of_participants(conn: Conn, county_code: str, ids: Ids) -> list[AnnexVersionRow]:
    return await db.many(conn, AnnexVersionRow, Q["annex_versions_of_participants"], county_code, ids)


async def first_terms_of_components(conn: Conn, county_code: str, components: Ids) -> list[TermsRow]:
    return await db.many(conn, TermsRow, Q["first_terms_of_components"], county_code, components)


async def seasons_of_products(conn: Conn, products: Codes, divisions: Codes, year: int) -> list[SeasonRow]:
    return await db.many(conn, SeasonRow, Q["seasons_of_products"], products, divisions, year)


async def reference_rows_of_crops(
    conn: Conn, crops: Codes, divisions: Codes, pinned: Ids
) -> list[ReferenceRow]:
    return await db.many(conn, ReferenceRow, Q["reference_rows_of_crops"], crops, divisions, pinned)


async def labour_prices_until(conn: Conn, year: int) -> list[LabourPrice]:
    return await db.many(conn, LabourPrice, Q["labour_prices_until"], year)


async def rural_cpi_of_divisions(conn: Conn, divisions: Codes, year: int) -> list[IndexRow]:
    return await db.many(conn, IndexRow, Q["rural_cpi_of_divisions"], divisions, year)


async def market_quotes(
    conn: Conn, products: Codes, divisions: Codes, first: date, last: date
) -> list[QuoteRow]:
    return await db.many(conn, QuoteRow, Q["market_quotes"], products, divisions, first, last)


async def rural_incomes_of_divisions(conn: Conn, divisions: Codes, year: int) -> list[RuralIncomeRow]:
    return await db.many(conn, RuralIncomeRow, Q["rural_incomes_of_divisions"], divisions, year)


async def deliveries_of_households(
    conn: Conn, county_code: str, households: Ids, seasons: Ids
) -> list[DeliveryRow]:
    return await db.many(conn, DeliveryRow, Q["deliveries_of_households"], county_code, households, seasons)


async def entries_of_households(
    conn: Conn, county_code: str, households: Ids, contracts: Ids
) -> list[EntryRow]:
    return await db.many(conn, EntryRow, Q["entries_of_households"], county_code, households, contracts)


async def cost_records_of_participants(conn: Conn, county_code: str, ids: Ids, seasons: Ids) -> list[CostRow]:
    return await db.many(conn, CostRow, Q["cost_records_of_participants"], county_code, ids, seasons)


async def cost_completions_of_participants(
    conn: Conn, county_code: str, ids: Ids, seasons: Ids
) -> list[CompletionRow]:
    return await db.many(
        conn, CompletionRow, Q["cost_completions_of_participants"], county_code, ids, seasons
    )


async def own_sales_of_participants(conn: Conn, county_code: str, ids: Ids, seasons: Ids) -> list[OwnSaleRow]:
    return await db.many(conn, OwnSaleRow, Q["own_sales_of_participants"], county_code, ids, seasons)


async def land_uses_of_participants(conn: Conn, county_code: str, ids: Ids) -> list[LandUseRow]:
    return await db.many(conn, LandUseRow, Q["land_uses_of_participants"], county_code, ids)


async def own_history_of_households(conn: Conn, county_code: str, households: Ids) -> list[HistoryRow]:
    return await db.many(conn, HistoryRow, Q["own_history_of_households"], county_code, households)


async def pins_of_contracts(conn: Conn, county_code: str, contracts: Ids) -> list[PinRow]:
    return await db.many(conn, PinRow, Q["pins_of_contracts"], county_code, contracts)


async def incomes_of_households(conn: Conn, county_code: str, households: Ids) -> list[IncomeRow]:
    return await db.many(conn, IncomeRow, Q["incomes_of_households"], county_code, households)


async def residents_of_households(conn: Conn, county_code: str, households: Ids) -> list[ResidentsRow]:
    return await db.many(conn, ResidentsRow, Q["residents_of_households"], county_code, households)


async def current_lines_of_households(
    conn: Conn, county_code: str, households: Ids, year: int, seasons: Ids
) -> list[CurrentLineRow]:
    return await db.many(
        conn, CurrentLineRow, Q["current_lines_of_households"], county_code, households, year, seasons
    )


async def parts_of_lines(conn: Conn, county_code: str, lines: Ids) -> list[PartRow]:
    return await db.many(conn, PartRow, Q["parts_of_lines"], county_code, lines)


async def supersede_lines(conn: Conn, county_code: str, lines: Ids, now: datetime) -> int:
    return await db.run(conn, Q["supersede_lines"], county_code, lines, now)


async def clear_stale_marks(conn: Conn, county_code: str, lines: Ids) -> int:
    return await db.run(conn, Q["clear_stale_marks"], county_code, lines)


async def add_lines(conn: Conn, rows: Iterable[NewLineRow]) -> int:
    return await db.run(conn, Q["add_lines"], db.rows_json(rows))


async def add_parts(conn: Conn, rows: Iterable[NewPartRow]) -> int:
    return await db.run(conn, Q["add_parts"], db.rows_json(rows))


async def current_baselines(conn: Conn, county_code: str, households: Ids, year: int) -> list[BaselineRow]:
    return await db.many(conn, BaselineRow, Q["current_baselines"], county_code, households, year)


async def supersede_baselines(conn: Conn, county_code: str, baselines: Ids, now: datetime) -> int:
    return await db.run(conn, Q["supersede_baselines"], county_code, baselines, now)


async def add_baselines(conn: Conn, rows: Iterable[NewBaselineRow]) -> int:
    return await db.run(conn, Q["add_baselines"], db.rows_json(rows))


async def mark_stale(conn: Conn, cause: Cause, now: datetime) -> list[Village]:
    return await db.many(
        conn,
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


async def stale_households(conn: Conn, county_code: str, village_code: str) -> list[Touched]:
    return await db.many(conn, Touched, Q["stale_households"], county_code, village_code)


async def years_with_lines(conn: Conn, county_code: str, households: Ids) -> list[Touched]:
    return await db.many(conn, Touched, Q["years_with_lines"], county_code, households)


async def households_without_lines(
    conn: Conn, county_code: str, village_code: str, chain: Codes
) -> list[Touched]:
    return await db.many(conn, Touched, Q["households_without_lines"], county_code, village_code, chain)


async def villages_with_annexes(conn: Conn, cause: Cause) -> list[Village]:
    return await db.many(
        conn, Village, Q["villages_with_annexes"], cause.first, cause.last, cause.product_code
    )


async def households_in_annexes(conn: Conn, place: Places) -> list[HouseholdRow]:
    return await db.many(
        conn, HouseholdRow, Q["households_in_annexes"], place.counties, place.firsts, place.lasts
    )
