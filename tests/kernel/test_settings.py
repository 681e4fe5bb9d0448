"""The environment, all its faults at once."""

import os
from pathlib import Path

import pytest

from registry import settings
from registry.settings import SettingsError


def test_nothing_set_means_the_embedded_database_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings.load({})
    assert (found.database_url, found.database_owner_url) == (None, None)
    assert (found.host, found.port, found.log_level) == ("127.0.0.1", 8000, "INFO")


@pytest.mark.parametrize(
    ("uid", "environment", "folder"),
    [(0, {}, "/var/lib/registry"), (1000, {"XDG_DATA_HOME": "/data"}, "/data/registry")],
)
def test_the_data_folder_is_one_the_server_can_reach(
    monkeypatch: pytest.MonkeyPatch, uid: int, environment: dict[str, str], folder: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert settings.load(environment).data_dir == Path(folder)


def test_everything_can_be_set(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://registry_app:secret@db/registry\n", "utf-8")
    found = settings.load(
        {
            "DATABASE_URL_FILE": str(secret),
            "DATABASE_OWNER_URL": "postgres://registry_owner@db/registry",
            "REGISTRY_DATA_DIR": "~/data",
            "REGISTRY_HOST": "::1",
            "REGISTRY_PORT": "0",
            "REGISTRY_LOG_LEVEL": "debug",
            "REGISTRY_POOL_SIZE": "4",
            "REGISTRY_STATEMENT_TIMEOUT": "2.5",
        }
    )
    assert found.database_url == "postgresql://registry_app:secret@db/registry"
    assert found.data_dir.is_absolute()
    assert (found.port, found.log_level, found.pool_size, found.statement_timeout) == (0, "DEBUG", 4, 2.5)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        settings.load(
            {
                "DATABASE_URL": "mysql://x",
                "DATABASE_OWNER_URL_FILE": str(empty),
                "REGISTRY_HOST": "a",
                "REGISTRY_HOST_FILE": "b",
                "REGISTRY_DATA_DIR_FILE": str(tmp_path / "missing"),
                "REGISTRY_PORT": "65536",
                "REGISTRY_LOG_LEVEL": "loud",
                "REGISTRY_POOL_SIZE": "٣",
                "REGISTRY_CONNECT_TIMEOUT": "soon",
                "REGISTRY_COMMAND_TIMEOUT": "nan",
                "REGISTRY_STATEMENT_TIMEOUT": "0",
            }
        )
    named = {fault.partition(":")[0] for fault in caught.value.faults}
    assert named == {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REGISTRY_HOST",
        "REGISTRY_DATA_DIR",
        "REGISTRY_PORT",
        "REGISTRY_LOG_LEVEL",
        "REGISTRY_POOL_SIZE",
        "REGISTRY_CONNECT_TIMEOUT",
        "REGISTRY_COMMAND_TIMEOUT",
        "REGISTRY_STATEMENT_TIMEOUT",
    }
    assert "REGISTRY_PORT: must be a whole number" in str(caught.value)


def test_settings_that_contradict_each_other() -> None:
    with pytest.raises(SettingsError) as caught:
        settings.load({"DATABASE_OWNER_URL": "postgresql://x/y", "REGISTRY_COMMAND_TIMEOUT": "1"})
    assert len(caught.value.faults) == 2
