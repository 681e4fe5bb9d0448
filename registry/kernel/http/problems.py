"""Renders every error: problem+json (RFC 9457) for programs, a page for people. Never a stack trace."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from registry.kernel.db.translate import translate
from registry.kernel.errors import DomainError, Invalid, Mistake, NotFound, Unavailable, Warning_
from registry.kernel.http import parameters, templates
from registry.kernel.http.frames import frame
from registry.kernel.http.telemetry import trace_id
from registry.kernel.http.web import AnyRequest, language, wants_html

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "/api/problems#"

log = structlog.get_logger("registry.problems")


class Broken(DomainError):
    """A fault of the program: the log has it under the trace id."""

    code = "internal"
    status = 500
    title = "Internal error"
    detail = "系统出错了，已记录。请稍后再试；如果一直这样，请把页面下方的编号告诉管理员。"


class NoRoute(NotFound):
    """No such address."""

    code = "no_such_address"
    detail = "没有这个页面，请检查地址，或从首页重新进入。"


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"
    detail = "这个地址不支持这种操作，请从页面上的按钮进入。"


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    title = "The body is too large"
    detail = "提交的内容太大，请分批提交：导入和批量登记每次不超过 10 MB，其他不超过 1 MB。"


class Refused(DomainError):
    """Whatever else the framework refuses, by its status."""

    code = "refused"
    status = 400
    title = "The request cannot be understood"
    detail = "请求无法处理，请检查后重新提交。"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake as the problem document shows it."""

    pointer: str
    code: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The problem document; a warning is one with `warnings`. Errors may carry further members."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    trace_id: str
    errors: list[Listed] = []
    warnings: list[Warning_] = []


class ErrorPage(msgspec.Struct, frozen=True, kw_only=True):
    """Context of templates/error.html."""

    status: int
    heading: str
    detail: str
    messages: list[str]
    trace_id: str
    retry_after: int = 0


_BARE: Final = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{heading}</title>'
    "<h1>{heading}</h1><p>请稍后再试。编号 {trace_id}</p></html>"
)
HEADINGS: Final[Mapping[int, str]] = {
    401: "请先登录",
    403: "现在不能这样操作",
    404: "找不到",
    405: "不能这样操作",
    409: "与已有记录冲突",
    412: "内容已被别人修改",
    413: "内容太大",
    422: "内容有误",
    429: "操作太频繁",
    500: "系统出错了",
    503: "系统正忙",
}


def as_domain_error(request: AnyRequest, error: Exception) -> DomainError:
    """Any exception as a DomainError; an unexpected one is logged and reveals no detail."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, ValidationException):
        return Invalid(_parameters(request, error))
    if isinstance(error, HTTPException):
        return _of_framework(error)
    return translate(error) or Broken()


def answer(request: AnyRequest, error: Exception) -> Response[Any]:
    """The exception handler of the whole application."""
    if isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]  # a dependency answers with another exception than the handler raised
    shown = as_domain_error(request, error)
    if shown.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("failed", trace_id=trace_id(request.scope), error=describe(error))
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(shown, Unavailable):
        headers["retry-after"] = str(shown.retry_after)
    headers["vary"] = "Accept, Accept-Language"
    if wants_html(request):
        return _page(request, shown, headers)
    return _document(request, shown, headers)


def describe(error: BaseException) -> list[dict[str, object]]:
    """An exception and its causes for the log: kinds and places, no values (a message may quote a row)."""
    chain: list[dict[str, object]] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 8:
        frames = []
        step = current.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            frames.append(f"{code.co_filename.rpartition('/')[2]}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        kind = type(current)
        chain.append({"kind": f"{kind.__module__}.{kind.__qualname__}", "at": frames[-12:]})
        current = current.__cause__ or current.__context__
    return chain


def _document(request: AnyRequest, error: DomainError, headers: dict[str, str]) -> Response[Any]:
    chinese = language(request) == "zh"
    problem = Problem(
        type=f"{TYPES}{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail if chinese else error.title,
        instance=request.url.path,
        code=error.code,
        trace_id=trace_id(request.scope),
        errors=[_listed(one, chinese) for one in error.mistakes],
        warnings=list(getattr(error, "warnings", ())),
    )
    further = {name: value for name, value in error.extra.items() if name not in ("errors", "warnings")}
    document = {**msgspec.structs.asdict(problem), **further}
    for name in ("errors", "warnings"):
        if not document[name]:
            del document[name]
    headers["content-language"] = "zh-CN" if chinese else "en"
    return Response(document, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def _listed(one: Mistake, chinese: bool) -> Listed:
    message = one.message if chinese or not one.english else one.english
    return Listed(pointer=one.pointer, code=one.code, message=message)


def _page(request: AnyRequest, error: DomainError, headers: dict[str, str]) -> Response[Any]:
    page = ErrorPage(
        status=error.status,
        heading=HEADINGS.get(error.status, "请求无法处理"),
        detail=error.detail,
        messages=[one.message for one in error.mistakes] or _warned(error),
        trace_id=trace_id(request.scope),
        retry_after=getattr(error, "retry_after", 0),
    )
    try:
        # without the query of the URL: search terms are not repeated
        around = msgspec.structs.replace(frame(request), query="")
        text = templates.render("error.html", page, around)
    except Exception as fault:  # noqa: BLE001 - an error page must not fail for want of a template or asset
        log.error("error_page_failed", trace_id=page.trace_id, error=describe(fault))
        text = _BARE.format(heading=page.heading, trace_id=page.trace_id)
    return Response(text, status_code=error.status, media_type="text/html", headers=headers)


def _warned(error: DomainError) -> list[str]:
    return [one.message for one in getattr(error, "warnings", ())]


def _of_framework(error: HTTPException) -> DomainError:
    by_status: dict[int, type[DomainError]] = {
        404: NoRoute,
        405: MethodNotAllowed,
        413: TooLarge,
        500: Broken,
    }
    kind = by_status.get(error.status_code)
    if kind:
        return kind()
    refused = Refused()
    refused.__dict__["status"] = error.status_code
    return refused


def _parameters(request: AnyRequest, error: ValidationException) -> list[Mistake]:
    """Wrong path or query parameters, or a body that is missing."""
    extra = error.extra if isinstance(error.extra, list) else []
    names = [str(one.get("key", "")) for one in extra if isinstance(one, dict)]
    return parameters.mistakes(request, names or [""])
