"""Reference returns as they are stored, sent and shown. Their identities and look-up are `returns.py`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from registry.kernel import money
from registry.kernel.db.records import Record
from registry.kernel.errors import Mistake
from registry.kernel.fill import fill
from registry.kernel.types import CodeWord, Days, Kg, ShortText, SignedYuan, Year, Yuan
from registry.reference import returns
from registry.reference.figure_model import YearOf
from registry.reference.model import CropWord, Place, SourceDate, SourceText

Quality: TypeAlias = Annotated[
    Literal["official", "survey", "planning"],
    Meta(title="数据性质", extra={"labels": {"official": "官方", "survey": "调查", "planning": "估算"}}),
]
NAMES: Final[Mapping[str, str]] = {
    "output_value": "产值合计",
    "main_product": "主产品产值",
    "by_product": "副产品产值",
    "materials_services": "物质与服务费用",
    "family_labour": "家庭用工折价",
    "hired_labour": "雇工费用",
    "labour_cost": "人工成本",
    "land_rent": "流转地租金",
    "own_land_rent": "自营地折租",
    "land_cost": "土地成本",
    "total_cost": "总成本",
    "net_profit": "净利润",
    "cash_cost": "现金成本",
    "cash_income": "现金收益",
}


class ReturnRow(Record, frozen=True, kw_only=True):
    """Returns of a crop in a division and year, as published: yuan, kg and days per mu."""

    reference_return_id: UUID
    crop_code: str
    division_code: str
    year: int
    yield_kg: Kg | None
    price_per_50kg: Yuan | None
    output_value: Yuan
    materials_services: Yuan
    family_labour: Yuan | None
    hired_labour: Yuan
    land_rent: Yuan
    own_land_rent: Yuan | None
    family_days: Days | None
    hired_days: Days | None
    days_derived: bool
    excluded_items: tuple[str, ...]
    quality: Quality
    source_text: str


class ReturnOut(ReturnRow, frozen=True, kw_only=True):
    """With cash cost (materials & services, hired labour, rent paid) and cash income (output − cash cost)."""

    cash_cost: Yuan
    cash_income: SignedYuan


def shown(row: ReturnRow) -> ReturnOut:
    cash_cost = row.materials_services + row.hired_labour + row.land_rent
    return fill(ReturnOut, row, cash_cost=cash_cost, cash_income=row.output_value - cash_cost)


YieldOf = Annotated[Kg, Meta(title="亩产量")]
PriceOf = Annotated[Yuan, Meta(title="每 50 公斤价格")]
Output = Annotated[Yuan, Meta(title=NAMES["output_value"])]
Main = Annotated[Yuan, Meta(title=NAMES["main_product"])]
By = Annotated[Yuan, Meta(title=NAMES["by_product"])]
Materials = Annotated[Yuan, Meta(title=NAMES["materials_services"])]
Family = Annotated[Yuan, Meta(title=NAMES["family_labour"])]
Hired = Annotated[Yuan, Meta(title=NAMES["hired_labour"])]
Rent = Annotated[Yuan, Meta(title=NAMES["land_rent"])]
OwnRent = Annotated[Yuan, Meta(title=NAMES["own_land_rent"])]
LabourCost = Annotated[Yuan, Meta(title=NAMES["labour_cost"])]
LandCost = Annotated[Yuan, Meta(title=NAMES["land_cost"])]
TotalCost = Annotated[Yuan, Meta(title=NAMES["total_cost"])]
NetProfit = Annotated[SignedYuan, Meta(title=NAMES["net_profit"])]
CashCost = Annotated[Yuan, Meta(title=NAMES["cash_cost"])]
CashIncome = Annotated[SignedYuan, Meta(title=NAMES["cash_income"])]
FamilyDays = Annotated[Days, Meta(title="家庭用工天数")]
HiredDays = Annotated[Days, Meta(title="雇工天数")]
LabourDays = Annotated[Days, Meta(title="用工天数合计")]
Excluded = Annotated[
    tuple[ShortText, ...], Meta(max_length=50, title="未计入的项目", examples=[["seedlings"]])
]


class ReturnIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a yearbook. Totals are accepted and checked, not stored; the output value may come as its two
    parts. `labour_days` is the sum where a source gives no days of its own for the family."""

    crop_code: CropWord
    division_code: Place
    year: YearOf
    yield_kg: YieldOf | None = None
    price_per_50kg: PriceOf | None = None
    output_value: Output | None = None
    main_product: Main | None = None
    by_product: By | None = None
    materials_services: Materials
    family_labour: Family | None = None
    hired_labour: Hired
    labour_cost: LabourCost | None = None
    land_rent: Rent
    own_land_rent: OwnRent | None = None
    land_cost: LandCost | None = None
    total_cost: TotalCost | None = None
    net_profit: NetProfit | None = None
    cash_cost: CashCost | None = None
    cash_income: CashIncome | None = None
    family_days: FamilyDays | None = None
    hired_days: HiredDays | None = None
    labour_days: LabourDays | None = None
    days_derived: bool = False
    excluded_items: Excluded = ()
    quality: Quality
    source_text: SourceText
    source_date: SourceDate | None = None

    def mistakes(self) -> Iterator[Mistake]:
        if self.output is None:
            say = "请填写产值合计，或者同时填写主产品产值和副产品产值"
            yield Mistake("/output_value", "required", say, "give it, or both main and by-product value")
        yield from identity_mistakes({name: getattr(self, name) for name in NAMES})

    @property
    def output(self) -> Decimal | None:
        """The output value, added up if only its parts are given."""
        if self.output_value is not None or self.main_product is None or self.by_product is None:
            return self.output_value
        return self.main_product + self.by_product


class ReturnPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Crop, division and year stay. Totals, if sent, are checked against the row as it would be."""

    yield_kg: YieldOf | UnsetType | None = UNSET
    price_per_50kg: PriceOf | UnsetType | None = UNSET
    output_value: Output | UnsetType = UNSET
    materials_services: Materials | UnsetType = UNSET
    family_labour: Family | UnsetType | None = UNSET
    hired_labour: Hired | UnsetType = UNSET
    labour_cost: LabourCost | UnsetType = UNSET
    land_rent: Rent | UnsetType = UNSET
    own_land_rent: OwnRent | UnsetType | None = UNSET
    land_cost: LandCost | UnsetType = UNSET
    total_cost: TotalCost | UnsetType = UNSET
    net_profit: NetProfit | UnsetType = UNSET
    cash_cost: CashCost | UnsetType = UNSET
    cash_income: CashIncome | UnsetType = UNSET
    family_days: FamilyDays | UnsetType | None = UNSET
    hired_days: HiredDays | UnsetType | None = UNSET
    excluded_items: Excluded | UnsetType = UNSET
    quality: Quality | UnsetType = UNSET
    source_text: SourceText | UnsetType = UNSET
    source_date: SourceDate | UnsetType | None = UNSET


class ReturnQuery(Struct, frozen=True, kw_only=True):
    """What a list of reference rows is narrowed by."""

    crop: CodeWord | None = None
    year: Year | None = None
    quality: Quality | None = None
    updated_since: datetime | None = None


def identity_mistakes(values: Mapping[str, Any]) -> Iterator[Mistake]:
    """One mistake per identity that is off by more than 0.05 yuan, at the total, naming both (gains.md 1)."""
    for one in returns.broken_identities(values):
        chinese = one.identity
        # the longest names first: "labour_cost" must not be taken out of a longer one
        for name in sorted(NAMES, key=len, reverse=True):
            chinese = chinese.replace(name, NAMES[name])
        say = f"{chinese}（{one.identity}）不成立，相差 {money.yuan(one.difference)} 元，请对照原表核对"
        english = f"breaks the identity {one.identity}: off by {money.yuan(one.difference)} yuan"
        yield Mistake(f"/{one.total}", "identity", say, english)
