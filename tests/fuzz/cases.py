"""Cases of an operation, made of its description: always the same ones."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import httpx
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
AnyCase: TypeAlias = Case[Any]
BASE = "http://127.0.0.1"


def cases(operation: Operation, mode: GenerationMode, count: int) -> list[AnyCase]:
    """Up to `count` cases that follow the description, or that break it in one place."""
    found: list[AnyCase] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def collect(case: AnyCase) -> None:
        found.append(case)

    with suppress(Unsatisfiable):  # nothing can be broken where nothing is asked for
        collect()
    return found


def named(case: AnyCase, own: Mapping[str, str]) -> bool:
    """Puts ids of records wherever address, query or body ask for such; False if none does."""
    return sum([_filled(place, own) for place in (case.path_parameters, case.query, case.body)]) > 0


def _filled(value: Any, own: Mapping[str, str]) -> int:
    """How many ids were put in."""
    if isinstance(value, list):
        return sum(_filled(one, own) for one in value)
    if not isinstance(value, dict):
        return 0
    here = [name for name, one in value.items() if name in own and isinstance(one, str)]
    value.update({name: own[name] for name in here})
    return len(here) + sum(_filled(one, own) for one in value.values())


async def sent(client: httpx.AsyncClient, case: AnyCase, headers: Mapping[str, str]) -> httpx.Response:
    """The answer to a case as somebody."""
    made = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    given_headers = [(name, text) for name, text in made.headers.items() if name.lower() != "authorization"]
    raw = [
        (_bytes(name), _bytes(text))
        for name, text in (*given_headers, *headers.items())
        if name.lower() not in ("content-length", "connection")
    ]
    body: Any = made.body or b""
    return await client.request(str(made.method), str(made.url), content=body, headers=raw)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
