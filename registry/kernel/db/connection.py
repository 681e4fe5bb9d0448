"""What a connection is called, for those who take one without opening any. Opening and asking is
transactions.py."""

from typing import TYPE_CHECKING, TypeAlias

import asyncpg

if TYPE_CHECKING:
    Conn: TypeAlias = asyncpg.Connection[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # the stubs make these generic, the library itself does not
    Conn = asyncpg.Connection
    Pool = asyncpg.Pool
