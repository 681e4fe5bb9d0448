"""Typed functions over sql/queries/contacts.sql."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from registry.kernel.db.statements import Queries
from registry.organizations.contacts_model import Contact, NewContact, SealedContact

q = Queries("contacts")


of = q("contacts_of", UUID, date | None).many(Contact)
sealed = q("contact", UUID).one(SealedContact)
add = q("add_contacts", Sequence[NewContact]).run()
change = q("change_contacts", Sequence[NewContact]).run()
