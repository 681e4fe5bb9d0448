"""Which passwords are accepted, and how they are stored. No database."""

import asyncio
import threading
from datetime import timedelta
from typing import get_args

import pytest
from argon2 import PasswordHasher

from registry import settings as environment
from registry.access import passwords, secrets
from registry.kernel.http.callers import ROLES
from registry.settings import PasswordRules, RoleName, SettingsError
from tests.serving import NOW


def codes(text: str, rules: PasswordRules, username: str = "shifan") -> list[str]:
    return [fault.code.partition(".")[2] for fault in passwords.faults(text, username, rules)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("correct-horse-battery", []),
        ("我家的辣椒今年收成很好啊", []),
        ("short", ["short"]),
        ("x" * 129, ["long", "common"]),
        ("shifan", ["short", "username"]),
        ("shifan-chili-1", []),
        ("password1234", ["common"]),
        ("Password@123", ["common"]),
        ("passwordpassword", ["common"]),
        ("qwertyuiopas", ["common"]),
        ("987654321098", ["common"]),
        ("aaaaaaaaaaaa", ["common"]),
        ("abababababab", ["common"]),
        ("woaini1314520", ["common"]),
    ],
)
def test_length_is_what_counts_by_default(text: str, found: list[str]) -> None:
    assert codes(text, "asvs") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Chili-2022", []),
        ("chili2022x", ["kinds"]),
        ("Ch-2", ["short"]),
        ("Xshifan-9", ["username"]),
        ("shifan", ["short", "kinds", "username"]),
        ("Admin@123", ["common"]),
        ("辣椒Chili", ["short"]),
        ("辣椒辣椒Chili", []),
    ],
)
def test_kinds_and_names_are_what_counts_under_the_other_rules(text: str, found: list[str]) -> None:
    assert codes(text, "dengbao") == found


def test_a_fault_says_what_to_do_and_where() -> None:
    (fault,) = passwords.faults("short", "", "asvs", "/new_password")
    assert fault.pointer == "/new_password"
    assert fault.message == "密码至少 12 个字符，请再长一些"
    assert "short" not in fault.message + fault.english


def test_first_passwords_pass_every_rule_and_differ() -> None:
    made = {passwords.random_password() for _ in range(200)}
    assert len(made) == 200
    for text in made:
        assert codes(text, "asvs") == codes(text, "dengbao") == []
        assert len(text) == 19
        assert not set(text) & set("0O1lIo")


def test_only_the_strict_rules_let_a_password_grow_old() -> None:
    assert passwords.expired("dengbao", NOW - timedelta(days=90), NOW)
    assert not passwords.expired("dengbao", NOW - timedelta(days=89, hours=23), NOW)
    assert not passwords.expired("asvs", NOW - timedelta(days=9000), NOW)


async def test_what_is_stored_opens_with_its_password_only() -> None:
    stored = await passwords.hashed("示例-correct-1")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.fits(stored, "示例-correct-1")
    assert await passwords.fits(stored, "示例－ｃｏｒｒｅｃｔ－１ ")
    assert not await passwords.fits(stored, "示例-correct-2")
    assert await passwords.hashed("示例-correct-1") != stored


@pytest.mark.parametrize("stored", [passwords.DUMMY, "", "x", "$argon2id$v=19$broken"])
async def test_nothing_opens_what_is_no_hash(stored: str) -> None:
    assert not await passwords.fits(stored, "correct-horse-battery")


def test_hashes_of_other_parameters_are_made_anew() -> None:
    assert not passwords.outdated(passwords.DUMMY)
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


async def test_two_hashes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = [], [0], threading.Event()

    def slow(text: str) -> str:
        running.append(text)
        most[0] = max(most[0], len(running))
        lock.wait(0.02)
        running.remove(text)
        return text

    monkeypatch.setattr(passwords, "_hash", slow)
    done = await asyncio.gather(*(passwords.hashed(str(number)) for number in range(8)))
    assert done == [str(number) for number in range(8)]
    assert most == [2]


def test_tokens_are_long_and_stand_as_digests() -> None:
    text, stored = secrets.new_token("cel_")
    assert text.startswith("cel_")
    assert len(text) >= 4 + 43
    assert stored == secrets.digest(text)
    assert secrets.new_token()[0] != secrets.new_token()[0]
    assert len(secrets.digest("\ud800")) == 32


def test_settings_know_the_roles() -> None:
    assert tuple(ROLES) == get_args(RoleName)


def test_a_deployment_says_which_rules_and_whose_codes() -> None:
    found = environment.load(
        {"REGISTRY_PASSWORD_RULES": "Dengbao", "REGISTRY_TOTP_ROLES": "admin, County,admin"}
    )
    assert (found.password_rules, found.totp_roles) == ("dengbao", ("admin", "county"))
    assert environment.load({}).password_rules == "asvs"
    with pytest.raises(SettingsError) as refused:
        environment.load({"REGISTRY_PASSWORD_RULES": "none", "REGISTRY_TOTP_ROLES": "admin,chief"})
    assert len(refused.value.faults) == 2
    assert refused.value.faults[0].endswith("must be one of asvs, dengbao, not 'none'")
    assert refused.value.faults[1].endswith("auditor, admin, not 'chief'")
