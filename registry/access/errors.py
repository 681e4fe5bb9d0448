"""Why a request is turned away before its handler."""

from registry.kernel.errors import DomainError


class NotSignedIn(DomainError):
    """Nobody is signed in, or the session or token has ended."""

    code = "not_signed_in"
    status = 401
    title = "Sign in, or send a valid token"
    detail = "请先登录。登录已过期的，请重新登录后再操作。"


class Forbidden(DomainError):
    """The role does not do this; no record was looked at."""

    code = "forbidden"
    status = 403
    title = "Your role does not allow this"
    detail = "您现在的身份不能做这件事；如需办理，请换一个身份或联系管理员。"
