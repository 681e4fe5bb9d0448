"""Secrets given out once and stored as hashes: tokens of sessions and programs. Not passwords."""

import hashlib
import secrets


def new_token(prefix: str = "") -> tuple[str, bytes]:
    """256 random bits after `prefix`, in characters that fit a header and a cookie; and the digest."""
    text = prefix + secrets.token_urlsafe(32)
    return text, digest(text)


def digest(text: str) -> bytes:
    """What the database stores instead: SHA-256. Enough for 256 random bits, never for a password."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
