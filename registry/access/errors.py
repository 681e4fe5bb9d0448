"""Why a request is turned away before its handler."""

from registry.kernel.errors import DomainError

CHALLENGE = 'Bearer realm="registry", Basic realm="registry", charset="UTF-8"'


class NotSignedIn(DomainError):
    """Nobody is signed in, or the session or token has ended."""

    code = "not_signed_in"
    status = 401
    title = "Sign in, or send a valid token"
    detail = "请先登录。登录已过期的，请重新登录后再操作。"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail)
        self.headers = {"www-authenticate": CHALLENGE}


class BadToken(NotSignedIn):
    """A token was sent, and it is unknown, expired, revoked, or its account or grant has ended."""

    code = "token_invalid"
    title = "The token is not valid (any more)"
    detail = "接口令牌无效、已过期或已停用，请向管理员申请新的令牌。"


class LoginFailed(DomainError):
    """One answer for every reason, so that it does not reveal which user names exist."""

    code = "login_failed"
    status = 401
    title = "The user name, password or code is wrong"
    detail = "用户名、密码或动态口令不对，请检查后再试。忘记密码请联系管理员重置。"


class Forbidden(DomainError):
    """The role does not do this; no record was looked at."""

    code = "forbidden"
    status = 403
    title = "Your role does not allow this"
    detail = "您现在的身份不能做这件事；如需办理，请换一个身份或联系管理员。"


class ReadOnlyToken(Forbidden):
    """The token was made for reading."""

    code = "token_read_only"
    title = "This token may only read"
    detail = "这个接口令牌只能查询，不能修改。"


class SessionNeeded(Forbidden):
    """A program's token has no session to choose for or to end."""

    code = "session_needed"
    title = "This is for people who signed in, not for tokens"
    detail = "接口令牌不能做这件事，请用浏览器登录后操作。"


class ForeignForm(Forbidden):
    """The form does not belong to this session (CSRF), or the script did not send X-CSRF-Token."""

    code = "csrf"
    title = "The CSRF token is missing or belongs to another session"
    detail = (
        "这个页面不是本次登录打开的（可能您重新登录过，或在别的窗口换了身份），没有保存。"
        "请复制好填写的内容，刷新页面后重新提交。"
    )


class RequiredStep(Forbidden):
    """Something has to be done first, on the page `to`."""

    to: str = "/"


class ChangePassword(RequiredStep):
    """A first, reset or outdated password opens nothing else."""

    code = "password_change_required"
    title = "Change your password first"
    detail = "请先修改密码，再继续操作。"
    to = "/account/password"


class SetUpCode(RequiredStep):
    """The deployment asks codes of this role, and the user has no device yet."""

    code = "totp_required"
    title = "Set up the code of your device first"
    detail = "您的身份要求使用动态口令，请先设置，再继续操作。"
    to = "/account/totp"


class ChooseGrant(RequiredStep):
    """The user has several grants and has not chosen one."""

    code = "grant_not_chosen"
    title = "Choose one of your grants first"
    detail = "请先选择以哪个身份操作。"
    to = "/grants/choose"
