"""The frame of a page from its request: who and where, menu, large type. What it looks like is base.html."""

from registry.kernel.static import large_type
from registry.kernel.templates import Frame, Link
from registry.kernel.web import AnyRequest

OPERATOR = "本机操作员"
"""The role shown while there is no login and the server answers only this machine."""


def frame(request: AnyRequest, *crumbs: Link, place: str = "", notice: str = "", section: str = "") -> Frame:
    """`crumbs` lead from the township down; menu and default place are `menu` and `place` of app.state.

    `section`: the menu entry the page belongs to, where its path does not say so.
    """
    state = request.app.state
    return Frame(
        place=place or state.get("place", ""),
        role=OPERATOR,
        menu=tuple(state.get("menu", ())),
        crumbs=crumbs,
        path=request.url.path,
        query=request.url.query,
        notice=notice,
        large=large_type(request),
        section=section,
    )
