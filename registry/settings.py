"""Everything the environment decides, parsed once into one frozen Struct. Nothing else reads it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

T = TypeVar("T")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """All faults of the environment at once, one a line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds. Without database_url the embedded PostgreSQL in data_dir is used."""

    database_url: str | None = None
    database_owner_url: str | None = None
    data_dir: Path
    keys_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    pool_size: int = 10
    connect_timeout: float = 5.0
    statement_timeout: float = 15.0
    command_timeout: float = 20.0
    migrate_lock_timeout: float = 30.0
    migrate_statement_timeout: float = 900.0

    @property
    def keys_path(self) -> Path:
        """The file of the keys personal numbers are encrypted with."""
        return self.keys_file or self.data_dir / "keys.json"


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads DATABASE_URL, DATABASE_OWNER_URL and REGISTRY_*, each also as NAME_FILE. Raises SettingsError."""
    faults: list[str] = []

    def read(name: str, parse: Callable[[str], T], default: T) -> T:
        try:
            text = _text(environment, name)
            return default if text is None else parse(text)
        except (ValueError, OSError) as error:
            faults.append(f"{name}: {error}")
            return default

    standard = Settings(data_dir=_default_data_dir(environment))
    settings = Settings(
        database_url=read("DATABASE_URL", _postgres_url, None),
        database_owner_url=read("DATABASE_OWNER_URL", _postgres_url, None),
        data_dir=read("REGISTRY_DATA_DIR", _folder, standard.data_dir),
        keys_file=read("REGISTRY_KEYS_FILE", _folder, None),
        host=read("REGISTRY_HOST", str, standard.host),
        port=read("REGISTRY_PORT", lambda text: _integer(text, 0, 65535), standard.port),
        log_level=read("REGISTRY_LOG_LEVEL", _log_level, standard.log_level),
        pool_size=read("REGISTRY_POOL_SIZE", lambda text: _integer(text, 1, 500), standard.pool_size),
        connect_timeout=read("REGISTRY_CONNECT_TIMEOUT", _seconds, standard.connect_timeout),
        statement_timeout=read("REGISTRY_STATEMENT_TIMEOUT", _seconds, standard.statement_timeout),
        command_timeout=read("REGISTRY_COMMAND_TIMEOUT", _seconds, standard.command_timeout),
        migrate_lock_timeout=read("REGISTRY_MIGRATE_LOCK_TIMEOUT", _seconds, standard.migrate_lock_timeout),
        migrate_statement_timeout=read(
            "REGISTRY_MIGRATE_STATEMENT_TIMEOUT", _seconds, standard.migrate_statement_timeout
        ),
    )
    if settings.database_owner_url and not settings.database_url:
        faults.append("DATABASE_OWNER_URL without DATABASE_URL: set both, or none for the embedded database")
    if settings.command_timeout < settings.statement_timeout:
        faults.append("REGISTRY_COMMAND_TIMEOUT must not be below REGISTRY_STATEMENT_TIMEOUT")
    if faults:
        raise SettingsError(faults)
    return settings


def _text(environment: Mapping[str, str], name: str) -> str | None:
    """A variable's text, or that of the file NAME_FILE names; an empty one counts as not set."""
    plain, path = environment.get(name, "").strip(), environment.get(f"{name}_FILE", "").strip()
    if plain and path:
        raise ValueError(f"set either {name} or {name}_FILE, not both")
    if path:
        plain = Path(path).read_text("utf-8").strip()
        if not plain:
            raise ValueError(f"the file {path} is empty")
    return plain or None


def _default_data_dir(environment: Mapping[str, str]) -> Path:
    """The embedded server runs as another user when started by root, which cannot reach into root's home."""
    if os.geteuid() == 0:
        return Path("/var/lib/registry")
    home = environment.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    return Path(home) / "registry"


def _postgres_url(text: str) -> str:
    if urlsplit(text).scheme not in ("postgresql", "postgres"):
        raise ValueError("must look like postgresql://user:password@host:5432/database")
    return text


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _integer(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"must be a whole number from {least} to {most}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 86400:
        raise ValueError("must be a number of seconds above 0 and at most 86400")
    return seconds


def _log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.upper()
