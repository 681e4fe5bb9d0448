"""The REST interface against its own description: by everybody it admits, by a neighbour, by nobody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as conforms

from registry.app import create_app
from registry.kernel.http.callers import admitted
from registry.kernel.http.openapi import operations
from registry.settings import Settings
from tests.fuzz.cases import AnyCase, Operation, cases, named, sent
from tests.fuzz.conftest import Fuzzed

pytestmark = pytest.mark.fuzz
COUNTS = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 4}
CHECKS: Any = [
    not_a_server_error,
    conforms.status_code_conformance,
    conforms.content_type_conformance,
    conforms.response_headers_conformance,
    conforms.response_schema_conformance,
    conforms.missing_required_header,
    conforms.allow_header_conformance,
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
    """Every operation, without the way to sign in: that is sent by hand."""
    document = fuzzed.document | {"security": []}
    document["components"] = {"schemas": document["components"]["schemas"]}
    for made in openapi.from_dict(document).get_all_operations():
        yield made.ok()  # type: ignore[union-attr]


def faults(case: AnyCase, answer: httpx.Response, *, broken: bool = False) -> list[str]:
    """What the answer to a case has against the description; a broken case must be refused."""
    further = [conforms.negative_data_rejection] if broken and answer.status_code != 412 else []
    try:
        case.validate_response(answer, checks=[*CHECKS, *further])
    except FailureGroup as group:
        told = f"{case.method} {answer.request.url} -> {answer.status_code}"
        return [f"{told}: {type(one).__name__}: {one}\n  {case.body!r:.300}" for one in group.exceptions]
    return []


def arrived(case: AnyCase, answer: httpx.Response) -> bool:
    """Whether every parameter was sent: an empty list vanishes, and an empty text counts as not sent."""
    query = dict(parse_qsl(answer.request.url.query.decode(), keep_blank_values=True))
    return all(query.get(name) for name in case.query or {})


def silent(answer: httpx.Response) -> bool:
    """A list without rows, or a batch in which every row is refused."""
    return content(answer).get("items") == [] or refused(answer)


def refused(answer: httpx.Response) -> bool:
    """A batch that kept nothing and says why of each row."""
    summary = content(answer).get("summary", {})
    return summary.get("rejected", 0) > 0 and not summary["created"]


def content(answer: httpx.Response) -> dict[str, Any]:
    found: Any = answer.json() if answer.headers.get("content-type") == "application/json" else {}
    return found if isinstance(found, dict) else {}


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
                    if answer.is_success and not silent(answer):
                        found.append(
                            f"{case.method} {answer.request.url} answers a neighbour: {answer.text:.200}"
                        )
                answer = await sent(fuzzed.client, case, caller)
                broken = mode is GenerationMode.NEGATIVE and arrived(case, answer) and not refused(answer)
                found += faults(case, answer, broken=broken)
                count += 1
    print(f"{count} cases, {denied} of them as a neighbour with foreign ids")
    assert not found, "\n".join(dict.fromkeys(found))
    assert count > 1000
    assert denied > 100


async def test_nobody_is_answered(fuzzed: Fuzzed) -> None:
    found = []
    for operation in described(fuzzed):
        if fuzzed.document["paths"][operation.path][operation.method].get("security") == []:
            continue
        (case, *_) = cases(operation, GenerationMode.POSITIVE, 1)
        for header in ({}, {"authorization": "Bearer cel_x"}, {"authorization": "Basic eDp5"}):
            answer = await sent(fuzzed.client, case, header)
            found += faults(case, answer)
            if answer.status_code not in (401, 429):
                found.append(f"{case.method} {answer.request.url.path} -> {answer.status_code}")
    assert not found, "\n".join(found)
