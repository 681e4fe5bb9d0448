"""Recorded income of a household in a year, and what it grew before its first contract."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from registry.kernel.db.records import Record
from registry.kernel.types import POSITIVE, CodeWord, Days, Mu, ShortText, SignedYuan, Year


class IncomeRow(Record, frozen=True, kw_only=True):
    """Disposable income of the household in a year, in yuan, and where the figure comes from."""

    county_code: str
    household_id: UUID
    year: int
    village_code: str
    amount: Decimal
    source_text: str


class IncomeIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The income of a year."""

    year: Annotated[Year, Meta(title="年份")]
    amount: Annotated[SignedYuan, Meta(title="可支配收入")]
    source_text: Annotated[ShortText, Meta(title="资料来源")]


class IncomePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a year's income."""

    amount: Annotated[SignedYuan, Meta(title="可支配收入")] | UnsetType = UNSET
    source_text: Annotated[ShortText, Meta(title="资料来源")] | UnsetType = UNSET


class OwnHistoryRow(Record, frozen=True, kw_only=True):
    """A crop before the contract: mu, cash income in yuan (all of it, not per mu), own days."""

    county_code: str
    household_id: UUID
    crop_code: str
    year: int
    village_code: str
    area_mu: Decimal
    cash_income: Decimal
    own_days: Decimal | None = None
    evidence: str


class OwnHistoryIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the household grew in a year before its first contract, with the evidence for it."""

    crop_code: Annotated[CodeWord, Meta(title="作物")]
    year: Annotated[Year, Meta(title="年份")]
    area_mu: Annotated[Mu, POSITIVE, Meta(title="面积")]
    cash_income: Annotated[SignedYuan, Meta(title="现金收益")]
    own_days: Annotated[Days, Meta(title="自用工")] | None = None
    evidence: Annotated[ShortText, Meta(title="依据")]


class OwnHistoryPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a year's own history."""

    area_mu: Annotated[Mu, POSITIVE, Meta(title="面积")] | UnsetType = UNSET
    cash_income: Annotated[SignedYuan, Meta(title="现金收益")] | UnsetType = UNSET
    own_days: Annotated[Days, Meta(title="自用工")] | UnsetType | None = UNSET
    evidence: Annotated[ShortText, Meta(title="依据")] | UnsetType = UNSET
