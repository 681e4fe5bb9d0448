"""Masks a secret in compressed pages that repeat text of the request, so that it differs in each (BREACH).

An attacker who makes a browser request pages with text of the attacker's choice learns from their lengths
which text resembles the rest of the page; a secret under a fresh random pad resembles nothing.
"""

import secrets


def mask(secret: str) -> str:
    """The secret under a random pad of its length: pad and sum, as hexadecimal text."""
    plain = secret.encode()
    pad = secrets.token_bytes(len(plain))
    return (pad + _xor(pad, plain)).hex()


def unmask(masked: str) -> bytes:
    """The secret; b"" for anything that is no masked secret."""
    try:
        both = bytes.fromhex(masked)
    except ValueError:
        return b""
    half, odd = divmod(len(both), 2)
    return b"" if odd else _xor(both[:half], both[half:])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
