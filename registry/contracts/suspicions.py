"""What is unlikely about a contract and may stand with a reason: each warning with the record it belongs to.

Pure; loading the facts is `checks.py`. Bounds are those of domain.md 5 (0.6–1.7 × the usual value).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from registry.contracts import terms as agreed
from registry.contracts.model import ComponentRow, ContractRow, PartyRow
from registry.contracts.pricing import unusual
from registry.contracts.rules import Line, who
from registry.contracts.sentences import price_text
from registry.contracts.terms import Fixed, FloorOrMarket, Graded, MarketPlus, OrderTerms
from registry.kernel import money
from registry.kernel.errors import Warning_

MEDIAN_LINES: Final = 5
UNIT_SLIP: Final = "价格、亩产应在参照值的 0.6–1.7 倍之间，超出时常是斤、公斤记混"


class Suspicion(Struct, frozen=True, kw_only=True):
    """A warning and the record whose finding it becomes when overridden."""

    record_kind: Literal["contract", "participant"]
    record_id: UUID
    warning: Warning_


class AnnexFacts(Struct, frozen=True, kw_only=True):
    """What the register says about the household of an annex line."""

    participant_id: UUID
    household_id: UUID
    household_number: str
    head_name: str | None
    contracted_mu: Decimal | None
    valid_to: date | None
    has_own_history: bool


class LandInUse(Struct, frozen=True, kw_only=True):
    """Land that a contract in force (or the one being checked) uses, and on which days."""

    land_use_id: UUID
    household_id: UUID
    parcel_id: UUID | None
    parcel_code: str | None
    parcel_mu: Decimal | None
    area_mu: Decimal
    rented_in: bool
    first_day: date
    last_day: date

    @property
    def middle_day(self) -> date:
        return self.first_day + timedelta(days=(self.last_day - self.first_day).days // 2)


class Usual(Struct, frozen=True, kw_only=True):
    """Reference price (yuan per kg) and yield (kg per mu) of a crop, and where they come from."""

    price: Decimal | None
    yield_kg: Decimal | None
    source_text: str


class Alike(Struct, frozen=True, kw_only=True):
    """Another contract in force of the same village, buyer and time."""

    contract_id: UUID
    title: str
    number: str | None
    starts_on: date
    ends_on: date
    parties: list[str]
    product_codes: list[str]


def peak(uses: Iterable[LandInUse]) -> Decimal:
    """The largest area in use on one day: looked at on the middle day of each use, so that seasons that only
    touch (harvest and next sowing) do not count together."""
    known = list(uses)
    days = {use.middle_day for use in known}
    sums = (sum((u.area_mu for u in known if u.first_day <= day <= u.last_day), Decimal(0)) for day in days)
    return max(sums, default=Decimal(0))


def party_suspicions(
    contract: ContractRow, parties: Sequence[PartyRow], signed_on: date
) -> Iterator[Suspicion]:
    """A party that does not exist (yet, or any more) on the day of signing."""
    for index, party in enumerate(parties):
        late = party.valid_from is not None and party.valid_from > signed_on
        ended = party.valid_to is not None and party.valid_to < signed_on
        if late or ended:
            what = f"{party.valid_from} 才成立" if late else f"已于 {party.valid_to} 终止"
            yield _of_contract(
                contract,
                "party.inactive",
                f"/parties/{index}",
                f"{party.signed_name}{what}，签订日期是 {signed_on}，请核对是否选错",
                "签订时当事方应当存续",
            )


def price_suspicions(
    contract: ContractRow, components: Sequence[ComponentRow], usual: Mapping[str, Usual]
) -> Iterator[Suspicion]:
    """Agreed, floor and cap prices far from the reference price of the crop."""
    for index, component in enumerate(components):
        known = usual.get(component.crop_code or "")
        if known is None or known.price is None or not isinstance(component.terms, OrderTerms):
            continue
        unit = component.terms.price_unit
        for name, price in _prices(component.terms):
            if unusual(price, known.price):
                yield _of_contract(
                    contract,
                    "terms.price_unusual",
                    f"/components/{index}/terms/price/{name}",
                    f"第 {component.number} 项价格是{price_text(price, unit)}，"
                    f"参照价是{price_text(known.price, unit)}（{known.source_text}），"
                    "请检查是不是把斤当成了公斤",
                    UNIT_SLIP,
                )


def _prices(terms: OrderTerms) -> Iterator[tuple[str, Decimal]]:
    """The prices that should resemble the usual one: of the base clause and of the reference grade."""
    base = agreed.base_of(terms.price)
    at = "base/" if isinstance(terms.price, Graded) else ""
    match base:
        case Fixed(price=price):
            yield f"{at}price", price
        case FloorOrMarket(floor=floor):
            yield f"{at}floor", floor
        case MarketPlus(floor=low, cap=high):
            yield from ((f"{at}{n}", v) for n, v in (("floor", low), ("cap", high)) if v is not None)
    if isinstance(terms.price, Graded):
        for index, grade in enumerate(terms.price.grades):
            if grade.grade_code == terms.price.reference_grade and grade.price is not None:
                yield f"grades/{index}/price", grade.price


def duplicate_suspicions(
    contract: ContractRow,
    parties: Sequence[PartyRow],
    components: Sequence[ComponentRow],
    others: Sequence[Alike],
) -> Iterator[Suspicion]:
    """Another contract in force with the same parties and products over the same time."""
    own = sorted(f"{p.role} {p.organization_id or p.household_id or p.person_id}" for p in parties)
    products = sorted({c.product_code for c in components if c.product_code is not None})
    for other in others:
        if sorted(other.parties) == own and sorted(other.product_codes) == products:
            number = f"（{other.number}）" if other.number else ""
            yield _of_contract(
                contract,
                "contract.duplicate",
                "",
                f"已有一份当事方、产品和期限相同的合同“{other.title}”{number}，请核对是否重复登记",
                "同一份合同只登记一次",
            )


def line_suspicions(
    lines: Sequence[Line],
    facts: Mapping[UUID, AnnexFacts],
    land: Sequence[LandInUse],
    usual: Mapping[UUID, Usual],
    *,
    day: date,
) -> Iterator[Suspicion]:
    """Everything unlikely about annex lines; `usual` by component, `day` that of signing or of entry."""
    current = [line for line in lines if not line.row.withdrawn]
    yield from _whole(current, facts, day)
    yield from _household_land(current, facts, land)
    yield from _parcels(current, land)
    for component_id in dict.fromkeys(line.row.component_id for line in current):
        own = [line for line in current if line.row.component_id == component_id]
        yield from _yields(own, usual.get(component_id))


def _whole(lines: Sequence[Line], facts: Mapping[UUID, AnnexFacts], day: date) -> Iterator[Suspicion]:
    """What a line lacks for its gain to be computed, and households that have ended."""
    for line in lines:
        row, known = line.row, facts.get(line.row.participant_id)
        if row.method in ("replaced_crop", "own_history") and row.area_mu is None:
            yield _of_line(
                line, "annex.area_missing", "area_mu", "没有填面积，算不出增收", "这种对比方法要有面积"
            )
        if row.method == "replaced_crop" and not row.land_uses:
            yield _of_line(
                line,
                "annex.land_use_missing",
                "land_uses",
                "没有登记用地，不知道替代了什么作物，算不出增收",
                "与原来种的作物比，要登记用地",
            )
        if row.method == "own_history" and known is not None and not known.has_own_history:
            yield _of_line(
                line,
                "annex.own_history_missing",
                "base_year",
                f"没有登记 {row.base_year} 年自种这种作物的收入，算不出增收",
                "与自家往年比，要有基准年的记录",
            )
        if known is not None and known.valid_to is not None and known.valid_to < day:
            yield _of_line(
                line, "household.ended", "household", f"这一户已于 {known.valid_to} 注销", "参与农户应当存续"
            )


def _household_land(
    lines: Sequence[Line], facts: Mapping[UUID, AnnexFacts], land: Sequence[LandInUse]
) -> Iterator[Suspicion]:
    """Area beyond the household's land: its contracted land; what it rents in is not counted against it."""
    seen: set[UUID] = set()
    for line in lines:
        row, known = line.row, facts.get(line.row.participant_id)
        if known is None or known.contracted_mu is None or row.household_id in seen:
            continue
        own = [use for use in land if use.household_id == row.household_id and not use.rented_in]
        without = Decimal(0) if row.land_uses or row.area_mu is None else row.area_mu
        used = max(peak(own), without)
        if used > known.contracted_mu:
            seen.add(row.household_id)
            yield _of_line(
                line,
                "annex.area_beyond_land",
                "area_mu",
                f"参与面积合计 {used} 亩，超过这一户的承包地 {known.contracted_mu} 亩，"
                "请检查面积；租入的地请在用地里注明",
                "参与面积不应超过农户的地",
            )


