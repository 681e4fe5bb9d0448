"""Where a request comes from: client address, encryption, host name. What is refused is `request_limits.py`.

Only the settings decide whom to believe. A forwarding header counts when a proxy named there sent it.
"""

import ipaddress
import re
from typing import Final, TypeAlias

import msgspec
from litestar.types import HTTPScope, Scope

from registry.settings import Settings

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
HOPS: Final = 20
"""Forwarding proxies followed at most."""
ADDRESS_LENGTH: Final = 64
_HOST: Final = re.compile(r"\[([0-9a-f:.]{2,45})\](:[0-9]{1,5})?|([a-z0-9._-]{1,253})(:[0-9]{1,5})?")


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One request as received. address: the client's, "" if unknown. host: the Host
    header, "" if absent or repeated. known: whether that is a name of this service. internal:
    this machine or a trusted network asks for itself, not for somebody else."""

    address: str
    https: bool
    host: str
    known: bool
    internal: bool


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the service believes and which names are its own."""

    hosts: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> "Edge":
        networks = tuple(ipaddress.ip_network(text) for text in settings.trusted_proxies)
        return cls(hosts=frozenset(map(plain, settings.hosts)), proxies=networks)

    def arrival(self, scope: HTTPScope) -> Arrival:
        """Reads the forwarding headers, trusting only those of a trusted proxy."""
        peer = scope["client"][0] if scope["client"] else ""
        trusted = self.trusts(peer)
        told = trusted and _last(headers(scope, b"x-forwarded-proto")) == "https"
        hosts = headers(scope, b"host")
        host = hosts[0].lower() if len(hosts) == 1 else ""
        forwarded = [*headers(scope, b"x-forwarded-for"), *headers(scope, b"forwarded")]
        return Arrival(
            address=self._client(peer, headers(scope, b"x-forwarded-for")) if trusted else plain(peer),
            https=scope["scheme"] == "https" or told,
            host=host,
            known=self._is_own(plain(host_name(host)), peer),
            internal=(trusted or is_loopback(peer)) and not forwarded,
        )

    def trusts(self, text: str) -> bool:
        """Whether an address is that of a proxy the settings name."""
        address = parsed(text)
        return address is not None and any(address in network for network in self.proxies)

    def _client(self, peer: str, sent: list[str]) -> str:
        """The right-most address that is not a trusted proxy's: anything left of it the client may have
        written. If an entry is not an address, the last proxy before it counts."""
        found = peer
        for text in reversed(",".join(sent).rsplit(",", HOPS)):
            address = parsed(_without_port(text.strip()))
            if address is None:
                break
            found = str(address)
            if not self.trusts(found):
                break
        return plain(found)

    def _is_own(self, name: str, peer: str) -> bool:
        """Loopback names mean this machine, so only this machine may use them once there are others."""
        return name in self.hosts or (is_loopback(name) and (not self.hosts or is_loopback(peer)))


def headers(scope: Scope, name: bytes) -> list[str]:
    """Every value sent under a header's name."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def header(scope: Scope, name: bytes) -> str:
    """A request header as text, "" if it was not sent."""
    return next(iter(headers(scope, name)), "")


def host_name(host: str) -> str:
    """The name in a Host header (lower case) without its port; "" if it is invalid."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[3]) if found else ""


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = parsed(name)
    return address is not None and address.is_loopback


def parsed(text: str) -> Address | None:
    """An address; one of IPv4 written as IPv6 (::ffff:…) is that of IPv4. None if it is not an address."""
    try:
        address = ipaddress.ip_address(text[:ADDRESS_LENGTH])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def plain(text: str) -> str:
    """An address in its one spelling; anything else as it is."""
    return str(parsed(text) or text)


def subscriber(text: str) -> str:
    """Of an address what one client has: of IPv6 a whole /64, in which it may take another with each try."""
    address = parsed(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return text


def _without_port(text: str) -> str:
    """Some proxies write 192.0.2.1:4711 or [2001:db8::1]:4711."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _last(values: list[str]) -> str:
    """What the nearest proxy added."""
    return values[-1].rpartition(",")[2].strip().lower() if values else ""
