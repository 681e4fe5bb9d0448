"""Every route of the reference data and who maintains it. The handlers are in one module per topic."""

from litestar import Router

from registry.kernel.http.callers import ADMIN, COUNTY, EVERYBODY, TOWNSHIP, admits
from registry.reference import code_routes, figure_routes, market_routes, return_routes, season_routes

_BY_ADMIN = (*code_routes.handlers, *figure_routes.labour_day_prices.handlers)
_BY_TOWNSHIP = (*season_routes.handlers, *figure_routes.planted_areas.handlers, *market_routes.handlers)
_BY_COUNTY = (*figure_routes.price_indices.handlers, *return_routes.handlers)

router = Router(
    path="/api/v1",
    opt=admits(read=EVERYBODY),
    route_handlers=[
        Router(path="/", opt=admits(write=ADMIN), route_handlers=_BY_ADMIN),
        Router(path="/", opt=admits(write=TOWNSHIP), route_handlers=_BY_TOWNSHIP),
        Router(path="/", opt=admits(write=COUNTY), route_handlers=_BY_COUNTY),
    ],
)
