"""Writes to what belongs to no village: divisions, organisations, code lists, figures, prices."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from tests.audit.calls import WRITES, Call, Told, Write, changed, made, posted, sent, write
from tests.contracts.desk import Desk, Json, component
from tests.factories import CHILI, COOPERATIVE_CODE, COUNTY, DRIED, PROVINCE, RICE, SIBLING, TOWNSHIP, VILLAGE

SOURCE: Final = {"source_text": "示例来源"}
NEW_VILLAGE: Final = "421303187299"


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """How a record is entered and changed. `names`: what its id is made of, `body`: from the test's world."""

    kind: str
    path: str
    names: tuple[str, ...]
    body: Callable[[Desk], Json]
    patch: Json
    changes: dict[str, tuple[str | None, str | None]]
    new: dict[str, str]
    own: str = ""

    def key(self, record: Json) -> str:
        return "/".join(str(record[name]) for name in self.names)

    def own_path(self, record: Json) -> str:
        return self.path + "/" + (str(record[self.own]) if self.own else self.key(record))

    @property
    def template(self) -> str:
        """The path of one of them."""
        parts = (self.own,) if self.own else self.names
        return self.path + "".join(f"/{{{name}}}" for name in parts)


def price(**changes: Any) -> Json:
    return {"division_code": TOWNSHIP, "product_code": DRIED, "day": "2022-09-12", "unit": "jin", **changes}


def returns(desk: Desk) -> Json:
    del desk
    amounts = {"output_value": "1500.00", "materials_services": "600.00", "family_labour": "300.00"}
    further = {"hired_labour": "100.00", "land_rent": "20.00", "own_land_rent": "80.00", "quality": "survey"}
    return {"crop_code": CHILI, "division_code": COUNTY, "year": 2022, **amounts, **further, **SOURCE}


def framework(desk: Desk) -> Json:
    days = {"starts_on": "2022-03-01", "ends_on": "2022-12-31"}
    buyer = str(desk.world.enterprise)
    parts = [component("4.00")]
    return {"division_code": TOWNSHIP, "name": "示范框架", "buyer_id": buyer, "components": parts, **days}


SHARED: Final = (
    Shared(
        kind="division",
        path="/divisions",
        names=("division_code",),
        body=lambda _: {"division_code": NEW_VILLAGE, "name": "示例新村"},
        patch={"name": "示例改名村"},
        changes={"name": ("示例新村", "示例改名村")},
        new={"name": "示例新村", "level": "village"},
    ),
    Shared(
        kind="area",
        path="/areas",
        names=("area_code",),
        body=lambda _: {
            "area_code": "Q1",
            "name": "示范片区",
            "valid_from": "2020-01-01",
            "divisions": [{"division_code": VILLAGE, "valid_from": "2020-01-01"}],
        },
        patch={"divisions": [{"division_code": SIBLING, "valid_from": "2021-01-01"}]},
        changes={
            f"divisions/{VILLAGE} 2020-01-01/holds": ("true", None),
            f"divisions/{SIBLING} 2021-01-01/holds": (None, "true"),
        },
        new={"name": "示范片区", f"divisions/{VILLAGE} 2020-01-01/holds": "true"},
    ),
    Shared(
        kind="division_statistic",
        path="/division-statistics",
        names=("division_code", "year"),
        body=lambda _: {"division_code": COUNTY, "year": 2022, "households": 1000, **SOURCE},
        patch={"households": 1001},
        changes={"households": ("1000", "1001")},
        new={"households": "1000"},
    ),
    Shared(
        kind="organization",
        path="/organizations",
        names=("organization_id",),
        body=lambda _: {
            "division_code": TOWNSHIP,
            "kind": "cooperative",
            "name": "示范重阳合作社",
            "credit_code": COOPERATIVE_CODE,
        },
        patch={"name": "示范改名合作社"},
        changes={"name": ("示范重阳合作社", "示范改名合作社")},
        new={"name": "示范重阳合作社", "credit_code": COOPERATIVE_CODE},
    ),
    Shared(
        kind="ownership",
        path="/ownerships",
        names=("ownership_id",),
        body=lambda desk: {
            "owner_id": str(desk.world.enterprise),
            "owned_id": str(desk.world.collective),
            "percent": "60",
            "valid_from": "2022-01-01",
        },
        patch={"percent": "55.5"},
        changes={"percent": ("60.0000", "55.5000")},
        new={"percent": "60.0000"},
    ),
    Shared(
        kind="crop",
        path="/crops",
        names=("crop_code",),
        body=lambda _: {"crop_code": "maize", "name": "玉米"},
        patch={"name": "春玉米"},
        changes={"name": ("玉米", "春玉米")},
        new={"name": "玉米"},
    ),
    Shared(
        kind="product",
        path="/products",
        names=("product_code",),
        body=lambda _: {"product_code": "maize", "crop_code": RICE, "name": "玉米粒"},
        patch={"crop_code": CHILI},
        changes={"crop_code": (RICE, CHILI)},
        new={"name": "玉米粒", "crop_code": RICE},
    ),
    Shared(
        kind="tag",
        path="/tags",
        names=("tag_code",),
        body=lambda _: {"tag_code": "shifan", "label": "示例标签", "valid_from": "2020-01-01", **SOURCE},
        patch={"valid_to": "2022-12-31"},
        changes={"valid_to": (None, "2022-12-31")},
        new={"label": "示例标签"},
    ),
    Shared(
        kind="labour_day_price",
        path="/labour-day-prices",
        names=("year",),
        body=lambda _: {"year": 2021, "price": "95.00", **SOURCE},
        patch={"price": "96.00"},
        changes={"price": ("95.00", "96.00")},
        new={"price": "95.00"},
    ),
    Shared(
        kind="price_index",
        path="/price-indices",
        names=("division_code", "kind", "year"),
        body=lambda _: {
            "division_code": PROVINCE,
            "kind": "rural_cpi",
            "year": 2022,
            "value": "102.0",
            **SOURCE,
        },
        patch={"value": "101.5"},
        changes={"value": ("102.0000", "101.5000")},
        new={"value": "102.0000"},
    ),
    Shared(
        kind="planted_area",
        path="/planted-areas",
        names=("division_code", "crop_code", "year"),
        body=lambda _: {
            "division_code": TOWNSHIP,
            "crop_code": CHILI,
            "year": 2022,
            "area_mu": "100",
            **SOURCE,
        },
        patch={"area_mu": "120"},
        changes={"area_mu": ("100.00", "120.00")},
        new={"area_mu": "100.00"},
    ),
    Shared(
        kind="market_price",
        path="/market-prices",
        names=("market_price_id",),
        body=lambda _: price(price="4.10"),
        patch={"price": "4.20", "unit": "jin"},
        changes={"price": ("8.2000", "8.4000")},
        new={"price": "8.2000", "day": "2022-09-12"},
    ),
    Shared(
        kind="reference_return",
        path="/reference-returns",
        names=("reference_return_id",),
        body=returns,
        patch={"quality": "official"},
        changes={"quality": ("survey", "official")},
        new={"output_value": "1500.00"},
    ),
    Shared(
        kind="season",
        path="/seasons",
        names=("season_id",),
        body=lambda _: {
            "division_code": TOWNSHIP,
            "product_code": DRIED,
            "name": "示例产季",
            "starts_on": "2022-03-01",
            "ends_on": "2022-11-30",
        },
        patch={"ends_on": "2022-12-10"},
        changes={"ends_on": ("2022-11-30", "2022-12-10")},
        new={"name": "示例产季"},
    ),
    Shared(
        kind="framework",
        path="/frameworks",
        names=("framework_id",),
        body=framework,
        patch={"name": "示范新框架"},
        changes={"name": ("示范框架", "示范新框架")},
        new={"name": "示范框架"},
    ),
    Shared(
        kind="grade",
        path=f"/products/{DRIED}/grades",
        names=("product_code", "grade_code"),
        body=lambda _: {"grade_code": "third", "name": "三级", "position": 3},
        patch={"name": "等外"},
        changes={"name": ("三级", "等外")},
        new={"name": "三级", "position": "3"},
        own="grade_code",
    ),
)


