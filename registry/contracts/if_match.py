"""If-Match where it may be left out: actions are guarded by the contract's state anyway."""

from registry.kernel.http.web import AnyRequest, require_if_match


def if_match(request: AnyRequest) -> int | None:
    """The version an action was decided on, None if the client names none; Stale if it names none of ours."""
    given = request.headers.get("if-match", "").strip()
    return require_if_match(request) if given else None
