"""What the environment says about names, proxies and TLS."""

from pathlib import Path

import pytest

from registry import settings
from registry.settings import SettingsError


def test_names_proxies_and_tls(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("x", "utf-8")
    found = settings.load(
        {
            "REGISTRY_HOSTS": "Registry.Example, 192.0.2.10,[2001:db8::10]",
            "REGISTRY_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/24, 2001:db8::/64",
            "REGISTRY_TLS_CERT": str(tmp_path / "cert.pem"),
            "REGISTRY_TLS_KEY": str(tmp_path / "key.pem"),
            "REGISTRY_PLAIN_HTTP": "YES",
        }
    )
    assert found.hosts == ("registry.example", "192.0.2.10", "2001:db8::10")
    assert found.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/24", "2001:db8::/64")
    assert (found.tls_cert, found.tls_key) == (tmp_path / "cert.pem", tmp_path / "key.pem")
    assert found.plain_http


def test_the_default_is_this_machine_only() -> None:
    found = settings.load({"REGISTRY_PLAIN_HTTP": "no"})
    assert (found.hosts, found.trusted_proxies, found.tls_cert, found.plain_http) == ((), (), None, False)


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("REGISTRY_HOSTS", "https://registry.example", "without https://"),
        ("REGISTRY_HOSTS", "registry.example:8443", "and port"),
        ("REGISTRY_HOSTS", "*", "no host name"),
        ("REGISTRY_HOSTS", "-a.example", "no host name"),
        ("REGISTRY_TRUSTED_PROXIES", "proxy.example", "proxy.example"),
        ("REGISTRY_TRUSTED_PROXIES", "10.0.0.1/8", "host bits"),
        ("REGISTRY_TRUSTED_PROXIES", "0.0.0.0/0", "every address"),
        ("REGISTRY_TRUSTED_PROXIES", "::/0", "every address"),
        ("REGISTRY_PLAIN_HTTP", "1", "yes or no"),
        ("REGISTRY_TLS_CERT", "/nowhere/cert.pem", "No such file"),
    ],
)
def test_faults_say_what_is_wrong(name: str, text: str, word: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings.load({name: text})
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith(f"{name}: ")
    assert word in caught.value.faults[0]


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("x", "utf-8")
    with pytest.raises(SettingsError) as caught:
        settings.load({"REGISTRY_TLS_CERT": str(tmp_path / "cert.pem")})
    assert "set both" in str(caught.value)
