"""The mistakes that prevent signing a contract, all at once. Pure; loading the facts is `checks.py`,
what is only unlikely is `suspicions.py`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from registry.contracts import kinds
from registry.contracts.inputs import BUYER_ROLES, ROLE_NAMES
from registry.contracts.model import ComponentRow, ContractRow, ParticipantRow, PartyRow, UsedLand
from registry.kernel.errors import Mistake


class Village(Struct, frozen=True, kw_only=True):
    """A division as far as a contract needs it."""

    division_code: str
    name: str
    level: str
    valid_from: date
    valid_to: date | None


class Line(Struct, frozen=True, kw_only=True):
    """An annex line and its pointer in the client's body ("/participants/3")."""

    pointer: str
    row: ParticipantRow


def lined(rows: Iterable[ParticipantRow]) -> list[Line]:
    """Lines of a whole annex: pointers by their place in it."""
    return [Line(pointer=f"/participants/{index}", row=row) for index, row in enumerate(rows)]


def buyer_of(parties: Iterable[tuple[str, UUID | None]]) -> UUID | None:
    """The organisation whose number the contract carries; `parties`: (role, organization_id) in order."""
    known = list(parties)
    for role in BUYER_ROLES:
        found = next((one for has, one in known if has == role and one is not None), None)
        if found is not None:
            return found
    return None


def village_mistakes(code: str, village: Village | None, day: date | None) -> Iterator[Mistake]:
    """A contract belongs to a village that exists on its day."""
    if village is None or village.level != "village":
        yield Mistake("/village_code", "contract.village", f"没有代码为 {code} 的村，请从列表中选取")
    elif day is not None and (
        village.valid_from > day or (village.valid_to is not None and village.valid_to < day)
    ):
        yield Mistake(
            "/village_code", "contract.village_dates", f"{village.name}在 {day} 不是有效的区划，请选当时的村"
        )


def signing_mistakes(
    contract: ContractRow,
    parties: Sequence[PartyRow],
    components: Sequence[ComponentRow],
    lines: Sequence[Line],
    *,
    signed_on: date,
    today: date,
) -> Iterator[Mistake]:
    """Everything missing or invalid, except village and grades."""
    yield from _dates(contract, signed_on, today)
    if contract.buyer_id is None:
        yield Mistake("/parties", "party.buyer", "请登记收购方（组织），合同编号按它编")
    if not components:
        yield Mistake("/components", "required", "请至少登记一项价款")
    roles = {party.role for party in parties}
    for index, component in enumerate(components):
        yield from _component(component, roles, f"/components/{index}")
        if component.payee_role == "household" and not any(
            line.row.component_id == component.component_id and not line.row.withdrawn for line in lines
        ):
            yield Mistake(
                "/participants",
                "annex.empty",
                f"第 {component.number} 项价款付给农户，请在附件里登记参与农户",
            )
    yield from paid_twice(lines, components)
    for line in lines:
        yield from line_mistakes(line)
        if line.row.method is None:
            yield Mistake(f"{line.pointer}/method", "annex.method", f"{who(line.row)}：请选对比方法")


def _dates(contract: ContractRow, signed_on: date, today: date) -> Iterator[Mistake]:
    for name, label, value in (
        ("starts_on", "开始日期", contract.starts_on),
        ("ends_on", "结束日期", contract.ends_on),
    ):
        if value is None:
            yield Mistake(f"/{name}", "required", f"请填写{label}")
    if signed_on > today:
        yield Mistake("/signed_on", "contract.signed_later", f"签订日期（{signed_on}）不能晚于今天，请检查")
    if contract.ends_on is not None and signed_on > contract.ends_on:
        yield Mistake(
            "/signed_on",
            "contract.signed_after_end",
            f"签订日期（{signed_on}）不能晚于结束日期（{contract.ends_on}），请检查",
        )


def _component(component: ComponentRow, roles: set[str], at: str) -> Iterator[Mistake]:
    for name, role in (("payer_role", component.payer_role), ("payee_role", component.payee_role)):
        if role != "household" and role not in roles:
            yield Mistake(
                f"{at}/{name}",
                "component.role_without_party",
                f"第 {component.number} 项价款提到{ROLE_NAMES.get(role, role)}，但没有登记这一方，"
                "请在当事方里补上",
            )
    yield from kinds.mistakes(component.terms, f"{at}/terms")


def line_mistakes(line: Line) -> Iterator[Mistake]:
    """Land uses must add up, per season, to the area of the line (domain.md 4)."""
    row = line.row
    if not row.land_uses:
        return
    if row.area_mu is None:
        yield Mistake(f"{line.pointer}/area_mu", "required", f"{who(row)}：登记了用地，请填写面积")
        return
    for season, area in season_areas(row.land_uses):
        if area != row.area_mu:
            yield Mistake(
                f"{line.pointer}/land_uses",
                "annex.land_area",
                f"{who(row)}：{season}用地合计 {area} 亩，与参与面积 {row.area_mu} 亩不一致，请改成一致",
            )


def paid_twice(
    lines: Sequence[Line], components: Iterable[ComponentRow], others: Iterable[ParticipantRow] = ()
) -> Iterator[Mistake]:
    """A ticket pays a household once: lines of a household under a second component that is weighed, of the
    same product and season (gains.md 11). others: lines of the annex that are not among `lines`."""
    products = {one.component_id: one.product_code for one in components if kinds.weighs(one.kind)}
    earlier: dict[tuple[UUID, str | None], list[ParticipantRow]] = {}
    for row in others:
        if row.component_id in products and not row.withdrawn:
            earlier.setdefault((row.household_id, products[row.component_id]), []).append(row)
    for line in lines:
        row = line.row
        if row.component_id not in products or row.withdrawn:
            continue
        same = earlier.setdefault((row.household_id, products[row.component_id]), [])
        found = next((one for one in same if _both_weighed(one, row)), None)
        if found is not None:
            message = (
                f"{who(row)}已在第 {found.component_number} 项价款的附件里，同一产品、同一产季的过磅单"
                "只能按一项价款付给农户，请只留一项"
            )
            yield Mistake(line.pointer, "annex.paid_twice", message)
        same.append(row)


def _both_weighed(one: ParticipantRow, other: ParticipantRow) -> bool:
    """Whether a ticket may belong to both: unless the land of each names seasons of its own."""
    if one.component_id == other.component_id:
        return False
    seasons = [{use.season_id for use in row.land_uses} - {None} for row in (one, other)]
    return not all(seasons) or not seasons[0].isdisjoint(seasons[1])


def season_areas(uses: Sequence[UsedLand]) -> list[tuple[str, Decimal]]:
    """Area per season, land held by days counted in each; by days alone: one sum."""
    by_days = [use for use in uses if use.season_id is None]
    seasons: dict[UUID, list[UsedLand]] = {}
    for use in uses:
        if use.season_id is not None:
            seasons.setdefault(use.season_id, []).append(use)
    if not seasons:
        return [("", sum((use.area_mu for use in by_days), Decimal(0)))]
    return [
        (
            f"{group[0].season_year or ''} 年{group[0].season_name or ''}",
            sum((use.area_mu for use in [*group, *by_days]), Decimal(0)),
        )
        for group in seasons.values()
    ]


def who(row: ParticipantRow) -> str:
    """How messages name the household of a line: number and head."""
    return f"{row.household_number} {row.head_name or row.signed_name}"
