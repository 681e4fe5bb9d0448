"""The file of master keys: made once, replaced whole, readable by its owner only. What the keys are for is
vault.py."""

import base64
import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

MASTER: Final = 32
SuiteName: TypeAlias = Literal["aes", "sm4"]


class KeyFileError(Exception):
    """The key file is missing, broken or readable by others; the message has what to do."""


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Masters of 32 bytes by version. suites: the algorithms of a version, AES and SHA-256 if not named."""

    current: int
    keys: Mapping[int, bytes]
    suites: Mapping[int, SuiteName] = {}

    def __post_init__(self) -> None:
        if self.current not in self.keys or not self.suites.keys() <= self.keys.keys():
            raise ValueError("a version is named that has no key")
        if any(len(master) != MASTER for master in self.keys.values()):
            raise ValueError(f"every key has {MASTER} bytes")
        if any(version < 1 for version in self.keys):
            raise ValueError("versions count from 1")


def fresh(suite: SuiteName = "aes") -> Keys:
    """A first version with a random master."""
    return Keys(current=1, keys={1: os.urandom(MASTER)}, suites=_named(1, suite))


def prepared(keys: Keys, suite: SuiteName = "aes") -> Keys:
    """The keys with one more version that is not used yet; as they are if there is such a one already."""
    version = max(keys.keys) + 1
    if version > keys.current + 1:
        return keys
    return Keys(
        current=keys.current,
        keys={**keys.keys, version: os.urandom(MASTER)},
        suites={**keys.suites, **_named(version, suite)},
    )


def added(keys: Keys, suite: SuiteName = "aes") -> Keys:
    """The keys with the prepared version, or else one more, as the current one from now on."""
    wider = prepared(keys, suite)
    return Keys(current=max(wider.keys), keys=wider.keys, suites=wider.suites)


def former(keys: Keys) -> list[int]:
    """The versions before the current one."""
    return sorted(version for version in keys.keys if version < keys.current)


def without_former(keys: Keys) -> Keys:
    """The keys without the versions before the current one."""
    gone = former(keys)
    return Keys(
        current=keys.current,
        keys={version: master for version, master in keys.keys.items() if version not in gone},
        suites={version: suite for version, suite in keys.suites.items() if version not in gone},
    )


def _named(version: int, suite: SuiteName) -> dict[int, SuiteName]:
    return {} if suite == "aes" else {version: suite}


def read(path: Path) -> Keys:
    """What the file holds; KeyFileError if it is missing, broken or readable by others."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read()
    except FileNotFoundError as fault:
        raise KeyFileError(
            f"the key file {path} is missing: restore it from its backup, or make a first one "
            f"with `registry keys new {path}`"
        ) from fault
    except OSError as fault:
        raise KeyFileError(f"the key file {path} cannot be read: {fault.strerror}") from fault
    if mode & 0o077:
        raise KeyFileError(f"the key file {path} is open to others: chmod 600 {path}")
    try:
        return msgspec.json.decode(text, type=Keys, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise KeyFileError(f"the key file {path} is broken: restore it from its backup") from fault


def create(path: Path, suite: SuiteName = "aes") -> Keys:
    """A new file with a first version; KeyFileError if there is one already, which is never overwritten."""
    with changing(path):
        if path.exists():
            raise KeyFileError(f"{path} is there already: a key file is never overwritten")
        keys = fresh(suite)
        write(path, keys)
    return keys


def ensure(path: Path) -> None:
    """Makes the file if there is none: for the embedded database and the demo."""
    with changing(path):
        if not path.exists():
            write(path, fresh())


def write(path: Path, keys: Keys) -> None:
    """Replaces the file atomically: after a crash at any point the old or the new one is complete.
    The caller holds `changing`."""
    text = msgspec.json.encode(
        {
            "current": keys.current,
            "keys": {
                str(version): base64.b64encode(master).decode() for version, master in keys.keys.items()
            },
            "suites": {str(version): suite for version, suite in keys.suites.items()},
        }
    )
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            _keep_owner(path, handle)
            file.write(msgspec.json.format(text))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_owner(path: Path, handle: int) -> None:
    """A command run as root leaves the file to the user the server runs as."""
    if os.geteuid() == 0 and path.exists():
        found = path.stat()
        os.fchown(handle, found.st_uid, found.st_gid)


def age(path: Path, now: datetime) -> timedelta:
    """How long ago the file was written."""
    return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """One process at a time reads, decides and writes the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
