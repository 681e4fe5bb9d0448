"""Warnings about a contract, each with its record; a warning can be overridden with a reason.

Pure; loading the facts is `load_facts.py`. Bounds are those of domain.md 5 (0.6–1.7 × the usual value).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from registry.contracts.facts import Alike, ContractFacts, Usual
from registry.contracts.kinds import kind_of, weighs
from registry.contracts.model import ComponentRow, ContractRow, PartyRow
from registry.contracts.prices import price_text, unusual
from registry.contracts.rules import Line, who
from registry.households.land import land_warnings
from registry.households.land_facts import LandFacts
from registry.households.land_model import LandUseRow
from registry.kernel import money
from registry.kernel.errors import Warning_

MEDIAN_LINES: Final = 5
UNIT_SLIP: Final = "价格、亩产应在参照值的 0.6–1.7 倍之间，超出时常是斤、公斤记混"


class Suspicion(Struct, frozen=True, kw_only=True):
    """A warning and the record whose finding it becomes when overridden."""

    record_kind: Literal["contract", "participant", "land_use"]
    record_id: UUID
    warning: Warning_


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
    contract: ContractRow,
    components: Sequence[ComponentRow],
    usual: Mapping[str, Usual],
    at: str = "/components",
) -> Iterator[Suspicion]:
    """Agreed, floor and cap prices far from the reference price of the crop."""
    for index, component in enumerate(components):
        known = usual.get(component.crop_code or "")
        if known is None or known.price is None:
            continue
        for one in kind_of(component.terms).usual_prices(component.terms):
            if unusual(one.price, known.price):
                yield _of_contract(
                    contract,
                    "terms.price_unusual",
                    f"{at}/{index}/terms{one.at}",
                    f"第 {component.number} 项价格是{price_text(one.price, one.unit)}，"
                    f"参照价是{price_text(known.price, one.unit)}（{known.source_text}），"
                    "请检查是不是把斤当成了公斤",
                    UNIT_SLIP,
                )


def season_suspicions(facts: ContractFacts) -> Iterator[Suspicion]:
    """A product that households deliver and that has no season within the term (gains.md 11)."""
    for index, component in enumerate(facts.components):
        weighed = weighs(component.kind) and component.payee_role == "household"
        if weighed and not facts.seasons_of(component):
            yield _of_contract(
                facts.contract,
                "component.season_missing",
                f"/components/{index}/terms/product_code",
                f"第 {component.number} 项：合同期限内没有登记{component.product_name or '这个产品'}的产季，"
                "登记之前过磅单录不了，增收也算不出来",
                "产季是算增收的期间，由乡镇登记",
            )


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


def line_suspicions(lines: Sequence[Line], facts: ContractFacts, *, day: date) -> Iterator[Suspicion]:
    """All warnings about annex lines, except about land, which the register of households checks; `day`: that
    of signing or of entry."""
    current = [line for line in lines if not line.row.withdrawn]
    crops = {one.component_id: one.crop_code or "" for one in facts.components}
    usual = facts.usual()
    yield from _incomplete(current, facts, crops, day)
    yield from _area_without_land(current, facts)
    for component_id in dict.fromkeys(line.row.component_id for line in current):
        own = [line for line in current if line.row.component_id == component_id]
        yield from _yields(own, usual.get(crops.get(component_id, "")))


def _incomplete(
    lines: Sequence[Line], facts: ContractFacts, crops: Mapping[UUID, str], day: date
) -> Iterator[Suspicion]:
    """What a line lacks for its gain to be computed, and households that have ended."""
    for line in lines:
        row, known = line.row, facts.households.get(line.row.household_id)
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
        wanted = {crop for use in row.land_uses for crop in use.displaced_crops}
        needed = [
            (row.household_id, crop, row.base_year) for crop in wanted or {crops.get(row.component_id, "")}
        ]
        if row.method == "own_history" and known is not None and not facts.histories.issuperset(needed):
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


def _area_without_land(lines: Sequence[Line], facts: ContractFacts) -> Iterator[Suspicion]:
    """A line that names no land use, with more area than the household's contracted land."""
    for line in lines:
        known = facts.households.get(line.row.household_id)
        land = None if known is None else known.contracted_mu
        area = line.row.area_mu
        if land is not None and area is not None and not line.row.land_uses and area > land:
            yield _of_line(
                line,
                "annex.area_beyond_land",
                "area_mu",
                f"参与面积 {area} 亩，超过这一户的承包地 {land} 亩，请检查面积；租入的地请在用地里注明",
                "参与面积不应超过农户的地",
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


def about_land(facts: LandFacts, uses: Mapping[str, LandUseRow], *, free: bool = False) -> list[Suspicion]:
    """Warnings about land uses, by their pointers, that is promised more than once, as the register of
    households finds them; `free`: also compared with land no contract points to."""
    return [
        Suspicion(
            record_kind="land_use",
            record_id=uses[warning.pointer.removesuffix("/area_mu")].land_use_id,
            warning=warning,
        )
        for warning in land_warnings(facts, list(uses.items()), free=free)
    ]


def _of_contract(contract: ContractRow, code: str, pointer: str, message: str, rule: str) -> Suspicion:
    warning = Warning_(code=code, pointer=pointer, message=message, rule=rule)
    return Suspicion(record_kind="contract", record_id=contract.contract_id, warning=warning)


def _of_line(line: Line, code: str, field: str, message: str, rule: str) -> Suspicion:
    warning = Warning_(
        code=code, pointer=f"{line.pointer}/{field}", message=f"{who(line.row)}：{message}", rule=rule
    )
    return Suspicion(record_kind="participant", record_id=line.row.participant_id, warning=warning)
