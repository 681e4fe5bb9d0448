"""Whether the server on this machine is alive: `python3 -m registry.healthcheck` for a container's health
check."""

import http.client
import os
import ssl
import sys
from collections.abc import Mapping

from registry import settings as environment
from registry.settings import Settings

SECONDS = 4.0
HERE: Mapping[str, str] = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not bound


def answers(settings: Settings) -> bool:
    """Whether /healthz is answered with 200."""
    host = settings.host.strip("[]")
    name = settings.hosts[0] if settings.hosts else "localhost"
    connection = _connection(HERE.get(host, host), settings)
    try:
        connection.request("GET", "/healthz", headers={"host": f"[{name}]" if ":" in name else name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(host: str, settings: Settings) -> http.client.HTTPConnection:
    """The certificate names the outside, so it is not checked on the way to this machine itself."""
    if settings.tls_cert is None:
        return http.client.HTTPConnection(host, settings.port, timeout=SECONDS)
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, settings.port, timeout=SECONDS, context=unchecked)


def main(variables: Mapping[str, str] = os.environ) -> int:
    """0 if the server these variables describe answers, else 1."""
    return 0 if answers(environment.load(variables)) else 1


if __name__ == "__main__":
    sys.exit(main())