def _create(one: Shared) -> Write:
    async def create(desk: Desk) -> Call:
        def told(record: Json) -> list[Told]:
            return [made(one.kind, one.key(record), **one.new)]

        return sent(desk, "POST", one.path, told, body=one.body(desk))

    return create


def _change(one: Shared) -> Write:
    async def change(desk: Desk) -> Call:
        record = await posted(desk, one.path, one.body(desk))
        told = [
            Told(
                kind=one.kind, record_id=one.key(record), changes={k: list(v) for k, v in one.changes.items()}
            )
        ]
        return sent(desk, "PATCH", one.own_path(record), lambda _: told, body=one.patch, version=1)

    return change


for _one in SHARED:
    WRITES[f"POST /api/v1{_one.path}".replace(DRIED, "{product_code}")] = _create(_one)
    WRITES[f"PATCH /api/v1{_one.template}".replace(DRIED, "{product_code}")] = _change(_one)


@write("POST /api/v1/divisions/{division_code}/end")
async def _(desk: Desk) -> Call:
    await posted(desk, "/divisions", {"division_code": NEW_VILLAGE, "name": "示例新村"})
    body = {"valid_to": "2022-06-30", "successors": [{"division_code": VILLAGE}]}
    told = changed("division", NEW_VILLAGE, valid_to=(None, "2022-06-30"))
    told.changes[f"successors/{VILLAGE}"] = [None, "2022-07-01"]
    return sent(desk, "POST", f"/divisions/{NEW_VILLAGE}/end", lambda _: [told], body=body, version=1)


@write("POST /market-prices")
async def _(desk: Desk) -> Call:
    form = price(price="4.10", idempotency_key="1", good=DRIED)
    del form["product_code"]

    def told(answer: Any) -> list[Told]:
        return [made("market_price", answer.headers["location"].partition("saved=")[2], price="8.2000")]

    return Call(send=lambda: desk.client.post("/market-prices", data=form), told=told)


@write("POST /market-prices/{market_price_id}/edit")
async def _(desk: Desk) -> Call:
    record = await posted(desk, "/market-prices", price(price="4.10"))
    key = record["market_price_id"]
    form = {"version": "1", "price": "4.20", "unit": "jin", "source_text": "", "idempotency_key": "1"}
    told = changed("market_price", key, price=("8.2000", "8.4000"))
    return Call(send=lambda: desk.client.post(f"/market-prices/{key}/edit", data=form), told=lambda _: [told])
