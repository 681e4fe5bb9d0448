"""The columns every shared record carries beside its own, and how they change. No statement lives here."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, Union
from uuid import UUID

import msgspec

from registry.kernel.db import constraints
from registry.kernel.errors import Conflict, Invalid, Mistake, NotFound, Stale
from registry.kernel.fill import fill

if TYPE_CHECKING:
    from registry.kernel.work import Act

R = TypeVar("R", bound="Record")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Version, origin and clock of a row (domain.md 6). A Row inherits it and adds its own columns."""

    version: int = 1
    source: str
    source_date: date | None = None
    import_batch_id: UUID | None = None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


def audit_columns(act: "Act", **columns: Any) -> dict[str, Any]:
    """The common columns of a new row, with `columns` beside them."""
    return {
        "source": act.source,
        "import_batch_id": act.import_batch_id,
        "created_at": act.now,
        "created_by": act.actor,
        "updated_at": act.now,
        "updated_by": act.actor,
        **columns,
    }


def new_row(kind: type[R], act: "Act", /, *sources: msgspec.Struct, **columns: Any) -> R:
    """A row created now by this actor, its other columns of the same-named fields of the sources."""
    return fill(kind, *sources, **audit_columns(act), **columns)


def patch_of(new: type[msgspec.Struct], name: str, *, without: Iterable[str], doc: str = "") -> type[Any]:
    """The Patch of an In: its fields but the key, each left out unless it is to be changed."""
    left = set(without)
    fields = [
        (one.name, Union[one.type, msgspec.UnsetType], msgspec.UNSET)  # noqa: UP007 - a type at run time
        for one in msgspec.structs.fields(new)
        if one.name not in left
    ]
    return msgspec.defstruct(
        name,
        fields,
        module=new.__module__,
        namespace={"__doc__": doc} if doc else None,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )


def given_fields(patch: msgspec.Struct) -> dict[str, Any]:
    """The fields of a Patch that the client gave."""
    values = {name: getattr(patch, name) for name in patch.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}


def changed(row: R, act: "Act", changes: Mapping[str, Any]) -> R:
    """The row with `changes` made now by this actor; the same row if they change nothing."""
    if all(getattr(row, name) == value for name, value in changes.items()):
        return row
    stamp = {
        "source": act.source,
        "import_batch_id": act.import_batch_id,
        "updated_at": act.now,
        "updated_by": act.actor,
    }
    return msgspec.structs.replace(row, **{**stamp, **changes})


def next_version(row: R) -> R:
    """The row with the version it has after its guarded update."""
    return msgspec.structs.replace(row, version=row.version + 1)


def require_version(row: Record, version: int | None) -> None:
    """Stale unless the row is the version the client changed (None: whatever it is)."""
    if version is not None and row.version != version:
        raise Stale


async def guarded_update(
    row: R,
    act: "Act",
    changes: Mapping[str, Any],
    version: int | None,
    *,
    write: Callable[[list[R]], Awaitable[object]],
    again: Callable[[], Awaitable[Record]],
    check: Callable[[R], Iterable[Mistake]] = lambda _: (),
) -> R:
    """Stores the row with `changes`; the row itself if they change nothing. `write` returns what it wrote,
    `again` reads the row again, `check` returns mistakes of the whole.

    Stale if the version is not the current one, Invalid, NotFound if the row lies outside the write scope.
    """
    require_version(row, version)
    wanted = changed(row, act, changes)
    mistakes = list(check(wanted))
    if mistakes:
        raise Invalid(mistakes)
    return await write_changed(row, wanted, write=write, again=again)


async def write_changed(
    row: R,
    wanted: R,
    *,
    write: Callable[[list[R]], Awaitable[object]],
    again: Callable[[], Awaitable[Record]],
) -> R:
    """Stores `wanted`, made of the row by `changed`; the row itself if that changed nothing. `write` and
    `again` as for `guarded_update`. Stale, NotFound if the row lies outside the write scope."""
    if wanted is row:
        return row
    if not await write([wanted]):
        require_version(await again(), row.version)
        raise NotFound
    return next_version(wanted)


def why_not_written(before: Record, now: Record) -> Exception:
    """Why a guarded update wrote nothing: a concurrent change, or the row is outside the write scope."""
    return Stale() if now.version != before.version else NotFound()


def already_exists(constraint: str, **extra: Any) -> Conflict:
    """The conflict an `on conflict do nothing` ran into, in the catalogue's words."""
    entry = constraints.describe(constraint)
    error = Conflict(entry.message, code=entry.code, title=entry.title, pointer=entry.pointer)
    error.extra |= extra
    return error
