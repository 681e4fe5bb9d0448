"""Typed statements about a household's recorded incomes and own history."""

from uuid import UUID

from registry.households.yearly_model import IncomeRow, OwnHistoryRow
from registry.kernel.db import sql, transactions
from registry.kernel.db.statements import Queries
from registry.kernel.work import Work

q = Queries("households")
Q = sql.queries("households")


async def add_income(work: Work, row: IncomeRow) -> bool:
    return bool(await transactions.run(work, Q["add_income"], transactions.rows_json([row])))


async def change_income(work: Work, row: IncomeRow) -> bool:
    return bool(await transactions.run(work, Q["change_income"], transactions.rows_json([row])))


incomes_of = q("incomes_of", str, UUID).many(IncomeRow)
income = q("income_of_year", str, UUID, int).one(IncomeRow)


async def add_own_history(work: Work, row: OwnHistoryRow) -> bool:
    return bool(await transactions.run(work, Q["add_own_history"], transactions.rows_json([row])))


async def change_own_history(work: Work, row: OwnHistoryRow) -> bool:
    return bool(await transactions.run(work, Q["change_own_history"], transactions.rows_json([row])))


own_history_of = q("own_history_of", str, UUID).many(OwnHistoryRow)
own_history = q("own_history_of_year", str, UUID, str, int).one(OwnHistoryRow)
