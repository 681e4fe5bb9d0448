"""The pages of organisations: enterprises, cooperatives, collectives, found by name, pinyin or code."""

from typing import Final

from registry.divisions.register_pages import DIVISIONS, Pages
from registry.kernel.http.callers import COUNTY, REGISTRARS
from registry.organizations.routes import organizations

PAGES: Final = (
    Pages(
        of=organizations,
        title="组织",
        one="组织",
        lede="合同里的企业、合作社、村集体等。先在这里登记，合同里就能按名称、拼音或信用代码选到。",
        choices={"division_code": DIVISIONS},
        write=(*REGISTRARS, *COUNTY),
    ),
)
