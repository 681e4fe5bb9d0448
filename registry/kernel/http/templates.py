"""The Jinja environment of all pages and the frame around them. Formats are formats.py."""

from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.loaders import BaseLoader, ChoiceLoader
from jinja2.utils import missing

from registry.kernel.db.transactions import Scope
from registry.kernel.http import assets
from registry.kernel.http.callers import MAY, Role
from registry.kernel.text import formats

PRODUCT = "村企联结登记"


class Link(msgspec.Struct, frozen=True):
    """Where to go; without an address only its label is shown."""

    label: str
    href: str


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The page around the content: the user's place and role, the menu, the breadcrumb."""

    place: str = ""
    role: str = ""
    menu: tuple[Link, ...] = ()
    crumbs: tuple[Link, ...] = ()
    path: str = "/"
    query: str = ""
    notice: str = ""
    large: bool = False
    section: str = ""
    """The menu entry the page belongs to where its path does not imply it."""
    acts_as: Role | None = None
    read: Scope = Scope.EMPTY
    area: str = ""
    """The area of the caller's grant."""
    user: str = ""
    several: bool = False
    """Whether the user has further grants to change to."""
    csrf: str = ""
    """What every form that changes something carries; "" without a session."""

    def may(self, what: str) -> bool:
        """Whether the caller's role does this (`kernel.http.callers.MAY`): what a page offers."""
        return self.acts_as in MAY[what]

    def reaches(self, code: str) -> bool:
        """Whether the caller sees all of a division or area, so that a link to its page leads somewhere."""
        if not self.may("see_places"):
            return False
        if not code.isdecimal():
            return code == self.area
        subtree = Scope.of_division(code)
        return self.read.holds(subtree.first, subtree.last)

    @property
    def here(self) -> str:
        """The page's own address, with its query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def current(self, href: str) -> bool:
        """Whether `href` is the menu entry the page belongs to: the longest entry that begins its path."""
        matching = [link.href for link in self.menu if _below(self.section or self.path, link.href)]
        return bool(matching) and href == max(matching, key=len)


class _Strict(Undefined):
    """A field no Struct has, and a missing variable that is printed, are mistakes of the template.

    Tests for truth and missing keys of plain mappings stay allowed: the form macros are built on them.
    """

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any
    ) -> None:
        super().__init__(hint, obj, name, *rest)
        if isinstance(obj, msgspec.Struct):
            raise AttributeError(f"{type(obj).__name__} has no field {name!r}")

    def __str__(self) -> str:
        if self._undefined_obj is missing:
            self._fail_with_undefined_error()
        return ""


@cache
def environment() -> Environment:
    """One environment for the process, from the wheel's or the checkout's templates."""
    made = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=_Strict,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(formats.FILTERS)
    made.globals.update(asset=assets.url, product=PRODUCT, span=formats.span, frame=Frame())
    return made


def render(name: str, context: msgspec.Struct, frame: Frame | None = None) -> str:
    """A page or fragment from its typed context: each field of the Struct is a variable, beside `frame`."""
    return environment().get_template(name).render(msgspec.structs.asdict(context), frame=frame or Frame())


def _loader() -> BaseLoader:
    own = FileSystemLoader(assets.packed("templates"))
    return ChoiceLoader([own, PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])


def _below(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))
