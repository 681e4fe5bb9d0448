"""The household statement (明白卡) in sentences, out of stored lines. Pure: it adds parts and rounds nothing.

In this order: what was sold, what it cost, what the land would have earned, the difference, own labour, paid.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.gains.accounts import Account
from registry.gains.rows import PartRow
from registry.gains.wording import sum_sentence
from registry.kernel import money
from registry.kernel.fill import fill
from registry.kernel.text.formats import kg, mu, number, price
from registry.kernel.text.formats import money as yuan

COSTS: Final = {
    "cost_materials_services": "种苗肥药等",
    "cost_hired_labour": "雇工",
    "cost_land_rent": "地租",
    "cost_excluded_items": "另计的投入品",
    "extra_cost": "因合同多花的",
}
OTHERWISE: Final = "如果不参加合同"
ESTIMATED: Final = "按参考值估算"


class TicketLine(Struct, frozen=True, kw_only=True):
    """A weigh ticket as the household remembers it: kg, yuan per kg, yuan."""

    delivery_id: UUID
    day: date
    ticket_number: str | None
    kg: Decimal
    unit_price: Decimal
    amount: Decimal


class Item(Struct, frozen=True, kw_only=True):
    """A numbered sentence: 一、卖了多少：… `tone`: more, less or unknown."""

    title: str
    text: str
    tone: str = ""


class Block(Struct, frozen=True, kw_only=True):
    """One line of the year: its figures (yuan, kg, mu; an unknown one is null, never 0), opening sentence,
    numbered sentences, why, and the tickets behind it. `estimated`: a planning row was used."""

    gain_line_id: UUID
    contract_id: UUID
    product_name: str | None
    payer_name: str | None
    recognised_on: date
    provisional: bool
    area_mu: Decimal | None
    delivered_kg: Decimal
    receipts: Decimal | None
    cash_gain: Decimal | None
    cash_gain_per_mu: Decimal | None
    labour_adjusted_gain: Decimal | None
    paid_gain: Decimal | None
    promised: Decimal | None
    yield_effect: Decimal | None
    price_effect: Decimal | None
    cost_effect: Decimal | None
    opening: str
    items: Sequence[Item]
    reasons_title: str
    reasons: Sequence[str]
    tickets: Sequence[TicketLine]
    estimated: bool


class Statement(Struct, frozen=True, kw_only=True):
    """A household's year; `total` and `total_gain` only where there are several lines, all known and none
    still running."""

    year: int
    blocks: Sequence[Block]
    total: str | None
    total_gain: Decimal | None


class HouseholdStatement(Statement, frozen=True, kw_only=True):
    """The statement (明白卡) with whom it is for. `years`: those with lines, latest first; `as_of`: the
    day it is made on."""

    household_id: UUID
    village_code: str
    village_name: str
    group_name: str | None
    number: str
    head_name: str | None
    years: Sequence[int]
    as_of: date


def statement(accounts: Sequence[Account], year: int) -> Statement:
    """The statement of a year's lines; provisional ones are marked."""
    gains = [account.line.cash_gain for account in accounts]
    known = [gain for gain in gains if gain is not None]
    running = any(account.line.provisional for account in accounts)
    whole = len(accounts) > 1 and len(known) == len(gains) and not running
    return Statement(
        year=year,
        blocks=[block(account) for account in accounts],
        total=f"{year} 年几项合计：{gain_text(money.total(known))}。" if whole else None,
        total_gain=money.total(known) if whole else None,
    )


def block(account: Account) -> Block:
    """One line in sentences; an incomplete one names what is missing instead of a figure."""
    line = account.line
    items = [_sold(account), _spent(account), _forgone(account), _gained(account)]
    items += [_with_labour(account), _paid()]
    titles = "一二三四五六"
    kept = [item for item in items if item is not None]
    return fill(
        Block,
        line,
        account.names,
        opening=_opening(account),
        items=[
            Item(title=f"{titles[index]}、{item.title}", text=item.text, tone=item.tone)
            for index, item in enumerate(kept)
        ],
        reasons_title=f"为什么{_direction(line.cash_gain)}了",
        reasons=_reasons(account),
        tickets=list(_tickets(account)),
        estimated=line.planning,
    )


