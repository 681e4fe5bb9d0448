"""The REST interface against its own description: by everybody it admits, by a neighbour, by nobody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from schemathesis import GenerationMode, checks, openapi
from schemathesis.core.failures import FailureGroup

from registry.app import create_app
from registry.kernel.callers import admitted
from registry.kernel.openapi import operations
from registry.settings import Settings
from tests.fuzz.cases import AnyCase, Operation, cases, named, sent
from tests.fuzz.conftest import Fuzzed

pytestmark = pytest.mark.fuzz
COUNTS = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 5}
CHECKS: Any = [
    check
    for check in checks.CHECKS.get_all()
    if check.__name__
    in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    )
]


def roles() -> dict[tuple[str, str], str]:
    """Who asks for an operation: the first role it admits, "" for one open to all."""
    found: dict[tuple[str, str], str] = {}
    for one in operations(create_app(Settings(data_dir=Path("unused")))):
        opt = one.handler.opt
        free = opt.get("open") or opt.get("signed_in")
        allowed = ("cadre",) if free else admitted(opt, one.method)
        found[one.path, one.method] = "cadre" if "cadre" in allowed else allowed[0]
    return found


def described(fuzzed: Fuzzed) -> Iterator[Operation]:
    for made in openapi.from_dict(fuzzed.document).get_all_operations():
        yield made.ok()  # type: ignore[union-attr]


def faults(case: AnyCase, answer: httpx.Response) -> list[str]:
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        told = f"{case.method} {answer.request.url.path} -> {answer.status_code}"
        return [f"{told}: {type(one).__name__}: {one}\n  {case.body!r:.300}" for one in group.exceptions]
    return []


def empty(answer: httpx.Response) -> bool:
    """A page of a list that says nothing."""
    found: Any = answer.json() if answer.headers.get("content-type") == "application/json" else None
    return isinstance(found, dict) and found.get("items") == [] and found.get("next_cursor") is None


async def test_the_interface_is_as_described_and_denies_a_neighbour(fuzzed: Fuzzed) -> None:
    found: list[str] = []
    asking, count, denied = roles(), 0, 0
    for operation in described(fuzzed):
        caller = fuzzed.callers[asking[operation.path, operation.method.upper()]]
        for mode, most in COUNTS.items():
            for number, case in enumerate(cases(operation, mode, most)):
                if mode is GenerationMode.POSITIVE and number % 2 == 0 and named(case, fuzzed.own):
                    answer = await sent(fuzzed.client, case, fuzzed.neighbour)
                    found += faults(case, answer)
                    denied += 1
                    if answer.is_success and not empty(answer):
                        found.append(
                            f"{case.method} {answer.request.url} answers a neighbour: {answer.text:.200}"
                        )
                answer = await sent(fuzzed.client, case, caller)
                found += faults(case, answer)
                count += 1
    print(f"{count} cases, {denied} of them as a neighbour with foreign ids")
    assert not found, "\n".join(dict.fromkeys(found))
    assert count > 1000
    assert denied > 100


async def test_nobody_is_answered(fuzzed: Fuzzed) -> None:
    found = []
    for operation in described(fuzzed):
        if operation.definition.raw.get("security") == []:
            continue
        (case, *_) = cases(operation, GenerationMode.POSITIVE, 1)
        for header in ({}, {"authorization": "Bearer cel_x"}, {"authorization": "Basic eDp5"}):
            answer = await sent(fuzzed.client, case, header)
            found += faults(case, answer)
            if answer.status_code not in (401, 429):
                found.append(f"{case.method} {answer.request.url.path} -> {answer.status_code}")
    assert not found, "\n".join(found)
