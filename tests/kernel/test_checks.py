"""The runner of sql/checks."""

from pathlib import Path

import pytest

from registry.kernel.db import checks, sql
from registry.kernel.work import Work


async def test_offending_rows_are_named(work: Work, tmp_path: Path) -> None:
    (tmp_path / "a_none.sql").write_text("-- Nothing.\nselect 1 as x where false;\n", "utf-8")
    (tmp_path / "b_many.sql").write_text(
        "-- Numbers that must not be.\nselect x from generate_series(1, 1000) as x\n", "utf-8"
    )
    (found,) = await checks.run(work, tmp_path)
    assert (found.name, found.question) == ("b_many", "Numbers that must not be.")
    assert (found.rows[0], len(found.rows)) == ({"x": 1}, checks.LIMIT)


def test_a_check_says_what_its_rows_mean(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("select 1", "utf-8")
    with pytest.raises(ValueError, match="begins with a comment"):
        checks.checks(tmp_path)


async def test_the_products_own_checks_run(work: Work) -> None:
    assert await checks.run(work) == []
    assert checks.checks(sql.folder() / "checks")
