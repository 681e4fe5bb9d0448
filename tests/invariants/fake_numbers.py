"""Made-up ID, phone and card numbers, and finding them again in a text: plain, hex, base64 or hashed."""

import base64
import hashlib
import re
from collections.abc import Iterator
from random import Random

_CHECKS = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = re.compile(r"[0-9]{11,}X?")
_HEX = re.compile(r"[0-9a-fA-F]{22,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{14,}")
_DIGEST = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b")
LENGTHS = (11, 18, 19)


def id_number(random: Random) -> str:
    body = f"421303{random.randint(1940, 2010)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    body += f"{random.randint(0, 999):03}"
    return body + _CHECKS[sum(int(a) * b for a, b in zip(body, _WEIGHTS, strict=True)) % 11]


def wrong_id(right: str) -> str:
    """With another check digit."""
    return right[:-1] + ("0" if right[-1] != "0" else "1")


def phone(random: Random) -> str:
    return f"1{random.randint(3, 9)}{random.randint(0, 999_999_999):09}"


def card(random: Random) -> str:
    return f"62{random.randint(0, 10**17 - 1):017}"


def found_in(text: str, planted: set[str]) -> set[str]:
    """Those of the planted numbers that stand in the text in any of these forms."""
    digests = {
        getattr(hashlib, name)(number.encode()).hexdigest(): number
        for number in planted
        for name in ("md5", "sha1", "sha256")
    }
    found = {digests[digest] for digest in _DIGEST.findall(text.lower()) if digest in digests}
    return found | {one for layer in _layers(text) for one in _numbers(layer) if one in planted}


def _numbers(text: str) -> Iterator[str]:
    for run in _DIGITS.findall(re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)):
        for length in LENGTHS:
            for start in range(len(run) - length + 1):
                yield run[start : start + length]


def _layers(text: str, depth: int = 2) -> Iterator[str]:
    """The text, and what its hex and base64 parts say, also one inside the other."""
    yield text
    if not depth:
        return
    for run in _HEX.findall(text):
        for start in (0, 1):
            even = run[start:]
            yield from _layers(bytes.fromhex(even[: len(even) // 2 * 2]).decode("latin-1"), depth - 1)
    for run in _BASE64.findall(text):
        plain = run.replace("-", "+").replace("_", "/")
        for start in range(4):
            part = plain[start:]
            part = part[:-1] if len(part) % 4 == 1 else part
            content = base64.b64decode(part + "=" * (-len(part) % 4))
            if depth == 2 or any(48 <= byte <= 57 for byte in content):
                yield from _layers(content.decode("latin-1"), 0)
