"""Encryption of single values, keyed look-ups, and the key file."""

import multiprocessing
import os
import stat
from pathlib import Path

import msgspec
import pytest

from registry.kernel.crypto import keyfile
from registry.kernel.crypto.keyfile import KeyFileError, Keys, SuiteName
from registry.kernel.crypto.vault import Sealed, Unreadable, Vault

CONTEXT = "person_identifier.ciphertext/1/phone"
KNOWN_SEALED = "8ba94af581a2af2057b3ecdada59b36f8ec5b771f4a450347d343c298b76e11e97b90995acdb60"
KNOWN_LOOKUP = "9f8e2c4c8c9bb4a6140070427f4a596ed3a42a2a85f27a09b3b833abb51de379"


def vault(*versions: int, current: int | None = None, suite: SuiteName = "aes") -> Vault:
    keys = {number: bytes([number]) * 32 for number in versions or (1,)}
    suites = {} if suite == "aes" else dict.fromkeys(keys, suite)
    return Vault(Keys(current=current or max(keys), keys=keys, suites=suites))


@pytest.mark.parametrize("suite", ["aes", "sm4"])
def test_what_is_sealed_opens_again_and_never_looks_the_same(suite: SuiteName) -> None:
    one = vault(suite=suite)
    first, second = one.seal("示范13800005678", CONTEXT), one.seal("示范13800005678", CONTEXT)
    assert first.ciphertext != second.ciphertext
    assert one.open(first, CONTEXT) == one.open(second, CONTEXT) == "示范13800005678"
    assert b"13800005678" not in first.ciphertext


def test_known_answers_stay_readable() -> None:
    """A change of derivation or format would make every stored number unreadable."""
    stored = bytes.fromhex(KNOWN_SEALED)
    assert vault().open(Sealed(ciphertext=stored, key_version=1), CONTEXT) == "13800005678"
    assert vault().lookup("phone", "13800005678", 1).hex() == KNOWN_LOOKUP


@pytest.mark.parametrize("suite", ["aes", "sm4"])
def test_moved_or_altered_values_do_not_open(suite: SuiteName) -> None:
    one = vault(1, 2, current=1, suite=suite)
    sealed = one.seal("13800005678", CONTEXT)
    for broken, context in (
        (sealed, "person_identifier.ciphertext/2/phone"),
        (msgspec.structs.replace(sealed, key_version=2), CONTEXT),
        (msgspec.structs.replace(sealed, key_version=9), CONTEXT),
        (msgspec.structs.replace(sealed, ciphertext=b""), CONTEXT),
        (msgspec.structs.replace(sealed, ciphertext=sealed.ciphertext[:-1]), CONTEXT),
        *(
            (msgspec.structs.replace(sealed, ciphertext=_flipped(sealed.ciphertext, at)), CONTEXT)
            for at in range(len(sealed.ciphertext))
        ),
    ):
        with pytest.raises(Unreadable) as caught:
            one.open(broken, context)
        assert "13800005678" not in str(caught.value)


def _flipped(text: bytes, at: int) -> bytes:
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]


def test_lookups_differ_by_kind_version_and_suite() -> None:
    both, other = vault(1, 2), vault(1, 2, suite="sm4")
    found = {
        *both.lookups("phone", "13800005678"),
        *both.lookups("bank_account", "13800005678"),
        *both.lookups("phone", "13800005679"),
        *other.lookups("phone", "13800005678"),
    }
    assert len(found) == 8
    assert both.lookups("phone", "1")[0] == both.lookup("phone", "1", both.current)


def test_old_versions_are_read_and_the_current_one_is_written() -> None:
    old, new = vault(1), vault(1, 2)
    sealed = old.seal("示范", CONTEXT)
    assert new.open(sealed, CONTEXT) == "示范"
    assert new.seal("示范", CONTEXT).key_version == 2
    assert new.versions == (2, 1)


def test_a_key_file_is_private_whole_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    made = keyfile.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keyfile.read(path) == made
    with pytest.raises(KeyFileError, match="never overwritten"):
        keyfile.create(path)
    keyfile.ensure(path)
    assert keyfile.read(path) == made
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keyfile.read(path)


def test_a_command_of_root_leaves_the_file_to_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, given = tmp_path / "keys.json", []
    keyfile.create(path)
    found = path.stat()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda _, user, group: given.append((user, group)))
    keyfile.write(path, keyfile.added(keyfile.read(path)))
    assert given == [(found.st_uid, found.st_gid)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"current": 1, "keys": {}}',
        '{"current": 1, "keys": {"1": "c2hvcnQ="}}',
        '{"current": 1, "keys": {"0": "' + "A" * 43 + '="}}',
        '{"current": 2, "keys": {"1": "' + "A" * 43 + '="}}',
        '{"current": 1, "keys": {"1": "' + "A" * 43 + '="}, "suites": {"1": "rot13"}}',
    ],
)
def test_a_broken_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="broken"):
        keyfile.read(path)
    with pytest.raises(KeyFileError, match="missing"):
        keyfile.read(tmp_path / "none.json")


def test_a_running_vault_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keyfile.create(path)
    running, other = Vault.load(path), Vault.load(path)
    before = running.seal("示范", CONTEXT)
    keyfile.write(path, keyfile.added(keyfile.read(path), "sm4"))
    after = other.seal("示范", CONTEXT)
    assert (before.key_version, after.key_version, running.current) == (1, 2, 2)
    assert running.open(after, CONTEXT) == running.open(before, CONTEXT) == "示范"
    path.write_text("broken")
    assert running.open(after, CONTEXT) == "示范"
    path.unlink()
    assert running.seal("示范", CONTEXT).key_version == 2


def test_dropping_leaves_the_current_version(tmp_path: Path) -> None:
    keys = keyfile.added(keyfile.fresh("sm4"))
    kept = keyfile.without_former(keys)
    assert (kept.current, set(kept.keys), dict(kept.suites)) == (2, {2}, {})
    path = tmp_path / "keys.json"
    keyfile.write(path, kept)
    assert keyfile.read(path) == kept


def test_a_prepared_version_is_read_before_it_is_used() -> None:
    keys = keyfile.prepared(keyfile.fresh(), "sm4")
    assert (keys.current, set(keys.keys)) == (1, {1, 2})
    assert keyfile.prepared(keys) == keys
    assert keyfile.without_former(keys) == keys
    used = keyfile.added(keys)
    assert (used.current, used.keys) == (2, keys.keys)
    sealed = Vault(used).seal("示范", CONTEXT)
    assert Vault(keys).open(sealed, CONTEXT) == "示范"
    assert Vault(used).lookups("phone", "1")[0] in Vault(keys).lookups("phone", "1")


def _make(path: Path) -> None:
    keyfile.ensure(path)
    os._exit(0 if keyfile.read(path).current == 1 else 1)


def test_two_processes_make_one_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    spawn = multiprocessing.get_context("fork")
    both = [spawn.Process(target=_make, args=(path,)) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0] * 4