def gain_text(gain: Decimal) -> str:
    """多挣 2,991.64 元 / 少挣 410.20 元 / 不多不少."""
    if not gain:
        return "不多不少"
    return f"{'多挣' if gain > 0 else '少挣'} {yuan(abs(gain))} 元"


def _direction(gain: Decimal | None) -> str:
    return "少挣" if gain is not None and gain < 0 else "多挣"


def _opening(account: Account) -> str:
    line, names = account.line, account.names
    area = f"种了 {mu(line.area_mu)} 亩" if line.area_mu is not None else "参与了"
    product = names.product_name or "订单产品"
    buyer = names.payer_name or "收购方"
    sold = f"交售 {kg(line.delivered_kg)} 公斤" if line.delivered_kg else "还没有交售记录"
    prices = sorted({_value(part, "unit_price") for part in _parts(account, "delivery")})
    said = f"，每公斤 {'、'.join(price(one) for one in prices)} 元" if prices else ""
    running = "（产季还没有结束，下面是到现在为止的数）" if line.provisional else ""
    return f"您家{area}订单{product}，卖给{buyer}，{sold}{said}。{running}"


def _sold(account: Account) -> Item:
    """What was sold; with a ticket unpriced, or nothing delivered and nothing declared, it is not known."""
    delivered, own = _parts(account, "delivery"), _parts(account, "own_sale")
    text = f"{yuan(_sum(delivered))} 元"
    if own:
        text = f"交售 {text}，自己卖了 {yuan(_sum(own))} 元"
    if account.line.receipts is None:
        text = f"还算不出来；有价格的 {text}" if delivered or own else "还没有记录"
    return Item(title="卖了多少", text=f"{text}。")


def _spent(account: Account) -> Item | None:
    """Costs by class, with the word 估算 where a reference row replaces records."""
    costs = [(name, part) for part in account.parts if (name := COSTS.get(part.part)) and part.amount]
    fees = [part for part in account.parts if part.part in ("fee", "penalty_paid")]
    if account.line.method == "price_premium":
        return _market(account)
    if not costs and not fees:
        return Item(title="花了多少", text="没有记录的花费。") if account.line.cash_gain is not None else None
    parts = [f"{name} {yuan(-part.amount)} 元" for name, part in costs]
    parts += [f"费用 {yuan(-part.amount)} 元" for part in fees]
    whole = -_sum([*(part for _, part in costs), *fees])
    guessed = any(part.rule == "cost.reference" for _, part in costs)
    basis = f"（{ESTIMATED}）" if guessed else "（按记账）"
    unknown = any(gap.startswith("cost:") for gap in account.line.missing)
    total = "还有不知道的" if unknown else f"共 {yuan(whole)} 元"
    return Item(title="花了多少", text=f"{'，'.join(parts)}，{total}{basis}。")


def _market(account: Account) -> Item | None:
    market = _parts(account, "market_amount")
    if not market:
        return None
    return Item(title="如果按市场价卖", text=f"同样的东西当天市场价能卖 {yuan(-_sum(market))} 元。")


def _forgone(account: Account) -> Item | None:
    """What the land would have earned; nothing is given up where the same crop is grown anyway."""
    forgone = _parts(account, "forgone")
    if not forgone:
        return None
    used = [use for use in account.line.reference_rows if use.role == "displaced"]
    crops = "加".join(dict.fromkeys(use.crop_name for use in used))
    sources = "；".join(dict.fromkeys(use.source_text for use in used))
    amount = -_sum(forgone)
    area = money.total(_value(part, "area_mu") for part in forgone if part.amount)
    if not crops or not amount:
        return Item(title=OTHERWISE, text=f"{'；'.join(dict.fromkeys(p.source_text for p in forgone))}。")
    text = f"这块地种{crops}，{mu(area)} 亩大约能挣 {yuan(amount)} 元（{sources}）。"
    return Item(title=OTHERWISE, text=text)


