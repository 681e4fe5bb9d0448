"""Market prices over REST."""

from datetime import date
from uuid import UUID

from registry.divisions.register_routes import Routes
from registry.reference.market import prices
from registry.reference.market_model import MarketPriceIn, MarketPricePatch, MarketQuery

handlers = Routes(
    register=prices,
    new=MarketPriceIn,
    patch=MarketPricePatch,
    query=MarketQuery,
    order={"day": date, "market_price_id": UUID},
    listed=(
        "Market prices by day (yuan per kg)\n\n"
        "`division`: seen in the subtree of a division or in an area. `first_day`, `last_day`: both "
        "included."
    ),
    got="A market price",
    created=(
        "Enter a market price in the unit it was seen in\n\n"
        "Tickets that waited for it are priced. One price per place, product, grade and day: another one "
        "is a\nchange of that record, which the conflict names."
    ),
    changed="Change a market price; lines that may rest on it are computed anew",
).handlers
