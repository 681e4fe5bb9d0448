"""What the demo's contracts are about: products with their buyers, seasons, yields and price clauses.

The figures are made up for a demonstration; where one is based on a reference row, that row is marked 估算.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from registry.contracts.kinds.order.terms import (
    Fixed,
    FloorOrMarket,
    Graded,
    GradeTerm,
    Ladder,
    MarketPlus,
    OrderTerms,
    PriceClause,
)
from registry.demo.deterministic import draw
from registry.kernel.money import WeightUnit

MonthDay = tuple[int, int]


class Good(Struct, frozen=True, kw_only=True):
    """A product under order. `area`: hundredths of a mu, from and to; `market`: fen per kg around which the
    market price moves, with the range of its drift and noise; `method`: the usual comparison."""

    product: str
    crop: str
    name: str
    title: str
    buyer: str
    buyer_short: str
    sown: MonthDay
    ends: MonthDay
    harvest: tuple[MonthDay, MonthDay]
    area: tuple[int, int]
    kg_per_mu: int
    yields: tuple[int, int]
    tickets: int
    method: str
    market: int
    clause: PriceClause
    grades: tuple[str | None, ...] = (None,)
    moisture: Ladder | None = None

    def season(self, year: int) -> tuple[date, date]:
        """First and last day of the season of a year."""
        return date(year, *self.sown), date(year, *self.ends)

    def days(self, year: int) -> list[date]:
        """The days on which it is bought."""
        first, last = (date(year, *day) for day in self.harvest)
        return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]

    def terms(self, village: str) -> OrderTerms:
        """The terms of a village: a fixed price differs a little, some are written per 斤."""
        clause = self.clause
        if isinstance(clause, Fixed):
            lower = Decimal(draw(0, 2, "price", self.product, village)) / 10
            clause = replace(clause, price=clause.price - lower)
        unit: WeightUnit = "jin" if draw(0, 2, "unit", self.product, village) == 0 else "kg"
        return OrderTerms(product_code=self.product, price=clause, price_unit=unit, moisture=self.moisture)


_DRY: Final = Ladder(above=Decimal("12.5"), step=Decimal("0.5"), percent=Decimal(1))
_GOODS: Final = (
    Good(
        product="chili_fresh",
        crop="chili",
        name="鲜辣椒",
        title="朝天椒订单收购合同",
        buyer="pinyuan",
        buyer_short="示品",
        sown=(4, 1),
        ends=(11, 10),
        harvest=((8, 8), (10, 26)),
        area=(60, 210),
        kg_per_mu=1500,
        yields=(84, 118),
        tickets=3,
        method="replaced_crop",
        market=360,
        clause=Fixed(price=Decimal("4.0000")),
    ),
    Good(
        product="chili_dried",
        crop="chili",
        name="干辣椒",
        title="干辣椒分级订单收购合同",
        buyer="pinyuan",
        buyer_short="示品",
        sown=(4, 1),
        ends=(11, 30),
        harvest=((9, 1), (11, 15)),
        area=(60, 200),
        kg_per_mu=310,
        yields=(82, 116),
        tickets=2,
        method="replaced_crop",
        market=1500,
        clause=Graded(
            base=FloorOrMarket(floor=Decimal("14.0000")),
            reference_grade="second",
            grades=(
                GradeTerm(grade_code="first", price=Decimal("16.5000")),
                GradeTerm(grade_code="second", price=Decimal("14.5000")),
                GradeTerm(grade_code="third", coefficient=Decimal("0.8500")),
            ),
        ),
        grades=("first", "second", "second", "third"),
        moisture=_DRY,
    ),
    Good(
        product="sorghum",
        crop="sorghum",
        name="酿酒高粱",
        title="酿酒高粱订单收购合同",
        buyer="huanghelou",
        buyer_short="示酒",
        sown=(4, 20),
        ends=(10, 31),
        harvest=((8, 25), (10, 15)),
        area=(100, 380),
        kg_per_mu=430,
        yields=(80, 116),
        tickets=2,
        method="replaced_crop",
        market=395,
        clause=FloorOrMarket(floor=Decimal("3.8000")),
    ),
    Good(
        product="peanut",
        crop="peanut",
        name="花生果",
        title="花生订单收购合同",
        buyer="zhengda",
        buyer_short="示食",
        sown=(4, 10),
        ends=(10, 15),
        harvest=((8, 20), (10, 8)),
        area=(100, 350),
        kg_per_mu=215,
        yields=(80, 118),
        tickets=2,
        method="price_premium",
        market=720,
        clause=MarketPlus(percent=Decimal("6.0000"), premium=Decimal("0.1000"), floor=Decimal("6.5000")),
    ),
    Good(
        product="rice",
        crop="midseason_rice",
        name="优质稻谷",
        title="优质稻订单收购合同",
        buyer="huanghelou",
        buyer_short="示酒",
        sown=(5, 1),
        ends=(10, 31),
        harvest=((9, 10), (10, 20)),
        area=(150, 520),
        kg_per_mu=590,
        yields=(88, 110),
        tickets=1,
        method="price_premium",
        market=272,
        clause=Fixed(price=Decimal("3.2000")),
        moisture=Ladder(above=Decimal("13.5"), step=Decimal("0.5"), percent=Decimal("0.75")),
    ),
    Good(
        product="mugwort",
        crop="mugwort",
        name="艾草",
        title="艾草订单收购合同",
        buyer="jianmin",
        buyer_short="示药",
        sown=(3, 1),
        ends=(9, 30),
        harvest=((6, 1), (9, 10)),
        area=(80, 260),
        kg_per_mu=900,
        yields=(82, 115),
        tickets=2,
        method="replaced_crop",
        market=240,
        clause=Fixed(price=Decimal("2.8000")),
    ),
)
GOODS: Final[Mapping[str, Good]] = {good.product: good for good in _GOODS}
UNQUOTED: Final[Mapping[str, tuple[date, ...]]] = {
    "chili_dried": (date(2022, 9, 12), date(2023, 10, 17)),
    "peanut": (date(2022, 9, 6),),
    "sorghum": (date(2023, 9, 20),),
}
"""Days on which nobody wrote the market price down: tickets of those days wait for it."""
