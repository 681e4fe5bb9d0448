"""What a feature brings to the application: stated in its `feature.py`, listed in `registry/features.py`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import get_args

import msgspec
from litestar.types import ControllerRouterHandler

from registry.kernel.http.callers import Role
from registry.kernel.http.templates import Link
from registry.kernel.imports import ImportKind
from registry.kernel.work import Job, Work


class MenuEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the main menu of these roles; entries are ordered by `place`."""

    label: str
    href: str
    roles: tuple[Role, ...]
    place: int


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a register, for the list of all. write: who changes it."""

    title: str
    lede: str
    href: str
    write: tuple[Role, ...]


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """routers: its pages and routes. menu: where people begin. jobs: what each kind of its jobs does.
    imports: the kinds of tables it takes. registers: those with pages."""

    routers: tuple[ControllerRouterHandler, ...]
    menu: tuple[MenuEntry, ...] = ()
    jobs: Mapping[str, Callable[[Work, Job], Awaitable[None]]] = {}
    imports: tuple[ImportKind, ...] = ()
    registers: tuple[RegisterEntry, ...] = ()


def menus(features: Iterable[Feature]) -> dict[Role, tuple[Link, ...]]:
    """The main menu of each role."""
    entries = sorted((entry for one in features for entry in one.menu), key=lambda entry: entry.place)
    return {
        role: tuple(Link(one.label, one.href) for one in entries if role in one.roles)
        for role in get_args(Role)
    }
