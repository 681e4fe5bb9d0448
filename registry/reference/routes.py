"""Every address of the reference data. The handlers stand in one module per topic."""

from litestar import Router

from registry.reference import code_routes, figure_routes, market_routes, return_routes, season_routes

router = Router(
    path="/api/v1",
    route_handlers=[
        *code_routes.handlers,
        *season_routes.handlers,
        *figure_routes.handlers,
        *return_routes.handlers,
        *market_routes.handlers,
    ],
)
