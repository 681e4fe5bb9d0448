"""Passwords: how they are stored, and which ones a deployment accepts. How often one may try: `limits.py`."""

import asyncio
import secrets
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from registry.kernel.errors import Mistake
from registry.settings import PasswordRules

Rules: TypeAlias = PasswordRules
"""What a deployment asks of passwords: length alone (OWASP ASVS 4.0 V2.1), or kinds of characters and a
change every 90 days (等保, GB/T 22239-2019 8.1.4.1 as auditors read it)."""

LEAST: Final[dict[Rules, int]] = {"asvs": 12, "dengbao": 8}
MOST: Final = 128
CLASSES: Final = 3
LIFETIME: Final = timedelta(days=90)
DUMMY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$PFlgVuiWinu5HfaJvTGG9A$Kx7gTuL00Pli4ydHd7oo3WSnu0icL5A0fvbh24yXvUI"
)
"""Checked for a name nobody has, so that it takes as long as a wrong password. Its password is not known."""

# Kept free of letters and digits that look alike: somebody reads it from a screen or a slip of paper.
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Two at a time, whatever comes in: a hash takes 19 MiB and a core. The others wait here, not in the loop.
_THREADS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
_STEMS: Final = (
    "password", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "1qaz2wsx", "1qaz2wsx3edc", "qazwsxedc", "q1w2e3r4t5", "abcd", "abc", "aa", "admin", "administrator",
    "welcome", "letmein", "iloveyou", "monkey", "dragon", "sunshine", "football", "baseball", "superman",
    "master", "changeme", "secret", "woaini", "woaizhongguo", "mima", "zhongguo", "beijing", "wuhan", "hubei",
    "suizhou", "registry", "test",
)  # fmt: skip
_TAILS: Final = (
    "", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890",
    "1314", "520", "1314520", "5201314", "888", "666", "000", "111", "2020", "2021", "2022", "2023", "2024",
    "2025", "2026",
)  # fmt: skip
_ROWS: Final = ("01234567890123456789012345", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


class InitialPassword(Struct, frozen=True, kw_only=True):
    """A first password in plain text, shown once, and its stored hash."""

    text: str
    hashed: str

    def __repr__(self) -> str:
        return "First()"


def normal(text: str) -> str:
    """A password as it is compared: full-width characters of an input method count as what they look like."""
    return unicodedata.normalize("NFKC", text).strip()


async def hashed(text: str) -> str:
    """The hash to store (argon2id, 19 MiB, two passes); takes some 30 ms in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _hash, text)


async def fits(stored_hash: str, text: str) -> bool:
    """Whether a password belongs to a stored hash. With DUMMY it takes as long and answers False."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, stored_hash, text)


def outdated(stored_hash: str) -> bool:
    """Whether a hash uses outdated parameters and should be renewed at the next successful login."""
    return _HASHER.check_needs_rehash(stored_hash)


def expired(rules: Rules, changed_at: datetime, now: datetime) -> bool:
    """Whether the password is too old to go on with and has to be changed at the next login."""
    return rules == "dengbao" and now - changed_at >= LIFETIME


def faults(text: str, username: str, rules: Rules, pointer: str = "/password") -> list[Mistake]:
    """Everything that is wrong with a new password, each with what to do."""
    return list(_faults(normal(text), username, rules, pointer))


async def first() -> InitialPassword:
    """A random password with its hash."""
    text = random_password()
    return InitialPassword(text=text, hashed=await hashed(text))


def random_password() -> str:
    """A first password of 90 random bits that either rule accepts, in groups of four to be read out."""
    while True:
        text = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        if not faults(text, "", "dengbao") and _kinds(text) == CLASSES + 1:
            return text


def _hash(text: str) -> str:
    return _HASHER.hash(normal(text))


def _verify(stored_hash: str, text: str) -> bool:
    try:
        return _HASHER.verify(stored_hash, normal(text))
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


def _faults(text: str, username: str, rules: Rules, pointer: str) -> Iterator[Mistake]:
    least = LEAST[rules]
    if len(text) < least:
        yield _wrong(
            pointer, "short", f"密码至少 {least} 个字符，请再长一些", f"needs {least} characters or more"
        )
    if len(text) > MOST:
        yield _wrong(pointer, "long", f"密码最多 {MOST} 个字符，请缩短", f"has more than {MOST} characters")
    if rules == "dengbao" and _kinds(text) < CLASSES:
        yield _wrong(
            pointer,
            "kinds",
            "密码要包含大写字母、小写字母、数字、符号中的至少三种",
            "needs three of: capitals, small letters, digits, signs",
        )
    if _names(text.lower(), username, rules):
        yield _wrong(pointer, "username", "密码里不能用您的用户名，请换一个", "must not be the user name")
    if _common(text.lower()):
        yield _wrong(pointer, "common", "这个密码太常见，容易被猜到，请换一个", "is a common one")


def _names(text: str, username: str, rules: Rules) -> bool:
    if not username:
        return False
    return username in text if rules == "dengbao" else text == username


def _kinds(text: str) -> int:
    """How many of the four kinds of characters occur; letters without case (汉字) count as signs."""
    kinds = (str.isupper, str.islower, str.isdecimal)
    found = [any(kind(char) for char in text) for kind in kinds]
    return sum(found) + any(not any(kind(char) for kind in kinds) for char in text)


def _common(text: str) -> bool:
    """One of the usual words with a usual tail, one or two characters repeated, a run along the keyboard."""
    bare = text.rstrip("!@#.。！~*")
    repeated = len(set(text)) <= 2
    usual = any(bare.startswith(stem) and _is_tail(bare, stem) for stem in _STEMS)
    return bool(text) and (repeated or usual or any(text in row or text in row[::-1] for row in _ROWS))


def _is_tail(text: str, stem: str) -> bool:
    """Whether the rest after a word is a usual tail, or the word again."""
    rest = text[len(stem) :].lstrip("@#_-.")
    return rest in _TAILS or not rest.replace(stem, "")


def _wrong(pointer: str, code: str, message: str, english: str) -> Mistake:
    return Mistake(
        pointer=pointer, code=f"password.{code}", message=message, english=f"the password {english}"
    )
