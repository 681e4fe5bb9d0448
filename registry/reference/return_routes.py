"""Reference returns over REST."""

from registry.divisions.register_routes import Routes
from registry.reference.reference_returns import reference_returns
from registry.reference.return_model import ReturnIn, ReturnOut, ReturnPatch, ReturnQuery, shown

handlers = Routes(
    register=reference_returns,
    new=ReturnIn,
    patch=ReturnPatch,
    query=ReturnQuery,
    out=ReturnOut,
    shown=shown,
    listed=(
        "Returns per mu of crops, by division and year\n\n"
        "`division`: of the subtree of a division or area. Figures are kept as published."
    ),
    got="A reference row with its cash cost and cash income",
    created=("Record a reference row; totals are checked, an identity off by more than 0.05 yuan is refused"),
    changed="Change a reference row; lines that may use it are computed anew",
).handlers
