"""The pages of official figures of divisions."""

from typing import Final

from registry.divisions.register_pages import DIVISIONS, Pages
from registry.divisions.statistic_routes import statistics
from registry.kernel.http.callers import COUNTY

PAGES: Final = (
    Pages(
        of=statistics,
        title="区划统计数",
        one="统计数",
        lede="一个地方一年的农户数和农村居民人均可支配收入，用来算覆盖率和对照收入。",
        choices={"division_code": DIVISIONS},
        write=COUNTY,
    ),
)
