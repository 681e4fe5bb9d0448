"""What every installation starts with: Suizhou's divisions, crops, products, grades, tags, labour day prices,
reference returns, rural incomes. Loaded after each migration; an existing row is left as it is,
edited or not. No line is marked as stale: after an upgrade that brings rows, `registry recompute` uses them.

The rural incomes are those of the whole country (NBS). There is no division above a province, so they are
stored on the province as a labelled substitute: the source text, shown with every figure based on it, says
so, and entering the province's own figure replaces it.
"""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, TypeVar

import msgspec

from registry.divisions import imports, statistics
from registry.divisions import service as divisions
from registry.divisions.model import DivisionIn
from registry.divisions.statistic_model import StatisticRow
from registry.kernel.db import records
from registry.kernel.types import new_id
from registry.kernel.work import Act, Work
from registry.reference import figure_queries, queries
from registry.reference.figure_model import LabourDayPriceRow
from registry.reference.model import CropRow, GradeRow, ProductRow, TagRow
from registry.reference.return_model import ReturnRow

T = TypeVar("T")
ACTOR: Final = "system"


async def load(work: Work) -> None:
    """Adds what is missing. For `migrate(..., after=[load])`: entered with the widest scope."""
    work = work.acting(Act(actor=ACTOR, now=work.act.now, source="base"))
    act = work.act
    await _divisions(work)
    await queries.add_crops(work, _rows("crops", CropRow, act))
    await queries.add_products(work, _rows("products", ProductRow, act))
    await queries.add_grades(work, _rows("grades", GradeRow, act))
    await queries.add_tags(work, _rows("tags", TagRow, act))
    await figure_queries.add_labour_day_prices(work, _rows("labour_day_prices", LabourDayPriceRow, act))
    await figure_queries.add_reference_returns(work, reference_rows(act))
    await statistics.add_missing(work, _rows("rural_income", StatisticRow, act))


def read(name: str) -> list[dict[str, str]]:
    """The rows of a file of base data as they are written."""
    text = (files("registry.reference") / "base" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def reference_rows(act: Act) -> list[ReturnRow]:
    """The reference returns, under the names of the columns."""
    return [
        _row(
            {
                **{name: value for name, value in row.items() if name not in ("crop", "crop_name", "source")},
                "crop_code": row["crop"],
                "source_text": row["source"],
                "days_derived": row["days_derived"] == "yes",
                "excluded_items": row["excluded_items"].split(),
                "reference_return_id": new_id(),
            },
            ReturnRow,
            act,
        )
        for row in read("returns")
    ]


async def _divisions(work: Work) -> None:
    rows = read("divisions")
    known = await divisions.known_codes(work, {row["code"] for row in rows})
    new = [
        DivisionIn(division_code=row["code"], name=row["name"]) for row in rows if row["code"] not in known
    ]
    refused = [one for one in await imports.add_base(work, new) if one.result != "created"]
    if refused:
        raise RuntimeError(f"base data: {new[refused[0].index].division_code} was refused")


def _rows(name: str, kind: type[T], act: Act) -> list[T]:
    return [_row(row, kind, act) for row in read(name)]


def _row(values: Mapping[str, Any], kind: type[T], act: Act) -> T:
    """A stored row from text; an empty or missing cell is null where the column may be."""
    fields = {field.name for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
    empty: dict[str, Any] = dict.fromkeys(
        fields - set(records.audit_columns(act)) - {"version", "source_date"}
    )
    given = {name: value for name, value in values.items() if value != ""}
    return msgspec.convert({**empty, **records.audit_columns(act, **given)}, kind, strict=False)
