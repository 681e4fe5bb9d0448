"""Batches: all rows or the valid ones, dry runs, mistakes by index, and a number of statements that stays."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry.kernel.work import Work
from tests import factories
from tests.fulfilment.village import DELIVERIES, Chain, chain, entered, fixed, mistakes, post

BATCH = f"{DELIVERIES}:batch"


def rows(known: Chain, count: int = 3) -> list[dict[str, Any]]:
    return [known.ticket(gross=f"{110 + index}", ticket_number=f"T-{index}") for index in range(count)]


async def stored(work: Work) -> int:
    found: int = await work.conn.fetchval("select count(*) from delivery")
    return found


async def test_a_good_batch_is_kept_whole(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    answer = await post(client, BATCH, {"items": rows(known)})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "summary": {"created": 3, "updated": 0, "unchanged": 0, "rejected": 0},
        "conflicts": [],
    }
    assert await work.conn.fetchval("select count(*) from delivery_price") == 6


async def test_a_list_alone_is_a_batch(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    answer = await post(client, BATCH, rows(known))
    assert answer.json()["summary"]["created"] == 3


async def test_a_dry_run_writes_nothing_and_says_what_would_happen(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    sent = [*rows(known, 2), known.ticket(household_id=str(uuid4()))]
    answer = await post(client, f"{BATCH}?dry_run=true", {"items": sent})
    assert answer.status_code == 200
    assert answer.json()["summary"] == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert answer.json()["conflicts"][0]["index"] == 2
    assert await stored(work) == 0


async def test_one_wrong_row_refuses_all_and_every_mistake_has_its_index(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    sent = rows(known)
    sent[0]["gross"] = "NaN"
    sent[2] |= {"household_id": str(uuid4()), "grade_code": "third"}
    answer = await post(client, BATCH, {"items": sent})
    assert mistakes(answer) == {
        "/items/0/gross": "number.infinite",
        "/items/2/household_id": "household.unknown",
        "/items/2/grade_code": "delivery.grade_unknown",
    }
    assert answer.json()["summary"] == {"created": 0, "updated": 0, "unchanged": 0, "rejected": 2}
    assert [one["index"] for one in answer.json()["conflicts"]] == [0, 2]
    assert await stored(work) == 0


async def test_the_valid_rows_can_be_kept_without_the_others(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    sent = rows(known)
    sent[0]["gross"] = "1e400"
    sent[1]["day"] = "2021-08-20"
    answer = await post(client, f"{BATCH}?mode=valid", {"items": sent})
    assert answer.json()["summary"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 2}
    assert {one["index"]: one["errors"][0]["pointer"] for one in answer.json()["conflicts"]} == {
        0: "/gross",
        1: "/day",
    }
    assert await work.conn.fetchval("select ticket_number from delivery") == "T-2"


async def test_a_batch_sent_again_under_another_key_changes_nothing(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    await post(client, BATCH, {"items": rows(known)})
    again = await post(client, BATCH, {"items": rows(known)})
    assert again.json()["summary"] == {"created": 0, "updated": 0, "unchanged": 3, "rejected": 0}
    changed = rows(known)
    changed[1]["gross"] = "999"
    answer = await post(client, f"{BATCH}?mode=valid", {"items": changed})
    assert answer.json()["conflicts"][0]["errors"][0]["code"] == "delivery.ticket_taken"
    assert await stored(work) == 3


async def test_a_ticket_number_twice_in_a_batch_refuses_both(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    sent = rows(known, 2)
    sent[1]["ticket_number"] = "T-0"
    answer = await post(client, BATCH, {"items": sent})
    assert mistakes(answer) == dict.fromkeys(
        ("/items/0/ticket_number", "/items/1/ticket_number"), "delivery.ticket_twice"
    )


async def test_a_row_with_a_warning_counts_as_rejected_until_it_is_answered(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work)
    await factories.reference_return(work, crop_code="chili", yield_kg="300.00", price_per_50kg="200.00")
    sent = [known.ticket(gross="900"), known.ticket(gross="300"), known.ticket(gross="301")]
    refused = await post(client, BATCH, {"items": sent})
    assert [one["pointer"] for one in refused.json()["warnings"]] == ["/items/1/gross", "/items/2/gross"]
    assert refused.json()["summary"]["rejected"] == 2
    code, reason = "delivery.yield_unusual", "核对过了"
    one = await post(
        client,
        f"{BATCH}?dry_run=true",
        {"items": sent, "overrides": [{"code": code, "pointer": "/items/1/gross", "reason": reason}]},
    )
    assert [row["index"] for row in one.json()["conflicts"]] == [2]
    sent[2]["overrides"] = [{"code": code, "pointer": "/gross", "reason": reason}]
    every = {"code": code, "pointer": "/gross", "reason": "丰收"}
    answer = await post(client, BATCH, {"items": sent, "overrides": [every]})
    assert answer.json()["summary"]["created"] == 3
    kept = await work.conn.fetch("select override_reason from finding order by finding_id")
    assert [row[0] for row in kept] == ["丰收", reason]


async def test_an_override_finds_its_row_behind_rows_that_cannot_be_read(
    work: Work, client: httpx.AsyncClient
) -> None:
    known = await chain(work, fixed("20.0000"))
    await factories.reference_return(work, crop_code="chili", yield_kg="900.00", price_per_50kg="200.00")
    over = [
        {"code": "delivery.price_unusual", "pointer": f"/items/{index}/grade_code", "reason": "品种好"}
        for index in (0, 1)
    ]
    body = {"items": [{"unit": "oz"}, known.ticket()], "overrides": over}
    answer = await post(client, f"{BATCH}?mode=valid", body)
    assert answer.json()["summary"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/items", "required"),
        ({"items": []}, "/items", "list.few"),
        ({"items": [{}] * 1001}, "/items", "list.many"),
        ({"items": "all"}, "/items", "type.list"),
        ({"items": [{}], "rows": 1}, "/rows", "unknown"),
        ("all", "/items", "type.list"),
    ],
)
async def test_a_body_that_is_no_batch_says_so(
    client: httpx.AsyncClient, body: Any, pointer: str, code: str
) -> None:
    assert mistakes(await post(client, BATCH, body)) == {pointer: code}


async def test_the_same_weights_within_a_batch_are_a_warning(work: Work, client: httpx.AsyncClient) -> None:
    known = await chain(work)
    answer = await post(client, f"{BATCH}?dry_run=true", {"items": [known.ticket(), known.ticket()]})
    [row] = answer.json()["conflicts"]
    assert (row["index"], row["warnings"][0]["code"]) == (1, "delivery.duplicate")


async def test_a_hundred_tickets_take_as_many_statements_as_one(
    work: Work, client: httpx.AsyncClient, statements: list[str]
) -> None:
    known = await chain(work)
    await entered(client, known.ticket(gross="50", ticket_number="first"))
    counts = []
    for size in (2, 100):
        statements.clear()
        sent = [
            known.ticket(
                gross=f"{size}{index:03}",
                ticket_number=f"{size}-{index}",
                household_id=str(known.households[index % 3]),
            )
            for index in range(size)
        ]
        answer = await post(client, BATCH, {"items": sent})
        assert answer.json()["summary"]["created"] == size
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 70  # those of the recomputation included
