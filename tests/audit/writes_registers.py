"""Writes by the pages of registers: the same records as by the interface."""

from typing import Final

import httpx

from registry.divisions import statistic_pages
from registry.divisions.register_pages import Pages
from registry.organizations import register_pages as organization_pages
from registry.reference import register_pages
from tests.audit.calls import WRITES, Call, Told, Write, made, posted
from tests.audit.writes_shared import SHARED, Shared
from tests.contracts.desk import API, Desk, Json
from tests.factories import DRIED

PAGES: Final = {
    one.of.register.kind: one
    for one in (*statistic_pages.PAGES, *organization_pages.PAGES, *register_pages.PAGES)
}


async def typed(desk: Desk, address: str, record: Json) -> httpx.Response:
    """The record as a form sends it."""
    fields = {name: str(value) for name, value in record.items() if value is not None}
    return await desk.client.post(address, data=fields, follow_redirects=False)


def _enter(one: Shared, pages: Pages) -> Write:
    async def enter(desk: Desk) -> Call:
        body = one.body(desk) | ({"product_code": DRIED} if pages.of.parents else {})
        keys: list[str] = []

        async def send() -> httpx.Response:
            answer = await typed(desk, pages.href, body)
            listed = (await desk.client.get(f"{API}{one.path}", params={"limit": 200})).json()["items"]
            keys.extend(
                one.key(row)
                for row in listed
                if all(str(row[name]) == value for name, value in one.new.items())
            )
            return answer

        return Call(send=send, told=lambda _: [made(one.kind, key, **one.new) for key in keys])

    return enter


def _change(one: Shared, pages: Pages) -> Write:
    async def change(desk: Desk) -> Call:
        record = await posted(desk, one.path, one.body(desk))
        told = Told(
            kind=one.kind, record_id=one.key(record), changes={k: list(v) for k, v in one.changes.items()}
        )
        kept = {name: record[name] for name in pages.change_form.__struct_fields__}

        async def send() -> httpx.Response:
            return await typed(desk, f"{pages.href}/{one.key(record)}/edit", kept | one.patch)

        return Call(send=send, told=lambda _: [told])

    return change


for _one in SHARED:
    if _one.kind in PAGES:
        _pages = PAGES[_one.kind]
        WRITES[f"POST {_pages.href}"] = _enter(_one, _pages)
        _names = "/".join(f"{{{name}}}" for name in _one.names)
        WRITES[f"POST {_pages.href}/{_names}/edit"] = _change(_one, _pages)
