"""The frame of a page from its request: who and where, menu by role, large type. Its looks are base.html."""

from typing import Final

import msgspec

from registry.kernel.crypto.masking import mask
from registry.kernel.db.transactions import Scope
from registry.kernel.http.callers import ROLES
from registry.kernel.http.static import large_type
from registry.kernel.http.templates import Frame, Link
from registry.kernel.http.web import AnyRequest, caller_of

PLACE: Final = "/divisions/"


def frame(request: AnyRequest, *crumbs: Link, place: str = "", notice: str = "", section: str = "") -> Frame:
    """`crumbs` lead from the township down; those to places the caller does not see become plain text.

    `place`: default the place of the caller's grant. `section`: the menu entry of the page, where its
    path does not imply it.
    """
    caller = caller_of(request)
    role = caller.role if caller else None
    made = Frame(
        place=place or (caller.place_name if caller else ""),
        role=ROLES[role] if role else "",
        menu=request.app.state["menus"][role] if role else (),
        path=request.url.path,
        query=request.url.query,
        notice=notice,
        large=large_type(request),
        section=section,
        acts_as=role,
        read=caller.read if caller else Scope.EMPTY,
        area=(caller.place_code or "") if caller else "",
        user=caller.display_name if caller else "",
        several=bool(caller and caller.several),
        csrf=mask(caller.csrf) if caller and caller.csrf else "",
    )
    return msgspec.structs.replace(made, crumbs=tuple(_visible(made, link) for link in crumbs))


def _visible(made: Frame, link: Link) -> Link:
    if not link.href.startswith(PLACE):
        return link
    code = link.href.removeprefix(PLACE).partition("?")[0]
    return link if made.reaches(code) else Link(link.label, "")
