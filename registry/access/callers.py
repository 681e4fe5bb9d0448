"""Finds the caller of a request: by the session's cookie or by a token."""

from registry.kernel.callers import Caller
from registry.kernel.web import AnyRequest, Providers


async def find(given: Providers, request: AnyRequest) -> Caller | None:
    """Nobody yet."""
    del given, request
    return None
