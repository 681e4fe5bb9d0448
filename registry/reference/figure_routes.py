"""Labour day prices, price indices and planted areas over REST."""

from registry.divisions.register_routes import Routes, Shape, Texts
from registry.kernel.types import CodeWord, DivisionCode, Year
from registry.reference import figures
from registry.reference.figure_model import (
    IndexKind,
    LabourDayPriceIn,
    LabourDayPricePatch,
    LabourDayPriceQuery,
    LabourDayPriceRow,
    PlantedAreaIn,
    PlantedAreaPatch,
    PlantedAreaQuery,
    PlantedAreaRow,
    PriceIndexIn,
    PriceIndexPatch,
    PriceIndexQuery,
    PriceIndexRow,
)

labour_day_prices = Routes(
    figures.labour_day_prices,
    Shape(
        one="labour_day_price",
        several="labour_day_prices",
        path="/labour-day-prices",
        key={"year": Year},
        new=LabourDayPriceIn,
        patch=LabourDayPricePatch,
        query=LabourDayPriceQuery,
        order={"year": int},
        out=LabourDayPriceRow,
    ),
    Texts(
        listed="Labour day prices by year (national, yuan a day)",
        got="The labour day price of a year",
        created="Record the labour day price of a year",
        changed="Change the labour day price of a year",
    ),
).handlers
price_indices = Routes(
    figures.price_indices,
    Shape(
        one="price_index",
        several="price_indices",
        path="/price-indices",
        key={"division_code": DivisionCode, "kind": IndexKind, "year": Year},
        new=PriceIndexIn,
        patch=PriceIndexPatch,
        query=PriceIndexQuery,
        order={"division_code": str, "kind": str, "year": int},
        out=PriceIndexRow,
    ),
    Texts(
        listed="Price indices by division, kind and year (previous year = 100)",
        got="The price index of a division, kind and year",
        created="Record the price index of a division, kind and year",
        changed="Change the price index of a division, kind and year",
    ),
).handlers
planted_areas = Routes(
    figures.planted_areas,
    Shape(
        one="planted_area",
        several="planted_areas",
        path="/planted-areas",
        key={"division_code": DivisionCode, "crop_code": CodeWord, "year": Year},
        new=PlantedAreaIn,
        patch=PlantedAreaPatch,
        query=PlantedAreaQuery,
        order={"division_code": str, "crop_code": str, "year": int},
        out=PlantedAreaRow,
    ),
    Texts(
        listed="Planted areas by division, crop and year (mu)",
        got="The planted area of a crop in a division and year",
        created="Record the planted area of a crop in a division and year",
        changed="Change the planted area of a crop in a division and year",
    ),
).handlers
