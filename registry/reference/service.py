"""What other features ask of the reference data. Reading and changing each kind of it stands in the module of
its topic: codes, seasons, figures, reference_returns, market."""

from registry.reference.codes import grades_of, known_crops, products_by_code
from registry.reference.market import create as create_market_price
from registry.reference.market import import_rows as import_market_prices
from registry.reference.reference_returns import import_rows as import_reference_returns
from registry.reference.seasons import season, seasons_of

__all__ = [
    "create_market_price",
    "grades_of",
    "import_market_prices",
    "import_reference_returns",
    "known_crops",
    "products_by_code",
    "season",
    "seasons_of",
]
