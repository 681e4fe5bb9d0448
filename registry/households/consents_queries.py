"""Typed functions over sql/queries/consents.sql."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from registry.households.consents_model import Consent, ConsentRow, Field, Head, Receiver
from registry.kernel import db, sql
from registry.kernel.db import Conn

Q = sql.queries("consents")


class Standing(Struct, frozen=True, kw_only=True):
    """What a person lets somebody have."""

    person_id: UUID
    fields: tuple[Field, ...]


class Named(Struct, frozen=True, kw_only=True):
    name: str


async def of_person(conn: Conn, county_code: str, person_id: UUID) -> list[Consent]:
    return await db.many(conn, Consent, Q["consents_of"], county_code, person_id)


async def standing(  # noqa: PLR0917 - the arguments of the statement
    conn: Conn, county_code: str, persons: Collection[UUID], receiver_id: UUID, purpose: str, day: date
) -> list[Standing]:
    return await db.many(
        conn, Standing, Q["standing_consents"], county_code, list(persons), receiver_id, purpose, day
    )


async def receiver_name(conn: Conn, organization_id: UUID) -> str | None:
    found = await db.maybe(conn, Named, Q["known_receiver"], organization_id)
    return found.name if found else None


async def receivers(conn: Conn, county_code: str, households: Collection[UUID]) -> list[Receiver]:
    return await db.many(conn, Receiver, Q["receivers"], county_code, list(households))


async def add(conn: Conn, rows: Sequence[ConsentRow]) -> int:
    return await db.run(conn, Q["add_consents"], db.rows_json(rows))


async def withdraw(conn: Conn, rows: Sequence[ConsentRow]) -> int:
    return await db.run(conn, Q["withdraw_consents"], db.rows_json(rows))


async def remove(conn: Conn, county_code: str, person_id: UUID) -> int:
    return await db.run(conn, Q["remove_consents"], county_code, person_id)


async def heads(
    conn: Conn, county_code: str, contract_id: UUID, day: date, households: Collection[UUID] | None
) -> list[Head]:
    chosen = None if households is None else list(households)
    return await db.many(conn, Head, Q["heads_of_annex"], county_code, contract_id, day, chosen)
