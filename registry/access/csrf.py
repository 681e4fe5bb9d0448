"""Whether a change comes from a page of the caller's own session. Changes of another site:
kernel.http.request_limits."""

from typing import Final

from registry.access import sessions
from registry.access.errors import ForeignForm
from registry.kernel.http import pages
from registry.kernel.http.callers import Caller
from registry.kernel.http.web import AnyRequest

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
FORM: Final = "application/x-www-form-urlencoded"
_LENGTH: Final = 300


async def check(request: AnyRequest, caller: Caller) -> None:
    """ForeignForm unless the header, or the hidden field of a urlencoded form, is the session's token."""
    given = request.headers.get(HEADER)
    if given is None and media_type(request) == FORM:
        given = dict(await pages.pairs(request)).get(FIELD)
    if not given or len(given) > _LENGTH or not sessions.csrf_fits(caller.csrf, given):
        raise ForeignForm


def media_type(request: AnyRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
