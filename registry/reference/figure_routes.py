"""Labour day prices, price indices and planted areas over REST."""

from registry.divisions.register_routes import Routes
from registry.reference import figures
from registry.reference.figure_model import (
    LabourDayPriceIn,
    LabourDayPricePatch,
    LabourDayPriceQuery,
    PlantedAreaIn,
    PlantedAreaPatch,
    PlantedAreaQuery,
    PriceIndexIn,
    PriceIndexPatch,
    PriceIndexQuery,
)

labour_day_prices = Routes(
    register=figures.labour_day_prices,
    new=LabourDayPriceIn,
    patch=LabourDayPricePatch,
    query=LabourDayPriceQuery,
    listed="Labour day prices by year (national, yuan a day)",
    got="The labour day price of a year",
    created="Record the labour day price of a year",
    changed="Change the labour day price of a year",
)
price_indices = Routes(
    register=figures.price_indices,
    new=PriceIndexIn,
    patch=PriceIndexPatch,
    query=PriceIndexQuery,
    several="price_indices",
    listed="Price indices by division, kind and year (previous year = 100)",
    got="The price index of a division, kind and year",
    created="Record the price index of a division, kind and year",
    changed="Change the price index of a division, kind and year",
)
planted_areas = Routes(
    register=figures.planted_areas,
    new=PlantedAreaIn,
    patch=PlantedAreaPatch,
    query=PlantedAreaQuery,
    listed="Planted areas by division, crop and year (mu)",
    got="The planted area of a crop in a division and year",
    created="Record the planted area of a crop in a division and year",
    changed="Change the planted area of a crop in a division and year",
)
