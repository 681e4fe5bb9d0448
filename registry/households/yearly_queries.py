"""Typed statements about a household's recorded incomes and own history."""

from uuid import UUID

from registry.households.yearly_model import IncomeRow, OwnHistoryRow
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("households")


async def add_income(conn: Conn, row: IncomeRow) -> bool:
    return bool(await db.run(conn, Q["add_income"], db.rows_json([row])))


async def change_income(conn: Conn, row: IncomeRow) -> bool:
    return bool(await db.run(conn, Q["change_income"], db.rows_json([row])))


async def incomes_of(conn: Conn, county_code: str, household_id: UUID) -> list[IncomeRow]:
    return await db.many(conn, IncomeRow, Q["incomes_of"], county_code, household_id)


async def income(conn: Conn, county_code: str, household_id: UUID, year: int) -> IncomeRow:
    return await db.one(conn, IncomeRow, Q["income_of_year"], county_code, household_id, year)


async def add_own_history(conn: Conn, row: OwnHistoryRow) -> bool:
    return bool(await db.run(conn, Q["add_own_history"], db.rows_json([row])))


async def change_own_history(conn: Conn, row: OwnHistoryRow) -> bool:
    return bool(await db.run(conn, Q["change_own_history"], db.rows_json([row])))


async def own_history_of(conn: Conn, county_code: str, household_id: UUID) -> list[OwnHistoryRow]:
    return await db.many(conn, OwnHistoryRow, Q["own_history_of"], county_code, household_id)


async def own_history(
    conn: Conn, county_code: str, household_id: UUID, crop_code: str, year: int
) -> OwnHistoryRow:
    return await db.one(
        conn, OwnHistoryRow, Q["own_history_of_year"], county_code, household_id, crop_code, year
    )
