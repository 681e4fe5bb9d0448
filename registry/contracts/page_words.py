"""Labels and colours of contract states, and texts shared by several pages."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from registry.contracts.model import FILING_NAMES, STATUS_NAMES, Dated, active_on
from registry.kernel.http.templates import Link

STATUS_TONES: Final[Mapping[str, str]] = {
    "draft": "quiet",
    "signed": "good",
    "completed": "",
    "terminated": "warn",
    "cancelled": "quiet",
}
FILING_TONES: Final[Mapping[str, str]] = {
    "not_required": "quiet",
    "missing": "warn",
    "submitted": "",
    "filed": "good",
    "returned": "bad",
}
STATUS_OPTIONS: Final = tuple(STATUS_NAMES.items())
FILING_WORDS: Final = FILING_NAMES


def status_word(row: Dated, day: date) -> str:
    """The state, and of a signed contract whether it counts today."""
    word = STATUS_NAMES[row.status]
    if row.status != "signed" or active_on(row, day):
        return word
    return f"{word}，未开始" if row.starts_on is not None and row.starts_on > day else f"{word}，已到期"


def crumbs(village_code: str, village_name: str, *further: Link) -> Sequence[Link]:
    """From the village over its contracts down to the page."""
    return (
        Link(village_name, f"/divisions/{village_code}"),
        Link("合同", f"/contracts?division={village_code}"),
        *further,
    )
