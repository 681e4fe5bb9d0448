"""CSV answers that Excel and WPS open rightly: UTF-8 with BOM, CRLF, formulas made harmless."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

import msgspec
from litestar import Response

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """A value as CSV text. Text a spreadsheet would run as a formula gets an apostrophe, no number does."""
    if value is None or value is msgspec.UNSET:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    plain = msgspec.to_builtins(value)
    if not isinstance(value, str) and not isinstance(plain, str | int):
        return msgspec.json.encode(plain).decode()
    text = str(plain)
    return f"'{text}" if isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA) else text


def csv_text(columns: Mapping[str, str], rows: Iterable[msgspec.Struct]) -> str:
    """`columns`: field name to heading, in order."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(cell(heading) for heading in columns.values())
    for row in rows:
        writer.writerow(cell(getattr(row, name)) for name in columns)
    return f"\ufeff{buffer.getvalue()}"


def csv_answer(filename: str, columns: Mapping[str, str], rows: Iterable[msgspec.Struct]) -> Response[bytes]:
    """A CSV download. `filename` may be Chinese and has no ending yet."""
    disposition = f"attachment; filename=\"export.csv\"; filename*=UTF-8''{quote(filename)}.csv"
    return Response(
        csv_text(columns, rows).encode(),
        media_type="text/csv",
        headers={"content-disposition": disposition, "vary": "Accept"},
    )