def _parcels(lines: Sequence[Line], land: Sequence[LandInUse]) -> Iterator[Suspicion]:
    """Contracts that together put more than a parcel's area on one season."""
    seen: set[UUID] = set()
    for line in lines:
        for parcel_id in dict.fromkeys(use.parcel_id for use in line.row.land_uses):
            uses = [use for use in land if use.parcel_id == parcel_id and use.parcel_mu is not None]
            if parcel_id is None or parcel_id in seen or not uses:
                continue
            used, area = peak(uses), uses[0].parcel_mu
            if area is not None and used > area:
                seen.add(parcel_id)
                yield _of_line(
                    line,
                    "annex.parcel_exceeded",
                    "land_uses",
                    f"地块 {uses[0].parcel_code} 同一季共用了 {used} 亩，超过它的面积 {area} 亩，请检查",
                    "同一季同一地块的面积不应超过地块面积",
                )


def _yields(lines: Sequence[Line], usual: Usual | None) -> Iterator[Suspicion]:
    """Planned yields far from the reference, or without one from the median of the contract's lines."""
    planned = [
        (line, line.row.planned_kg, line.row.area_mu)
        for line in lines
        if line.row.planned_kg is not None and line.row.area_mu
    ]
    normal, source = None if usual is None else usual.yield_kg, "" if usual is None else usual.source_text
    if normal is None and len(planned) >= MEDIAN_LINES:
        normal, source = median(kg / area for _, kg, area in planned), "本合同各户的中位数"
    if not normal:
        return
    for line, kg, area in planned:
        if unusual(kg, normal * area):
            yield _of_line(
                line,
                "annex.yield_unusual",
                "planned_kg",
                f"计划亩产 {money.per(kg, area)} 公斤，参照亩产 {money.kg(normal)} 公斤（{source}），"
                "请检查是不是把斤当成了公斤",
                UNIT_SLIP,
            )


def _of_contract(contract: ContractRow, code: str, pointer: str, message: str, rule: str) -> Suspicion:
    warning = Warning_(code=code, pointer=pointer, message=message, rule=rule)
    return Suspicion(record_kind="contract", record_id=contract.contract_id, warning=warning)


def _of_line(line: Line, code: str, field: str, message: str, rule: str) -> Suspicion:
    warning = Warning_(
        code=code, pointer=f"{line.pointer}/{field}", message=f"{who(line.row)}：{message}", rule=rule
    )
    return Suspicion(record_kind="participant", record_id=line.row.participant_id, warning=warning)
