"""Which answers are compressed, and for which clients.

The token in a page's forms is masked (`crypto/masking.py`), lest the length of a compressed page reveal it.
Answers are kept under an Idempotency-Key before they are compressed.
"""

from typing import Final

from litestar.config.compression import CompressionConfig
from litestar.enums import CompressionEncoding
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import Receive, Scope, Send

from registry.kernel.http.assets import takes
from registry.kernel.http.forwarded import headers

UNCOMPRESSED: Final = "uncompressed"
"""Key of a handler's `opt`: its answers are compressed already."""


class Compression(CompressionMiddleware):
    """The framework looks only for the name of the encoding; here a client may also refuse it (gzip;q=0)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = ",".join(headers(scope, b"accept-encoding"))
        compressed = takes(accepted, CompressionEncoding.GZIP)
        await (super().__call__ if compressed else self.app)(scope, receive, send)


COMPRESSION: Final = CompressionConfig(
    backend="gzip",
    minimum_size=1000,
    gzip_compress_level=5,
    exclude_opt_key=UNCOMPRESSED,
    middleware_class=Compression,
)
