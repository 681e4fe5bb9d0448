"""The errors a request can end in. Rendering is web's, the texts of constraints are constraints'."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec


class Mistake(msgspec.Struct, frozen=True):
    """One thing wrong with what a client sent: where (JSON pointer), which rule, what to do about it.

    `english` is for clients that do not ask for Chinese; empty where there is only the Chinese one.
    """

    pointer: str
    code: str
    message: str
    english: str = ""


class Warning_(msgspec.Struct, frozen=True):  # noqa: N801 - Warning is a builtin
    """Something unlikely that may be kept after a reason is given (an override)."""

    code: str
    pointer: str
    message: str
    rule: str


class DomainError(Exception):
    """Base of all expected errors: a stable dotted code, an HTTP status, an English title, a Chinese detail.

    `extra` becomes members of the problem document beside the standard ones.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Error"
    detail: ClassVar[str] = "发生了错误。"

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        title: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        # Instances shadow the class's defaults, so that a handler reads one name in both cases.
        values = {"detail": detail, "code": code, "title": title}
        self.__dict__.update({name: value for name, value in values.items() if value is not None})
        self.extra: dict[str, Any] = extra or {}
        super().__init__(self.detail)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All mistakes named by this error, for the form's error summary."""
        return tuple(self.extra.get("errors", ()))


class NotFound(DomainError):
    """Missing, or outside the caller's scope: both answer the same on purpose."""

    code = "not_found"
    status = 404
    title = "Not found"
    detail = "找不到这条记录，或者它不在您的管理范围内。"


class Conflict(DomainError):
    """The request is well formed but the stored state forbids it."""

    code = "conflict"
    status = 409
    title = "Conflict with the stored record"
    detail = "与已有记录冲突，请刷新后重试。"

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        title: str | None = None,
        pointer: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail, code=code, title=title, extra=extra)
        if pointer is not None:
            self.extra["errors"] = [Mistake(pointer=pointer, code=self.code, message=self.detail)]


class Invalid(DomainError):
    """What was sent cannot be accepted; carries every mistake, never only the first."""

    code = "invalid"
    status = 422
    title = "The content has mistakes"
    detail = "填写的内容有误，请按提示修改后重新提交。"

    def __init__(
        self, mistakes: Sequence[Mistake], *, code: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(detail, code=code, extra={"errors": list(mistakes)})


class Warned(DomainError):
    """Nothing was written: the warnings need overrides with reasons, or a correction."""

    code = "warned"
    status = 422
    title = "Please confirm or correct"
    detail = "有些内容不太寻常，请核对；如属实，请填写理由后再次提交。"

    def __init__(self, warnings: Sequence[Warning_]) -> None:
        super().__init__(extra={"warnings": list(warnings)})

    @property
    def warnings(self) -> tuple[Warning_, ...]:
        return tuple(self.extra["warnings"])


class Stale(DomainError):
    """The version the client saw is no longer the current one."""

    code = "stale"
    status = 412
    title = "The record has changed"
    detail = "这条记录已被别人修改，请刷新后查看最新内容再提交。"


class PreconditionRequired(DomainError):
    """A change of contracts or money must name the version it was made on."""

    code = "precondition_required"
    status = 428
    title = "If-Match is required"
    detail = "请带上 If-Match 版本号再提交，以免覆盖别人的修改。"


class Unavailable(DomainError):
    """The database cannot answer now; trying again after `retry_after` seconds is safe."""

    code = "unavailable"
    status = 503
    title = "Temporarily unavailable"
    detail = "系统正忙或数据库暂时无法连接，请稍后再试，已填写的内容不会丢失。"

    def __init__(self, detail: str | None = None, *, code: str | None = None, retry_after: int = 5) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after
