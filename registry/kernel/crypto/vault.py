"""Encrypts personal numbers and makes the keyed hashes they are found by. The keys are in a file
(keyfile.py), never in the database; which columns are encrypted is each feature's."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.kernel.crypto import keyfile
from registry.kernel.crypto.keyfile import Keys, SuiteName
from registry.kernel.errors import DomainError

NONCE: Final = 12
TAG: Final = 16


class Unreadable(DomainError):
    """The key of a stored number is missing, or the row was moved or altered."""

    code = "vault_unreadable"
    status = 500
    title = "A stored number cannot be decrypted"
    detail = "这个号码无法解密：密钥文件里没有它的密钥，或者数据被改动过。请联系系统管理员。"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """nonce + ciphertext + tag, and the version of the key."""

    ciphertext: bytes
    key_version: int


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """A block cipher in GCM with its key length in bytes, and the hash of look-ups and key derivation."""

    cipher: Callable[[bytes], algorithms.AES256 | algorithms.SM4]
    key_bytes: int
    hash: Callable[[], hashes.HashAlgorithm]


SUITES: Final[Mapping[SuiteName, Suite]] = {
    "aes": Suite(cipher=algorithms.AES256, key_bytes=32, hash=hashes.SHA256),
    "sm4": Suite(cipher=algorithms.SM4, key_bytes=16, hash=hashes.SM3),
}
"""sm4: SM4-GCM with SM3 (GM/T 0002, GM/T 0004), where the national algorithms are asked for."""


class _Version:
    """What is derived from one master key: a key to encrypt with and another to look up with."""

    def __init__(self, number: int, master: bytes, suite: Suite) -> None:
        self.number = number
        self.suite = suite
        self.cipher_key = self._derived(master, b"registry cipher", suite.key_bytes)
        self.lookup_key = self._derived(master, b"registry look-up", 32)

    def _derived(self, master: bytes, use: bytes, length: int) -> bytes:
        return HKDF(algorithm=self.suite.hash(), length=length, salt=None, info=use).derive(master)

    def seal(self, plain: str, context: str) -> bytes:
        nonce = os.urandom(NONCE)
        worker = Cipher(self.suite.cipher(self.cipher_key), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(self._bound(context))
        hidden = worker.update(plain.encode()) + worker.finalize()
        return nonce + hidden + worker.tag

    def open(self, sealed: bytes, context: str) -> str:
        """Raises InvalidTag or ValueError."""
        nonce, hidden, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
        worker = Cipher(self.suite.cipher(self.cipher_key), modes.GCM(nonce, tag)).decryptor()
        worker.authenticate_additional_data(self._bound(context))
        return (worker.update(hidden) + worker.finalize()).decode()

    def lookup(self, kind: str, text: str) -> bytes:
        worker = hmac.HMAC(self.lookup_key, self.suite.hash())
        worker.update(f"{kind}\x00{text}".encode())
        return worker.finalize()

    def _bound(self, context: str) -> bytes:
        return f"{context}/{self.number}".encode()


class Vault:
    """All key versions of a deployment. It is always as new as the key file: before each use it
    checks whether the file was replaced, so that a running server follows a rotation."""

    def __init__(self, keys: Keys, path: Path | None = None) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._take(keys)

    @classmethod
    def load(cls, path: Path) -> "Vault":
        """The vault of a key file; KeyFileError if it is unusable."""
        stamp = _stamp(path)
        made = cls(keyfile.read(path), path)
        made._stamp = stamp
        return made

    @property
    def current(self) -> int:
        """The version new values are sealed under."""
        self._follow()
        return self._keys.current

    @property
    def versions(self) -> tuple[int, ...]:
        """All versions it can read, the current one first."""
        self._follow()
        return tuple(version.number for version in self._live())

    def seal(self, plain: str, context: str) -> Sealed:
        """Encrypted under the current version. context: "table.column/row id", so that a value copied to
        another row or column cannot be read there."""
        self._follow()
        version = self._versions[self._keys.current]
        return Sealed(ciphertext=version.seal(plain, context), key_version=version.number)

    def open(self, sealed: Sealed, context: str) -> str:
        """The plain text; Unreadable without its key or if anything was altered."""
        self._follow()
        version = self._versions.get(sealed.key_version)
        if version is None:
            raise Unreadable
        try:
            return version.open(sealed.ciphertext, context)
        except (InvalidTag, ValueError) as fault:
            raise Unreadable from fault

    def lookup(self, kind: str, text: str, key_version: int) -> bytes:
        """The keyed hash to store beside a value sealed under `key_version`. kind: what the text is, so that
        equal texts of two kinds have different hashes."""
        version = self._versions.get(key_version)
        if version is None:
            raise Unreadable
        return version.lookup(kind, text)

    def lookups(self, kind: str, text: str) -> list[bytes]:
        """The keyed hash under every version: what a row may be stored with while keys are rotated."""
        self._follow()
        return [version.lookup(kind, text) for version in self._live()]

    def _live(self) -> list[_Version]:
        return sorted(self._versions.values(), key=lambda one: (one.number != self._keys.current, one.number))

    def _follow(self) -> None:
        """Takes up a replaced file; a file that is gone or broken leaves the keys that are known."""
        if self._path is None or (stamp := _stamp(self._path)) == self._stamp:
            return
        try:
            self._take(keyfile.read(self._path))
        except keyfile.KeyFileError:
            return
        self._stamp = stamp

    def _take(self, keys: Keys) -> None:
        self._keys = keys
        self._versions = {
            number: _Version(number, master, SUITES[keys.suites.get(number, "aes")])
            for number, master in keys.keys.items()
        }


def hexed(content: bytes) -> str:
    """Bytes as PostgreSQL reads them from a text, for set-based statements."""
    return f"\\x{content.hex()}"


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    """What changes when a file is replaced; None for none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
