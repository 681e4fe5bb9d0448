"""Everything the environment decides, parsed once into one frozen Struct. Nothing else reads it."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

import msgspec

_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
PasswordRules = Literal["asvs", "dengbao"]
ROLE_NAMES = ("cadre", "clerk", "county", "partner", "auditor", "admin")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """All faults of the environment at once, one a line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds. Without database_url the embedded PostgreSQL in data_dir is used.

    hosts: the names this service is reached by, lower case, besides the loopback ones. trusted_proxies:
    networks (CIDR) whose forwarding headers are believed. plain_http: others may be served without TLS.
    totp_roles: roles that need a second factor at each login.
    """

    database_url: str | None = None
    database_owner_url: str | None = None
    data_dir: Path
    keys_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    plain_http: bool = False
    password_rules: PasswordRules = "asvs"  # noqa: S105 - the name of a set of rules
    totp_roles: tuple[str, ...] = ()
    session_idle_minutes: int = 30
    session_hours: int = 12
    token_rate: int = 600
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
    values: dict[str, Any] = {"data_dir": _default_data_dir(environment)}
    for field, (name, parse) in _READ.items():
        try:
            text = _text(environment, name)
            if text is not None:
                values[field] = parse(text)
        except (ValueError, OSError) as error:
            faults.append(f"{name}: {error}")
    settings = Settings(**values)
    faults += _contradictions(settings)
    if faults:
        raise SettingsError(faults)
    return settings


def _contradictions(settings: Settings) -> Iterator[str]:
    """What each by itself is right and together is not."""
    if settings.database_owner_url and not settings.database_url:
        yield "DATABASE_OWNER_URL without DATABASE_URL: set both, or none for the embedded database"
    if settings.command_timeout < settings.statement_timeout:
        yield "REGISTRY_COMMAND_TIMEOUT must not be below REGISTRY_STATEMENT_TIMEOUT"
    if (settings.tls_cert is None) != (settings.tls_key is None):
        yield "REGISTRY_TLS_CERT and REGISTRY_TLS_KEY: set both (the chain and its key, PEM), or none"


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


def _readable(text: str) -> Path:
    path = _folder(text)
    with path.open("rb"):
        return path


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _host_names(text: str) -> tuple[str, ...]:
    """Names and addresses without scheme and port; an IPv6 address with or without brackets."""
    names = tuple(part.strip("[]").lower() for part in _listed(text))
    for name in names:
        if not _HOST_NAME.fullmatch(name) and not _is_address(name):
            raise ValueError(f"{name!r} is no host name (separate by commas, without https:// and port)")
    return names


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _networks(text: str) -> tuple[str, ...]:
    """Addresses and networks as CIDR; one that covers every address would let anybody forge theirs."""
    found = [ipaddress.ip_network(part) for part in _listed(text)]
    if any(network.prefixlen == 0 for network in found):
        raise ValueError("must not name every address: name the proxy's own")
    return tuple(str(network) for network in found)


def _password_rules(text: str) -> PasswordRules:
    for rules in get_args(PasswordRules):
        if text.lower() == rules:
            known: PasswordRules = rules
            return known
    raise ValueError(f"must be one of {', '.join(get_args(PasswordRules))}")


def _roles(text: str) -> tuple[str, ...]:
    """Roles, separated by commas; each once."""
    names = tuple(dict.fromkeys(part.lower() for part in _listed(text)))
    unknown = [name for name in names if name not in ROLE_NAMES]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no role: choose among {', '.join(ROLE_NAMES)}")
    return names


def _yes_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text.lower() == "yes"


def _within(least: int, most: int) -> Callable[[str], int]:
    def integer(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return integer


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


# Field -> variable and what reads it; what is not set keeps the field's default.
_READ: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "database_url": ("DATABASE_URL", _postgres_url),
    "database_owner_url": ("DATABASE_OWNER_URL", _postgres_url),
    "data_dir": ("REGISTRY_DATA_DIR", _folder),
    "keys_file": ("REGISTRY_KEYS_FILE", _folder),
    "host": ("REGISTRY_HOST", str),
    "port": ("REGISTRY_PORT", _within(0, 65535)),
    "hosts": ("REGISTRY_HOSTS", _host_names),
    "trusted_proxies": ("REGISTRY_TRUSTED_PROXIES", _networks),
    "tls_cert": ("REGISTRY_TLS_CERT", _readable),
    "tls_key": ("REGISTRY_TLS_KEY", _readable),
    "plain_http": ("REGISTRY_PLAIN_HTTP", _yes_no),
    "password_rules": ("REGISTRY_PASSWORD_RULES", _password_rules),
    "totp_roles": ("REGISTRY_TOTP_ROLES", _roles),
    "session_idle_minutes": ("REGISTRY_SESSION_IDLE_MINUTES", _within(1, 1440)),
    "session_hours": ("REGISTRY_SESSION_HOURS", _within(1, 168)),
    "token_rate": ("REGISTRY_TOKEN_RATE", _within(1, 100000)),
    "log_level": ("REGISTRY_LOG_LEVEL", _log_level),
    "pool_size": ("REGISTRY_POOL_SIZE", _within(1, 500)),
    "connect_timeout": ("REGISTRY_CONNECT_TIMEOUT", _seconds),
    "statement_timeout": ("REGISTRY_STATEMENT_TIMEOUT", _seconds),
    "command_timeout": ("REGISTRY_COMMAND_TIMEOUT", _seconds),
    "migrate_lock_timeout": ("REGISTRY_MIGRATE_LOCK_TIMEOUT", _seconds),
    "migrate_statement_timeout": ("REGISTRY_MIGRATE_STATEMENT_TIMEOUT", _seconds),
}