def _gained(account: Account) -> Item:
    """The sum written out, as a person would check it."""
    line = account.line
    if line.cash_gain is None:
        return Item(
            title="多挣了多少",
            text=f"还算不出来：{'；'.join(line.missing_text)}。",
            tone="unknown",
        )
    tone = "more" if line.cash_gain > 0 else "less" if line.cash_gain < 0 else ""
    title = "少挣了多少" if line.cash_gain < 0 else "多挣了多少"
    text = f"{sum_sentence(account.parts, line.cash_gain)}，{gain_text(line.cash_gain)}。"
    return Item(title=title, text=text, tone=tone)


def _with_labour(account: Account) -> Item | None:
    line = account.line
    own = _parts(account, "own_labour")
    if line.cash_gain is None or line.method == "price_premium":
        return None
    if line.labour_adjusted_gain is None:
        return Item(title="要是把自家的工也算上", text="还算不出来：自家用工天数或工价不全。", tone="unknown")
    days = ""
    if own:
        day_price = _value(own[0], "labour_day_price")
        days = f"用工 {_days(own[0])} 天，按每天 {yuan(day_price)} 元折算，"
    freed = _sum(_parts(account, "freed_labour"))
    saved = f"再加上省下的工 {yuan(freed)} 元，" if freed else ""
    return Item(title="要是把自家的工也算上", text=f"{days}{saved}{gain_text(line.labour_adjusted_gain)}。")


def _days(part: PartRow) -> str:
    """Own days as recorded, or area × days per mu."""
    recorded = [one for one in part.inputs if one.name == "own_days"]
    if recorded:
        return number(Decimal(recorded[0].value), 0)
    return number((_value(part, "area_mu") * _value(part, "family_days")).normalize(), 0)


def _paid() -> Item:
    return Item(title="钱给了没有", text="—（尚未登记结算）。")


def _reasons(account: Account) -> list[str]:
    """Why it is more or less, in sentences: per mu, and the three effects where the crop is the same."""
    line = account.line
    if line.cash_gain is None:
        return []
    found = []
    if line.area_mu and line.cash_gain_per_mu is not None:
        found.append(f"平均每亩{gain_text(line.cash_gain_per_mu)}。")
    effects = ((line.yield_effect, "产量"), (line.price_effect, "价格"), (line.cost_effect, "成本"))
    said = [f"因为{name}{gain_text(effect)}" for effect, name in effects if effect is not None]
    if said:
        found.append(f"和不签合同种同样的作物相比，{'，'.join(said)}。")
    if line.promised is not None:
        found.append(f"签合同时按约定的价格和数量，预计{gain_text(line.promised)}。")
    return found


def _tickets(account: Account) -> Iterable[TicketLine]:
    numbers = {ticket.delivery_id: ticket.ticket_number for ticket in account.tickets}
    for part in _parts(account, "delivery"):
        named = next(one for one in part.inputs if one.record == "delivery")
        yield TicketLine(
            delivery_id=UUID(named.record_id),
            day=date.fromisoformat(named.value),
            ticket_number=numbers.get(UUID(named.record_id)),
            kg=_value(part, "kg"),
            unit_price=_value(part, "unit_price"),
            amount=part.amount,
        )


def _parts(account: Account, name: str) -> list[PartRow]:
    return [part for part in account.parts if part.part == name]


def _sum(parts: Iterable[PartRow]) -> Decimal:
    return money.total(part.amount for part in parts)


def _value(part: PartRow, name: str) -> Decimal:
    """A named decimal of a part's inputs; 0 where the part has none."""
    return next((Decimal(one.value) for one in part.inputs if one.name == name), Decimal(0))
