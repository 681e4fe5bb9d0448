"""Runs sql/checks: each file asks for rows that must not exist. Empty answers mean a healthy database."""

import re
from pathlib import Path
from typing import Any

import msgspec

from registry.kernel.db import sql
from registry.kernel.db.translate import translated
from registry.kernel.work import Work

_QUESTION = re.compile(r"\A--[ \t]*(.+)")
LIMIT = 100


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A check that found something: its name, what it asks, the first offending rows."""

    name: str
    question: str
    rows: list[dict[str, Any]]


async def run(work: Work, folder: Path | None = None) -> list[Broken]:
    """Every check in turn, inside the caller's scope."""
    found = [await run_one(work, *check) for check in checks(folder or sql.folder() / "checks")]
    return [broken for broken in found if broken.rows]


def checks(folder: Path) -> list[tuple[str, str, str]]:
    """Name, question and statement of each; ValueError for a check without a question."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        text = path.read_text("utf-8").strip().removesuffix(";")
        question = _QUESTION.match(text)
        if question is None:
            raise ValueError(f"{path.name}: a check begins with a comment that says what its rows mean")
        found.append((path.stem, question[1], text))
    return found


async def run_one(work: Work, name: str, question: str, statement: str) -> Broken:
    """One check: at most LIMIT of its offending rows."""
    with translated():
        cursor = await work.conn.cursor(statement)
        rows = await cursor.fetch(LIMIT)
    return Broken(name=name, question=question, rows=[dict(row) for row in rows])
