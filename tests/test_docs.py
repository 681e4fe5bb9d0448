"""The documents name files and sections that exist."""

import re
from pathlib import Path

import pytest

import registry

ROOT = Path(registry.__file__).parent.parent
DOCUMENTS = (
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/ARCHITECTURE.md",
)
CITED = ("domain", "gains", "law", "scale-out")
SOURCES = ("registry", "sql", "tests")
_SPAN = re.compile(r"`([\w.*/-]+)`")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
_CITATION = re.compile(r"\b(domain|gains|law|scale-out)\.md((?: \d+)(?:, \d+)*)?")
_SECTION = re.compile(r"^## (\d+)\.", re.MULTILINE)


def paths(text: str) -> set[str]:
    """Code spans that name a file or folder from the root of the repository, and relative links."""
    tops = {path.name for path in ROOT.iterdir()}
    spans = {span for span in _SPAN.findall(text) if "/" in span and span.split("/")[0] in tops}
    return {span.rstrip("/") for span in spans if "*" not in span and "<" not in span}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    named = paths(text)
    linked = {str((ROOT / name).parent / link) for link in _LINK.findall(text)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    assert [path for path in sorted(linked) if not Path(path).exists()] == []
    assert named or linked or name.startswith("CHANGELOG")


def test_every_section_the_source_cites_exists() -> None:
    sections = {
        name: set(_SECTION.findall((ROOT / "docs" / f"{name}.md").read_text("utf-8"))) for name in CITED
    }
    assert all(sections.values())
    missing = []
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".py", ".sql"):
                continue
            for name, numbers in _CITATION.findall(path.read_text("utf-8")):
                cited = set(re.findall(r"\d+", numbers))
                missing += [f"{path.name}: {name}.md {number}" for number in sorted(cited - sections[name])]
    assert missing == []
