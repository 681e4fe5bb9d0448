"""Amounts under a contract, cost records, completed cost classes, own sales: as sent and as shown.

Deliveries are `model.py`. Yuan, kg.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from registry.kernel.errors import Mistake
from registry.kernel.types import CodeWord, Kg, LongText, ShortText, Yuan

ENTRY_NAMES: Final[Mapping[str, str]] = {
    "fee": "费用",
    "input_advance": "投入垫付",
    "deposit": "定金",
    "penalty_paid": "农户付的违约金",
    "penalty_received": "农户收的违约金",
    "indemnity": "赔偿",
}
CLASS_NAMES: Final[Mapping[str, str]] = {
    "materials_services": "物质与服务费用",
    "hired_labour": "雇工费用",
    "land_rent": "流转地租金",
}
EntryKind: TypeAlias = Annotated[
    Literal["fee", "input_advance", "deposit", "penalty_paid", "penalty_received", "indemnity"],
    Meta(title="类型", extra={"labels": ENTRY_NAMES}),
]
"""What an order contract knows beside deliveries; other kinds of contract add theirs."""
CostClass: TypeAlias = Annotated[
    Literal["materials_services", "hired_labour", "land_rent"],
    Meta(title="成本类别", extra={"labels": CLASS_NAMES}),
]
Contract: TypeAlias = Annotated[UUID, Meta(title="合同")]
Household: TypeAlias = Annotated[UUID, Meta(title="农户")]
Component: TypeAlias = Annotated[UUID, Meta(title="合同条款")]
SeasonId: TypeAlias = Annotated[UUID, Meta(title="产季")]
Day: TypeAlias = Annotated[date, Meta(title="日期")]
Amount: TypeAlias = Annotated[Yuan, Meta(title="金额")]


class EntryIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dated amount of a household or of an organisation that is a party.

    An input advance names item and cost class, the price charged (`amount`, 0 if given free) and what the
    input costs on the local market; it is itself the cost record.
    """

    contract_id: Contract
    day: Day
    kind: EntryKind
    amount: Amount
    household_id: Household | None = None
    organization_id: Annotated[UUID, Meta(title="组织")] | None = None
    component_id: Component | None = None
    season_id: SeasonId | None = None
    item: Annotated[ShortText, Meta(title="物品")] | None = None
    cost_class: CostClass | None = None
    local_market_value: Annotated[Yuan, Meta(title="当地市价")] | None = None
    note: Annotated[LongText, Meta(title="备注")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        advance = self.kind == "input_advance"
        both_or_none = (self.household_id is None) == (self.organization_id is None)
        if both_or_none or (advance and self.household_id is None):
            message = "请填农户；付给或收自组织的，改填组织，两者只填一个（投入垫付只能填农户）"
            yield Mistake(pointer="/household_id", code="entry.one_side", message=message)
        if not advance and self.amount == 0:
            yield Mistake(pointer="/amount", code="entry.amount_zero", message="金额必须大于 0")
        for name, what in (("item", "垫付的物品"), ("cost_class", "成本类别")):
            if advance and getattr(self, name) is None:
                yield Mistake(pointer=f"/{name}", code="required", message=f"投入垫付要写明{what}，请补上")
        for name in ("item", "cost_class", "local_market_value"):
            if not advance and getattr(self, name) is not None:
                message = "这一项只用于投入垫付，请留空"
                yield Mistake(pointer=f"/{name}", code="entry.not_an_advance", message=message)


class CostRecordIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a household spent on its annex area. Inputs advanced by the buyer are entries: not again here."""

    contract_id: Contract
    household_id: Household
    day: Day
    cost_class: CostClass
    item: Annotated[ShortText, Meta(title="项目")]
    amount: Amount
    component_id: Component | None = None
    season_id: SeasonId | None = None
    evidence: Annotated[ShortText, Meta(title="凭证")] | None = None


class OwnSaleIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a household sold elsewhere from the annex area, self-declared; 0 kg and 0 yuan: nothing sold."""

    contract_id: Contract
    household_id: Household
    day: Day
    net_kg: Annotated[Kg, Meta(title="重量")]
    amount: Amount
    component_id: Component | None = None
    season_id: SeasonId | None = None
    product_code: Annotated[CodeWord, Meta(title="产品")] | None = None
    note: Annotated[LongText, Meta(title="备注")] | None = None

    def mistakes(self) -> Iterator[Mistake]:
        if self.net_kg == 0 and self.amount > 0:
            message = "有金额就要填卖出的重量；没有卖出的，重量和金额都填 0"
            yield Mistake(pointer="/net_kg", code="own_sale.weight_missing", message=message)


class CompletionIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the records of a cost class are complete for a season; if so their sum replaces the
    reference."""

    contract_id: Contract
    household_id: Household
    season_id: SeasonId
    cost_class: CostClass
    complete: Annotated[bool, Meta(title="已记全")] = True
    component_id: Component | None = None


class Voidable(Struct, frozen=True, kw_only=True):
    """What entries, cost records and own sales have in common."""

    county_code: str
    village_code: str
    contract_id: UUID
    component_id: UUID | None
    participant_id: UUID | None
    household_id: UUID | None
    household_name: str | None
    season_id: UUID | None
    season_year: int | None
    day: date
    amount: Decimal
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None
    version: int
    source: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class EntryRow(Voidable, frozen=True, kw_only=True):
    """A dated amount as shown."""

    entry_id: UUID
    organization_id: UUID | None
    organization_name: str | None
    kind: str
    item: str | None
    cost_class: str | None
    local_market_value: Decimal | None
    note: str | None


class CostRecordRow(Voidable, frozen=True, kw_only=True):
    """A cost record as shown."""

    cost_record_id: UUID
    cost_class: str
    item: str
    evidence: str | None


class OwnSaleRow(Voidable, frozen=True, kw_only=True):
    """An own sale as shown."""

    own_sale_id: UUID
    product_code: str
    net_kg: Decimal
    note: str | None


class CompletionRow(Struct, frozen=True, kw_only=True):
    """What is said about a cost class of a line and season."""

    county_code: str
    village_code: str
    contract_id: UUID
    component_id: UUID
    participant_id: UUID
    household_id: UUID
    household_name: str
    season_id: UUID
    season_year: int
    cost_class: str
    complete: bool
    version: int
    updated_at: datetime
    updated_by: str


class RecordQuery(Struct, frozen=True, kw_only=True):
    """What a list of entries, cost records or own sales is narrowed to."""

    contract: UUID | None = None
    household: UUID | None = None
    season: UUID | None = None
    voided: bool | None = None
    updated_since: datetime | None = None
