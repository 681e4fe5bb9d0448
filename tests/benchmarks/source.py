"""Counts in the source what makes it long: how often a field is declared, a value copied, a kind named."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

import registry

ROOT = Path(registry.__file__).parent
LINKED = ("contracts", "fulfilment", "gains", "summaries", "reports", "exchange")
"""The features that know components; elsewhere the word "order" means another thing."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of registry/ without the demo.

    declared, names: fields of classes with annotations, and how many different names they have. copied:
    keyword arguments that only copy an attribute of the same name (x=one.x). kinds: modules outside a kind's
    own folders that name a kind of component. lines: per feature.
    """

    declared: int
    names: int
    copied: int
    kinds: list[str]
    lines: Mapping[str, int]


def figures() -> Figures:
    """The counts of the checkout that is imported."""
    fields: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    copied, kinds = 0, []
    for path in _modules():
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        feature = path.relative_to(ROOT).parts[0]
        lines[feature] += len(text.splitlines())
        fields.update(_fields(tree))
        copied += sum(_copies(node) for node in ast.walk(tree))
        if feature in LINKED and _names_a_kind(tree) and "kinds" not in path.relative_to(ROOT).parts[:-1]:
            kinds.append(str(path.relative_to(ROOT)))
    declared = sum(fields.values())
    return Figures(declared=declared, names=len(fields), copied=copied, kinds=kinds, lines=dict(lines))


def _modules() -> Iterator[Path]:
    return (path for path in sorted(ROOT.rglob("*.py")) if "demo" not in path.relative_to(ROOT).parts)


def _fields(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                    yield one.target.id


def _copies(node: ast.AST) -> bool:
    if not isinstance(node, ast.keyword) or not isinstance(node.value, ast.Attribute):
        return False
    return node.value.attr == node.arg


def _names_a_kind(tree: ast.Module) -> bool:
    """Imports a kind's own modules, or has its code as a literal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and ".kinds.order" in (node.module or ""):
            return True
        if isinstance(node, ast.Constant) and node.value == "order":
            return True
    return False
