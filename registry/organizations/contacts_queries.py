"""Typed functions over sql/queries/contacts.sql."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.kernel import db, sql
from registry.kernel.db import Conn
from registry.organizations.contacts_model import Contact, NewContact, SealedContact

Q = sql.queries("contacts")


async def of(conn: Conn, organization_id: UUID, on: date | None) -> list[Contact]:
    return await db.many(conn, Contact, Q["contacts_of"], organization_id, on)


async def sealed(conn: Conn, contact_id: UUID) -> SealedContact:
    return await db.one(conn, SealedContact, Q["contact"], contact_id)


async def add(conn: Conn, rows: Sequence[NewContact]) -> int:
    return await db.run(conn, Q["add_contacts"], db.rows_json(rows))


async def change(conn: Conn, rows: Sequence[NewContact]) -> int:
    return await db.run(conn, Q["change_contacts"], db.rows_json(rows))
