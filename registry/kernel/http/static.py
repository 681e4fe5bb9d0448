"""Serves the built assets under /static/ by their hashed names, and the switch for large type (大字)."""

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from registry.kernel.errors import NotFound
from registry.kernel.http import assets
from registry.kernel.http.callers import OPEN
from registry.kernel.http.compression import UNCOMPRESSED
from registry.kernel.http.pages import parse_form
from registry.kernel.http.web import AnyRequest

TYPE_COOKIE = "type"
LARGE = "large"
YEAR_SECONDS = 365 * 24 * 3600


class DisplayIn(msgspec.Struct, frozen=True, kw_only=True):
    """`large` is "1" for large type; `back` is the page the switch was on."""

    large: str = ""
    back: str = "/"


@get(f"{assets.PREFIX}/{{name:str}}", include_in_schema=False, opt={**OPEN, UNCOMPRESSED: True})
async def static_file(name: FromPath[str], request: AnyRequest) -> Response[bytes]:
    """A built file, for ever: its name changes with its content."""
    found = assets.find(name, request.headers.get("accept-encoding", ""))
    if found is None:
        raise NotFound
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "Accept-Encoding"}
    if found.encoding:
        headers["content-encoding"] = found.encoding
    return Response(found.body, media_type=found.media_type, headers=headers)


@post("/display", include_in_schema=False, opt=OPEN, status_code=303)
async def display(request: AnyRequest) -> Redirect:
    """Keeps the choice of type size in a cookie of this browser; nothing is stored."""
    data = await parse_form(request, DisplayIn)
    size = LARGE if data.large == "1" else ""
    cookie = Cookie(
        key=TYPE_COOKIE, value=size, max_age=YEAR_SECONDS if size else 0, httponly=True, samesite="lax"
    )
    return Redirect(local_path(data.back), status_code=303, cookies=[cookie])


def large_type(request: AnyRequest) -> bool:
    return request.cookies.get(TYPE_COOKIE) == LARGE


def local_path(path: str) -> str:
    """`path` if it stays on this host, else "/"."""
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if inside else "/"
