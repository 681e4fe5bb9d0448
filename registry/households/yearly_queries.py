"""Typed statements about a household's recorded incomes and own history."""

from collections.abc import Sequence
from uuid import UUID

from registry.households.yearly_model import IncomeRow, OwnHistoryRow
from registry.kernel.db.statements import Queries

q = Queries("households")


add_income = q("add_income", Sequence[IncomeRow]).run()
change_income = q("change_income", Sequence[IncomeRow]).run()
incomes_of = q("incomes_of", str, UUID).many(IncomeRow)
income = q("income_of_year", str, UUID, int).one(IncomeRow)


add_own_history = q("add_own_history", Sequence[OwnHistoryRow]).run()
change_own_history = q("change_own_history", Sequence[OwnHistoryRow]).run()
own_history_of = q("own_history_of", str, UUID).many(OwnHistoryRow)
own_history = q("own_history_of_year", str, UUID, str, int).one(OwnHistoryRow)
