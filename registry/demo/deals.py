"""Who contracts with whom about what, village by village. The rows of a contract are `papers.py`."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from msgspec import Struct

from registry.contracts.kinds.order.terms import Fixed, OrderTerms
from registry.demo.deterministic import chance, draw, fixed_id
from registry.demo.goods import GOODS, Good
from registry.demo.organizations import Organizations, Party
from registry.demo.places import TIAOSHUIHE, YEARS, Village

CHAIN_PRICE: Final = Decimal("4.2000")
HOUSEHOLD_PRICE: Final = Decimal("4.0000")
_PRIMARY: Final = (
    "chili_fresh", "chili_dried", "chili_fresh", "sorghum", "chili_dried", "peanut", "chili_fresh", "rice",
    "sorghum", "chili_fresh", "mugwort",
)  # fmt: skip
_SECONDARY: Final = ("rice", "sorghum", "chili_fresh", "peanut", "mugwort")


class Component(Struct, frozen=True, kw_only=True):
    """A flow under a deal."""

    component_id: UUID
    number: int
    payer_role: str
    payee_role: str
    terms: OrderTerms


class Deal(Struct, frozen=True, kw_only=True):
    """A contract of one village. `share`: per mille of its households that take part; `part`: at most this
    percent of their land; `last`: the last day anything is delivered."""

    key: str
    village: Village
    good: Good
    years: tuple[int, ...]
    contract_id: UUID
    signed_on: date
    ends_on: date
    last: date
    buyer: Party
    organiser: Party
    components: tuple[Component, ...]
    share: int
    part: int

    @property
    def paying(self) -> Component:
        """The component whose payee is the household: annex lines belong to it."""
        return self.components[-1]

    @property
    def is_chain(self) -> bool:
        return len(self.components) > 1


def deals(villages: Sequence[Village], made: Organizations) -> Iterator[Deal]:
    """The signed contracts of all villages and years."""
    for village in villages:
        if village.code == TIAOSHUIHE:
            yield deal(village, GOODS["chili_fresh"], YEARS, made, share=1000, part=60)
            continue
        primary = GOODS["rice" if village.is_urban else _PRIMARY[village.index % len(_PRIMARY)]]
        secondary = GOODS[_SECONDARY[village.index % len(_SECONDARY)]]
        for year in YEARS:
            share = _share(village) + 30 * (year - YEARS[0])
            yield deal(village, primary, (year,), made, share=share, part=60)
            if not village.is_urban and village.index % 2 and secondary is not primary:
                share = draw(120, 230, "second", village.code)
                yield deal(village, secondary, (year,), made, share=share, part=30)


def deal(
    village: Village, good: Good, years: tuple[int, ...], made: Organizations, *, share: int, part: int
) -> Deal:
    """One contract; a few end early."""
    key = f"{village.code}/{good.product}/{years[0]}"
    signed_on = date(years[0], 3, draw(5, 20, "signed", key))
    ends_on = date(years[-1], 12, 31)
    stopped = len(years) == 1 and chance(25, "terminated", key)
    return Deal(
        key=key,
        village=village,
        good=good,
        years=years,
        contract_id=fixed_id(signed_on, "contract", key),
        signed_on=signed_on,
        ends_on=ends_on,
        last=date(years[-1], 9, 25) if stopped else ends_on,
        buyer=made.enterprises[good.buyer],
        organiser=made.collectives[village.code],
        components=tuple(_components(village, good, signed_on, key)),
        share=share,
        part=part,
    )


def _share(village: Village) -> int:
    low, high = (150, 260) if village.is_urban else (560, 720)
    return draw(low, high, "share", village.code)


def _components(village: Village, good: Good, day: date, key: str) -> Iterator[Component]:
    """The village of the first case passes the goods on: 4.20 to the collective, 4.00 to the household."""
    flows = [("buyer", "household", good.terms(village.code))]
    if village.code == TIAOSHUIHE and good.product == "chili_fresh":
        prices = (("buyer", "organiser", CHAIN_PRICE), ("organiser", "household", HOUSEHOLD_PRICE))
        flows = [(a, b, OrderTerms(product_code=good.product, price=Fixed(price=c))) for a, b, c in prices]
    for number, (payer, payee, terms) in enumerate(flows, 1):
        yield Component(
            component_id=fixed_id(day, "component", key, str(number)),
            number=number,
            payer_role=payer,
            payee_role=payee,
            terms=terms,
        )
