"""Everything the environment decides, parsed once into one frozen Struct. Nothing else reads it."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
PasswordRules = Literal["asvs", "dengbao"]
RoleName = Literal["cadre", "clerk", "county", "partner", "auditor", "admin"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Seconds = Annotated[float, Meta(gt=0, le=86400)]


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
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    plain_http: bool = False
    password_rules: PasswordRules = "asvs"  # noqa: S105 - the name of a set of rules
    totp_roles: tuple[RoleName, ...] = ()
    session_idle_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    session_hours: Annotated[int, Meta(ge=1, le=168)] = 12
    token_rate: Annotated[int, Meta(ge=1, le=100_000)] = 600
    log_level: LogLevel = "INFO"
    pool_size: Annotated[int, Meta(ge=1, le=500)] = 10
    connect_timeout: Seconds = 5.0
    statement_timeout: Seconds = 15.0
    command_timeout: Seconds = 20.0
    migrate_lock_timeout: Seconds = 30.0
    migrate_statement_timeout: Seconds = 900.0

    @property
    def keys_path(self) -> Path:
        """The file of the keys personal numbers are encrypted with."""
        return self.keys_file or self.data_dir / "keys.json"


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads DATABASE_URL, DATABASE_OWNER_URL and REGISTRY_*, each also as NAME_FILE. Raises SettingsError."""
    faults: list[str] = []
    values: dict[str, Any] = {"data_dir": _default_data_dir(environment)}
    for field in msgspec.structs.fields(Settings):
        name = field.name.upper()
        name = name if name.startswith("DATABASE_") else f"REGISTRY_{name}"
        text = None
        try:
            text = _text(environment, name)
            if text is not None:
                read = _READ.get(field.name, str)
                values[field.name] = msgspec.convert(read(text), field.type, strict=False)
        except msgspec.ValidationError:
            faults.append(f"{name}: {_wanted(field.type, str(text))}")
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


def _wanted(kind: Any, text: str) -> str:
    """What a variable of this type may hold, and what it holds instead: of several names the first wrong."""
    bounds = next((one for one in get_args(kind) if isinstance(one, Meta)), None)
    if bounds is not None and kind is Seconds:
        return f"must be a number of seconds above {bounds.gt} and at most {bounds.le}, not {text!r}"
    if bounds is not None:
        return f"must be a whole number from {bounds.ge} to {bounds.le}, not {text!r}"
    choices = get_args(get_args(kind)[0] if get_origin(kind) is tuple else kind)
    known = [choice.lower() for choice in choices]
    wrong = next((part for part in _listed(text) if part.lower() not in known), text)
    return f"must be one of {', '.join(choices)}, not {wrong!r}"


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


def _names(text: str) -> tuple[str, ...]:
    """Names, separated by commas; each once."""
    return tuple(dict.fromkeys(part.lower() for part in _listed(text)))


def _yes_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text.lower() == "yes"


# What reads a variable before its field's type does; what is not set keeps the field's default.
_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "database_url": _postgres_url,
    "database_owner_url": _postgres_url,
    "data_dir": _folder,
    "keys_file": _folder,
    "hosts": _host_names,
    "trusted_proxies": _networks,
    "tls_cert": _readable,
    "tls_key": _readable,
    "plain_http": _yes_no,
    "password_rules": str.lower,
    "totp_roles": _names,
    "log_level": str.upper,
}
