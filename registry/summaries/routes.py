"""Summaries over REST, for the township and the data office."""

from typing import Final, Literal

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.divisions import service as divisions
from registry.kernel.errors import Invalid, Mistake
from registry.kernel.http.callers import VIEWERS, admits
from registry.kernel.http.csv_answers import csv_answer
from registry.kernel.http.web import AnyRequest, wants_csv
from registry.kernel.text.periods import PeriodText
from registry.kernel.text.periods import parse_period as period_of
from registry.kernel.types import PlaceCode
from registry.kernel.work import Work
from registry.summaries import service
from registry.summaries.model import Asked, By, LongRow, Role, Summary

COLUMNS: Final = {
    "division": "区划",
    "period": "时期",
    "key": "分组代码",
    "label": "分组",
    "indicator": "指标",
    "value": "数值",
    "unit": "单位",
    "numerator": "分子",
    "denominator": "分母",
    "n": "样本数",
    "incomplete": "不全",
    "provisional": "未到期",
    "stale": "待重算",
}


@get("/divisions/{code:str}/summary")
async def get_summary(
    request: AnyRequest,
    *,
    reader: NamedDependency[Work],
    code: FromPath[PlaceCode],
    period: FromQuery[PeriodText],
    by: FromQuery[By | None] = None,
    role: FromQuery[Role | None] = None,
    shape: FromQuery[Literal["wide", "long"]] = "wide",
) -> Response[Summary] | Response[list[LongRow]] | Response[bytes]:
    """Indicators of a division or area for a year, quarter or month

    `by`: a row per village, organisation (in `role`, default the payer), product, kind or household tag. Each
    figure carries numerator, denominator, unit and n; an unknown one is null. `shape=long`: one figure a row,
    which is also what CSV holds.
    """
    if role is not None and by != "organization":
        say = "role 只能与 by=organization 一起使用"
        raise Invalid([Mistake(pointer="/role", code="role", message=say, english="needs by=organization")])
    asked = Asked(
        place=await divisions.readable(reader, code, period_of(period).last),
        period=period_of(period),
        today=reader.act.today,
        by=by,
        role=role,
    )
    found = await service.summary(reader, asked)
    if wants_csv(request):
        return csv_answer(f"{found.name}-{found.period}-汇总", COLUMNS, service.long_rows(found))
    return Response(service.long_rows(found)) if shape == "long" else Response(found)


router = Router(path="/api/v1", opt=admits(read=VIEWERS), route_handlers=[get_summary])
